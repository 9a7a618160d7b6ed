/** What the tests use of the global that Node-RED's editor page provides; exists only inside `page.evaluate`. */
interface TestNode {
  id: string;
  type: string;
  valid?: boolean;
  validationErrors?: string[];
  [property: string]: unknown;
}
interface TestNodeDefinition {
  category: string;
  color: string;
  icon: string;
  inputs: number;
  outputs: number;
  label(this: TestNode): string;
  outputLabels?(this: TestNode, index: number): string;
  defaults: Record<string, { value: unknown }>;
}
declare const RED: {
  readonly settings: { httpNodeRoot: string };
  readonly nodes: {
    node(id: string): TestNode | null;
    getType(type: string): TestNodeDefinition | null;
    filterNodes(filter: object): TestNode[];
    eachConfig(callback: (node: TestNode) => boolean | undefined): void;
    createCompleteNodeSet(options: { credentials: boolean }): TestNode[];
    createExportableNodeSet(nodes: TestNode[]): TestNode[];
    import(nodes: object[], options: object): unknown;
    dirty(): boolean;
  };
  readonly editor: {
    edit(node: TestNode): void;
    editConfig(property: string, type: string, id: string): void;
    validateNode(node: TestNode): boolean;
  };
  readonly actions: { invoke(action: string): void };
  readonly sidebar: { show(id: string): void; readonly help: { show(type: string): void } };
};
