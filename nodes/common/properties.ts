/** The shape of a property table: one row says name, default, limits and unit for runtime, editor and documentation alike. */

interface Common<Kind extends string, Value> {
  readonly kind: Kind;
  readonly default: Value;
  /** Must be set before the node can work. */
  readonly required?: boolean;
}

export interface NumberProperty extends Common<'number', number> {
  readonly min: number;
  readonly max: number;
  readonly integer?: boolean;
  /** As users see it: `s`, `MB`, `/s`; absent for plain counts. */
  readonly unit?: string;
}
export type TextProperty = Common<'text', string>;
export type BooleanProperty = Common<'boolean', boolean>;
export interface ChoiceProperty extends Common<'choice', string> {
  readonly choices: readonly string[];
}
export interface ChoicesProperty extends Common<'choices', readonly string[]> {
  readonly choices: readonly string[];
}
/** A list of whole numbers, saved as numbers; text is accepted from hand-written flows. */
export type NumbersProperty = Common<'numbers', readonly number[]>;
/** The id of a config node of type `refersTo`. */
export interface ReferenceProperty extends Common<'reference', string> {
  readonly refersTo: string;
}
/**
 * Values by name, each as a TypedInput saves it: `{ value, type }`, or plain from hand-written flows. What `type` says
 * is looked up for each message.
 */
export type TypedProperty = Common<'typed', Readonly<Record<string, TypedValue | string | number | boolean>>>;

export interface TypedValue {
  readonly value: string;
  readonly type: string;
}

export type Property =
  | NumberProperty
  | TextProperty
  | BooleanProperty
  | ChoiceProperty
  | ChoicesProperty
  | NumbersProperty
  | TypedProperty
  | ReferenceProperty;

export type PropertyTable = Readonly<Record<string, Property>>;
