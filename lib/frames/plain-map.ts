/** Puts entries from the network into plain objects without letting a key reach a prototype. */

export function setEntry<T>(into: Record<string, T>, key: string, value: T): void {
  if (key === '__proto__')
    Object.defineProperty(into, key, { value, writable: true, enumerable: true, configurable: true });
  else into[key] = value;
}
