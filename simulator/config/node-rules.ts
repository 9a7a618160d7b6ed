/** Decides whether the settings, transform or range of an algo node can be. */

import { NODE_FIELDS, RANGE_FIELDS, TRANSFORM_FIELDS } from './field-tables';
import { mergeSettings, type Settings, SettingsError, shown } from './fields';
import type { NodeEntry } from './site-config';

const ROTATION_TOLERANCE = 1e-3;

/** `port` may come as a number: it holds digits either way. */
const withTextPort = (given: Settings): Settings =>
  typeof given.port === 'number' ? { ...given, port: String(given.port) } : given;

/** The settings of a node without its uid; no other node may have the same address. */
export function nodeSettings(
  given: Settings,
  before: Settings,
  fields: 'current' | 'early',
  others: readonly NodeEntry[],
): Settings {
  const { uid: _uid, ...settings } = mergeSettings('node', NODE_FIELDS[fields], withTextPort(given), before);
  const { ip, port } = settings;
  if (ip === '') throw new SettingsError('node.ip must not be empty');
  if (port !== undefined && !/^\d+$/.test(String(port)))
    throw new SettingsError(`node.port must hold digits, not ${shown(port)}`);
  const same = others.find((node) => node.settings.ip === ip && node.settings.port === port);
  if (same) throw new SettingsError(`node.ip ${shown(ip)} is the address of ${same.uid}`);
  return settings;
}

/** A node turns about Z only and stays on the ground. */
export function nodeTransform(given: Settings, before: Settings): Settings {
  const transform = mergeSettings('transform', TRANSFORM_FIELDS, given, before);
  const { tz, qw, qx, qy, qz } = transform.sensor_to_base as Record<string, number>;
  const isAbout = (value: number | undefined, wanted: number): boolean =>
    Math.abs((value ?? 0) - wanted) <= ROTATION_TOLERANCE;
  if (!isAbout(qx, 0) || !isAbout(qy, 0))
    throw new SettingsError('transform.sensor_to_base must turn about Z only: qx and qy must be 0');
  if (!isAbout(Math.hypot(qw ?? 0, qz ?? 0), 1))
    throw new SettingsError('transform.sensor_to_base must be a rotation: its quaternion has norm 1');
  if (!isAbout(tz, 0)) throw new SettingsError(`transform.sensor_to_base.tz must be 0, not ${shown(tz)}`);
  return transform;
}

export function nodeRange(given: Settings, before: Settings): Settings {
  const range = mergeSettings('range', RANGE_FIELDS, given, before);
  for (const [name, value] of Object.entries(range)) {
    const [min = 0, max = 0] = value as number[];
    if (min >= max) throw new SettingsError(`range.${name} must be [min, max], not ${shown(value)}`);
  }
  return range;
}
