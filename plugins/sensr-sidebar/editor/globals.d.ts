/** The further parts of Node-RED's editor that the sidebar relies on, the same in 4.1 and 5. */
import type { EditorNode } from '../../../nodes/common/editor/host';
import type { SidebarPlugin } from './sidebar-plugin';

declare module '../../../nodes/common/editor/host' {
  interface SidebarTab {
    readonly id: string;
    readonly label: string;
    readonly name: string;
    readonly iconClass: string;
    readonly content: HTMLElement;
    /** Usable while a dialog is open. */
    readonly enableOnEdit: boolean;
    readonly action: string;
  }
  interface Editor {
    /** A key with its set's namespace: `<package>/<set>:<key>`; what is not found comes back as it is. */
    _(key: string, values?: Readonly<Record<string, string | number>>): string;
    readonly plugins: {
      registerPlugin(id: string, plugin: SidebarPlugin): void;
      getPlugin(id: string): SidebarPlugin | undefined;
    };
    readonly sidebar: { addTab(tab: SidebarTab): void; show(id: string): void };
    readonly actions: { add(name: string, handler: () => void): void };
    readonly view: { reveal(id: string): void };
    readonly utils: { getNodeLabel(node: EditorNode, otherwise: string): string };
  }
}
