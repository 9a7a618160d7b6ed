/** The parts of Node-RED's editor that our dialogs rely on, the same in 4.1 and 5; nothing else of it is used. */

export type Prefix = 'node-input' | 'node-config-input';

/** A node as the editor holds it: its saved properties beside the editor's own fields. */
export interface EditorNode {
  readonly id: string;
  readonly type: string;
  /** False while a property is invalid; absent before the first check. */
  readonly valid?: boolean;
  /** Looks a key up in the catalogue of the node's own set. */
  _(key: string, values?: Readonly<Record<string, string | number>>): string;
  [property: string]: unknown;
}

/** Node-RED takes a returned text as a reason only from a function of exactly two parameters. */
export type Validate = (this: EditorNode, value: unknown, options: unknown) => true | string;

export interface PropertyDefinition {
  readonly value: unknown;
  /** The type of the config node that the property refers to. */
  readonly type?: string;
  readonly required?: boolean;
  readonly validate?: Validate;
}

export type Definitions = Readonly<Record<string, PropertyDefinition>>;

export interface NodeDefinition {
  readonly category: string;
  readonly defaults: Definitions;
  readonly credentials?: Readonly<Record<string, { readonly type: 'text' | 'password' }>>;
  readonly color?: string;
  readonly icon?: string;
  readonly inputs?: 0 | 1;
  readonly outputs?: number;
  readonly align?: 'left' | 'right';
  readonly paletteLabel?: string;
  readonly label: (this: EditorNode) => string;
  readonly labelStyle?: (this: EditorNode) => string;
  readonly inputLabels?: (this: EditorNode) => string;
  readonly outputLabels?: (this: EditorNode, index: number) => string;
  readonly oneditprepare: (this: EditorNode) => void;
  readonly oneditsave: (this: EditorNode) => void;
  readonly oneditcancel: () => void;
  readonly oneditdelete?: () => void;
}

export interface MenuOptions {
  readonly width: number;
  readonly maxHeight: number;
  readonly tabSelect: boolean;
  readonly disposeOnClose: boolean;
  readonly options: readonly { readonly label: string; readonly onselect: () => void }[];
}

export interface Editor {
  readonly settings: {
    /** Where the flows' own HTTP addresses begin. */
    readonly httpNodeRoot?: string;
  };
  readonly popover: {
    menu(options: MenuOptions): { show(at: { target: JQuery; align?: 'left' | 'right' }): void };
  };
  readonly nodes: {
    registerType(type: string, definition: NodeDefinition): void;
    node(id: string): EditorNode | null | undefined;
  };
}
