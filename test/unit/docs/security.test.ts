import assert from 'node:assert/strict';
import { PERMISSION } from '../../../nodes/health/endpoints';
import { ROUTES as SIDEBAR_ROUTES } from '../../../plugins/sensr-sidebar/protocol';
import { readDocument, tableAfter } from './markdown';

interface Route {
  readonly route: string;
  readonly permission: string;
}

/** Read from the source: to load it would load the socket thread, which unit tests have not built. */
const OF_CONFIG: Route[] = [
  ...readDocument('nodes/sensr-config/routes.ts').matchAll(
    /app\.(get|post)\(\s*'([^']+)',\s*red\.auth\.needsPermission\('([^']+)'\)/g,
  ),
].map(([, method = '', path = '', permission = '']) => ({
  route: `${method.toUpperCase()} ${path}`,
  permission,
}));
const OF_SIDEBAR: Route[] = [
  ...readDocument('plugins/sensr-sidebar/routes.ts').matchAll(
    /app\.(get|post)\(\s*`\/\$\{ROUTES\.(\w+)(?:\(':id'\))?\}`,\s*(read|write)\b/g,
  ),
].map(([, method = '', name = '', may = '']) => {
  const path = SIDEBAR_ROUTES[name as keyof typeof SIDEBAR_ROUTES];
  return {
    route: `${method.toUpperCase()} /${typeof path === 'string' ? path : path(':id')}`,
    permission: `sensr.${may}`,
  };
});
const ROUTES = [...OF_CONFIG, ...OF_SIDEBAR];

describe('docs/security.md', () => {
  const rows = tableAfter(readDocument('docs/security.md'), '<!-- permissions -->');

  it('has every permission that a route asks for, and no other', () => {
    assert.deepEqual(
      rows.map((row) => row['permission']),
      [...new Set(ROUTES.map(({ permission }) => permission)), PERMISSION],
    );
  });

  it('names the route of each', () => {
    for (const { route, permission } of ROUTES) {
      const row = rows.find((one) => one['permission'] === permission);
      assert.ok(row?.['where']?.includes(`\`${route}\``), route);
    }
  });

  it('knows of every route of the editor', () => {
    for (const [file, known] of [
      ['nodes/sensr-config/routes.ts', OF_CONFIG],
      ['plugins/sensr-sidebar/routes.ts', OF_SIDEBAR],
    ] as const)
      assert.equal(readDocument(file).match(/\bapp\.(get|post|put|delete|use)\(/g)?.length, known.length);
  });
});
