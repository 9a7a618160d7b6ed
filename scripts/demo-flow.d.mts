export const PAGES: readonly string[];
export const SIMULATOR_OPTIONS: readonly string[];
export function demoFlow(server: Readonly<Record<string, unknown>>): unknown[];
