/** Owns the REST API of an edition: the routes of all its families. */

import type { Family } from '../editions';
import type { Route } from '../http-routes';
import { commandRoutes, customCommandRoutes } from './command-routes';
import type { RestContext } from './context';
import { edgeRoutes } from './edge-routes';
import { nodeRoutes } from './node-routes';
import { projectRoutes } from './project-routes';
import { resultsRoutes } from './results-routes';
import { sensorRoutes } from './sensor-routes';
import { algorithmRoutes, earlySettingsRoutes, parameterRoutes } from './value-routes';
import { zoneRoutes } from './zone-routes';

const FAMILY_ROUTES: Readonly<Record<Family, (context: RestContext) => readonly Route[]>> = {
  results: resultsRoutes,
  commands: commandRoutes,
  'custom-commands': customCommandRoutes,
  project: projectRoutes,
  zone: zoneRoutes,
  'sensor-ext': sensorRoutes,
  node: nodeRoutes,
  'edge-node': edgeRoutes,
  parameters: parameterRoutes,
  algorithm: algorithmRoutes,
  // Nodes had no transform, range or list of fields yet.
  'early-settings': (context) => [
    ...earlySettingsRoutes(context),
    ...nodeRoutes(context).filter(({ path }) => path.endsWith('/node')),
  ],
};

export const restRoutes = (context: RestContext): readonly Route[] =>
  context.edition.families.flatMap((family) => FAMILY_ROUTES[family](context));
