/** Owns `results/*`: objects, zones and health of the same world that the streams show. */

import type { Route } from '../http-routes';
import { SettingsError } from '../config/fields';
import { objectShape } from '../object-details';
import { isEventZone } from '../zones';
import type { RestContext } from './context';
import { requiredNumber, timeOf, wholeNumber } from './request-values';
import { healthJson, historyJson, shapeJson, zoneJson } from './results-json';

const unknownObject = (id: number): SettingsError => new SettingsError(`there is no object ${id}`);

export const resultsRoutes = ({ scene, edition }: RestContext): readonly Route[] => {
  const names = edition.resultNames;
  const at = `${edition.resultsPrefix}/results`;
  return [
    { method: 'GET', path: `${at}/health`, handle: () => ({ json: healthJson(scene.health, names) }) },
    {
      method: 'GET',
      path: `${at}/zone`,
      handle: ({ query }) => {
        const id = wholeNumber(query, 'id') ?? 0;
        const zones = scene.zones.list().filter((zone) => isEventZone(zone) && (id === 0 || zone.id === id));
        return {
          json: {
            zones: zones.map((zone) => zoneJson(zone, scene.objectIdsIn(zone.id), scene.timeMs, names)),
          },
        };
      },
    },
    {
      method: 'GET',
      path: `${at}/object/shape`,
      handle: ({ query }) => {
        const id = requiredNumber(query, 'id');
        const frame = scene.memory.frameAt(timeOf(query, 'time'));
        const object = frame?.objects.find((one) => one.id === id);
        if (!frame || !object) throw unknownObject(id);
        return { json: shapeJson(id, frame.timeMs, objectShape(object).points ?? Buffer.of(), names) };
      },
    },
    {
      method: 'GET',
      path: `${at}/object/history`,
      handle: ({ query }) => {
        const id = requiredNumber(query, 'id');
        const length = wholeNumber(query, 'length') ?? -1;
        const states = scene.memory.statesOf(id);
        if (!states) throw unknownObject(id);
        if (length < -1 || length === 0)
          throw new SettingsError(`length must be -1 (all) or a number from 1, not ${length}`);
        const asked = length === -1 ? states : states.slice(-length);
        return { json: historyJson(id, asked, names) };
      },
    },
  ];
};
