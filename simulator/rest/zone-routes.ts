/** Owns `settings/zone`: an id is a number in lists and objects, and text when it is new. */

import { ZONE_FIELDS } from '../config/field-tables';
import { SettingsError, shown } from '../config/fields';
import { toZoneSettings, zoneFrom } from '../config/zone-settings';
import type { Route } from '../http-routes';
import type { Zone } from '../zones';
import { DONE, type RestContext } from './context';
import { bodyObject, requiredNumber, wholeNumber } from './request-values';

export const zoneRoutes = ({ store, edition }: RestContext): readonly Route[] => {
  const at = `${edition.settingsPrefix}/settings/zone`;
  const known = (id: unknown): Zone => {
    const zone = store.pending.zones.find((one) => one.id === id);
    if (!zone) throw new SettingsError(`there is no zone ${shown(id)}`);
    return zone;
  };
  return [
    { method: 'GET', path: `${at}/list`, handle: () => ({ json: [ZONE_FIELDS] }) },
    {
      method: 'GET',
      path: at,
      handle: ({ query }) => {
        const id = wholeNumber(query, 'zone-id');
        if (id === undefined) return { json: store.pending.zones.map((zone) => zone.id) };
        return { json: toZoneSettings(known(id)) };
      },
    },
    {
      method: 'PUT',
      path: at,
      handle: ({ body }) => {
        const given = bodyObject(body);
        // Checked before an id is spent on it.
        zoneFrom(given, 0);
        const zone = zoneFrom(given, store.nextZoneId());
        store.change({ zones: [...store.pending.zones, zone] });
        return { json: String(zone.id) };
      },
    },
    {
      method: 'POST',
      path: at,
      handle: ({ body }) => {
        const given = bodyObject(body);
        const before = known(given.id);
        const after = zoneFrom(given, before.id, before);
        store.change({ zones: store.pending.zones.map((zone) => (zone === before ? after : zone)) });
        return DONE;
      },
    },
    {
      method: 'DELETE',
      path: at,
      handle: ({ query }) => {
        const gone = known(requiredNumber(query, 'zone-id'));
        store.change({ zones: store.pending.zones.filter((zone) => zone !== gone) });
        return DONE;
      },
    },
    {
      method: 'DELETE',
      path: `${at}-all`,
      handle: () => {
        store.change({ zones: [] });
        return DONE;
      },
    },
  ];
};
