/** Reads what a REST request carries: its query's numbers, names and times, and its body. */

import { isSettings, type Settings, SettingsError, shown } from '../config/fields';

export const wholeNumber = (query: URLSearchParams, name: string): number | undefined => {
  const text = query.get(name);
  if (text === null) return undefined;
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value))
    throw new SettingsError(`${name} must be a whole number, not ${shown(text)}`);
  return value;
};

export const requiredNumber = (query: URLSearchParams, name: string): number => {
  const value = wholeNumber(query, name);
  if (value === undefined) throw new SettingsError(`${name} is required`);
  return value;
};

export const requiredText = (query: URLSearchParams, name: string): string => {
  const text = query.get(name);
  if (text === null || text === '') throw new SettingsError(`${name} is required`);
  return text;
};

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/i;

/** Epoch milliseconds. */
export const timeOf = (query: URLSearchParams, name: string): number | undefined => {
  const text = query.get(name);
  if (text === null) return undefined;
  const timeMs = RFC_3339.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(timeMs))
    throw new SettingsError(`${name} must be a time like 2026-01-05T07:08:09.250Z, not ${shown(text)}`);
  return timeMs;
};

/** The content type is not looked at: clients send JSON under various. */
export const bodyObject = (body: string): Settings => {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (error) {
    throw new SettingsError(`the body must be JSON: ${(error as Error).message}`);
  }
  if (!isSettings(value)) throw new SettingsError(`the body must be an object, not ${shown(value)}`);
  return value;
};
