/** What Node-RED's editor page provides to node definitions. */
declare const RED: import('./host').Editor;
