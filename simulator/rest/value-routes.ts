/** Owns single values: `settings/parameters` of 3.x, `settings/algorithm` and the early settings of 2.x; bare text both ways. */

import { SettingsError } from '../config/fields';
import { ALGORITHM, EARLY_SETTINGS, PARAMETERS, type ValueTable } from '../config/value-tables';
import { metaOf, nestedAt, valueIn, withValue } from '../config/values';
import { HttpError, type Route, type RouteAnswer, type RouteRequest } from '../http-routes';
import { DONE, type RestContext } from './context';
import { requiredText } from './request-values';

/** A table of values and the name under which a configuration keeps them. */
interface Place {
  readonly family: string;
  readonly table: ValueTable;
}

const bare = (value: unknown): RouteAnswer =>
  typeof value === 'object' ? { json: value } : { text: String(value) };

const pathOf = ({ query }: RouteRequest): string => query.get('config-id') ?? '';

const readers = ({ store, edition }: RestContext) => {
  const unknown = (path: string): HttpError =>
    new HttpError(edition.unknownSettingStatus, `there is no config-id "${path}"`);
  const found = <T>(value: T | undefined, path: string): T => {
    if (value === undefined) throw unknown(path);
    return value;
  };
  return {
    get: ({ family, table }: Place, path: string): RouteAnswer =>
      bare(
        found(
          nestedAt(table, path, (spec, full) => valueIn(store.pending, family, full, spec)),
          path,
        ),
      ),
    set: ({ family, table }: Place, path: string, body: string): RouteAnswer => {
      if (path === '') throw new SettingsError('config-id is required');
      const spec = found(table[path], path);
      store.change({ values: withValue(store.pending, family, path, spec, body) });
      return DONE;
    },
    types: ({ table }: Place, path: string): RouteAnswer => ({
      json: found(
        nestedAt(table, path, ({ type }) => type),
        path,
      ),
    }),
    meta: ({ table }: Place, path: string): RouteAnswer => ({
      json: found(nestedAt(table, path, metaOf), path),
    }),
  };
};

export const parameterRoutes = (context: RestContext): readonly Route[] => {
  const path = `${context.edition.settingsPrefix}/settings/parameters/common`;
  const place: Place = { family: 'parameters', table: PARAMETERS };
  const keyOf = ({ query }: RouteRequest): string => {
    const key = requiredText(query, 'config-key');
    if (!Object.hasOwn(PARAMETERS, key)) throw new SettingsError(`there is no config-key "${key}"`);
    return key;
  };
  const { get, set } = readers(context);
  return [
    { method: 'GET', path, handle: (request) => get(place, keyOf(request)) },
    { method: 'POST', path, handle: (request) => set(place, keyOf(request), request.body) },
  ];
};

export const algorithmRoutes = (context: RestContext): readonly Route[] => {
  const { store, edition } = context;
  const path = `${edition.settingsPrefix}/settings/algorithm`;
  const { get, set, types, meta } = readers(context);
  /** The first editions name a node by its address. */
  const isNode = (uri: string): boolean =>
    store.pending.nodes.some(({ uid, settings }) => uid === uri || settings.ip === uri) ||
    (edition.settingsPrefix === '' && uri === 'localhost');
  const placeOf = ({ query }: RouteRequest): Place => {
    const type = requiredText(query, 'node-type');
    const uri = requiredText(query, 'node-uri');
    if (type !== 'algo' && type !== 'master')
      throw new SettingsError(`node-type must be algo or master, not "${type}"`);
    if (uri !== 'common' && !isNode(uri))
      throw new HttpError(edition.unknownSettingStatus, `there is no node-uri "${uri}"`);
    return { family: `algorithm/${type}/${uri}`, table: ALGORITHM[type] };
  };
  return [
    {
      method: 'GET',
      path: `${path}/list`,
      handle: (request) => types(placeOf(request), pathOf(request)),
    },
    {
      method: 'GET',
      path: `${path}/meta`,
      handle: (request) => meta(placeOf(request), pathOf(request)),
    },
    { method: 'GET', path, handle: (request) => get(placeOf(request), pathOf(request)) },
    {
      method: 'POST',
      path,
      handle: (request) => set(placeOf(request), pathOf(request), request.body),
    },
  ];
};

export const earlySettingsRoutes = (context: RestContext): readonly Route[] => {
  const { get, set } = readers(context);
  return (['app', 'project', 'sensor'] as const).flatMap((name): Route[] => {
    const path = `${context.edition.settingsPrefix}/settings/${name}`;
    const placeOf = ({ query }: RouteRequest): Place => {
      const uri = name === 'sensor' ? requiredText(query, 'node-uri') : '';
      return { family: `early/${name}/${uri}`, table: EARLY_SETTINGS[name] };
    };
    return [
      { method: 'GET', path, handle: (request) => get(placeOf(request), pathOf(request)) },
      {
        method: 'POST',
        path,
        handle: (request) => set(placeOf(request), pathOf(request), request.body),
      },
    ];
  });
};
