/** What a row of the operation table says. Runs in the browser too. */

export interface OperationParam {
  /** In `msg.params`. */
  readonly name: string;
  /** In the query; absent for what only this package understands. */
  readonly wire?: string;
  readonly type: 'int' | 'text' | 'time' | 'boolean' | 'object';
  readonly required?: boolean;
  readonly choices?: readonly string[];
  /** Sent when none is given. */
  readonly default?: number;
  readonly description: string;
}

/** What `msg.payload` has to be: nothing, an object of that kind, a single value, or whatever it is. */
export type Body = 'none' | 'zone' | 'sensor' | 'node' | 'transform' | 'range' | 'edge' | 'value' | 'any';

/** How the answer is read, and so what `msg.payload` becomes. */
export type AnswerKind =
  /** An object, as it came. */
  | 'object'
  /** Objects whose numbers are checked. */
  | 'zone'
  | 'sensor'
  /** Lists: of numbers, of texts. */
  | 'numbers'
  | 'names'
  /** What PUT answers: the id of what was created. */
  | 'number'
  | 'name'
  /** Field names with their types. */
  | 'fields'
  /** `true`: whatever SENSR says. */
  | 'done'
  /** The sentence that it says. */
  | 'text'
  /** One bare value. */
  | 'value'
  /** JSON if it is, else text. */
  | 'any'
  /** Of the results. */
  | 'health'
  | 'zoneStatus'
  | 'shape'
  | 'history'
  /** Read out of the health result, since there is no list of them. */
  | 'nodeNames'
  | 'edgeNames'
  /** Put together from other operations. */
  | 'report';

export interface Operation {
  readonly name: string;
  readonly noun: string;
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  readonly path: string;
  /** Where the version goes: before the path; as `results` do, with or without by edition; nowhere. */
  readonly prefix: 'version' | 'results' | 'none';
  readonly params: readonly OperationParam[];
  readonly body: Body;
  /** On creation: an id in the body is not sent, SENSR gives one. */
  readonly creates: boolean;
  readonly answer: AnswerKind;
  readonly timeout: 'normal' | 'long';
  readonly cacheable: boolean;
  /** Needs the node's "Allow changes". */
  readonly writes: boolean;
  /** Destroys what cannot be had back, or disturbs everybody; the dialog says so. */
  readonly destructive: boolean;
  /** Pending until `commands.apply`. */
  readonly needsApply: boolean;
  /** What a write makes stale beside its own noun; `*` = everything. */
  readonly stales: readonly string[];
  /** With the parameter `details`, each item of the list is fetched by this operation and parameter. */
  readonly details?: { readonly operation: string; readonly param: string };
  readonly versions: '3.x' | '2.x' | 'both';
  readonly summary: string;
}

type Optional =
  'params' | 'body' | 'creates' | 'timeout' | 'cacheable' | 'writes' | 'destructive' | 'needsApply';
type Row = Omit<Operation, 'noun' | 'prefix' | 'stales' | 'versions' | Optional> &
  Partial<Pick<Operation, 'prefix' | 'stales' | 'versions' | Optional>>;

/** Fills in what most rows have in common: a GET reads and may be cached, everything else writes. */
export function operation(row: Row): Operation {
  const reads = row.method === 'GET';
  return {
    prefix: 'version',
    params: [],
    body: 'none',
    creates: row.method === 'PUT',
    timeout: 'normal',
    cacheable: reads,
    writes: !reads,
    destructive: false,
    needsApply: false,
    stales: [],
    versions: '3.x',
    ...row,
    noun: row.name.slice(0, row.name.indexOf('.')) || row.name,
  };
}
