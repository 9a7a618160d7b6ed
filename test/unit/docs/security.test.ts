import assert from 'node:assert/strict';
import { PERMISSION } from '../../../nodes/health/endpoints';
import { readDocument, tableAfter } from './markdown';

/** Read from the source: to load it would load the socket thread, which unit tests have not built. */
const ROUTES = [
  ...readDocument('nodes/sensr-config/routes.ts').matchAll(
    /app\.(get|post)\(\s*'([^']+)',\s*red\.auth\.needsPermission\('([^']+)'\)/g,
  ),
].map(([, method = '', path = '', permission = '']) => ({
  route: `${method.toUpperCase()} ${path}`,
  permission,
}));

describe('docs/security.md', () => {
  const rows = tableAfter(readDocument('docs/security.md'), '<!-- permissions -->');

  it('has every permission that a route asks for, and no other', () => {
    assert.deepEqual(
      rows.map((row) => row['permission']),
      [...ROUTES.map(({ permission }) => permission), PERMISSION],
    );
  });

  it('names the route of each', () => {
    for (const { route, permission } of ROUTES) {
      const row = rows.find((one) => one['permission'] === permission);
      assert.ok(row?.['where']?.includes(`\`${route}\``), route);
    }
  });

  it('knows of every route of the editor', () => {
    const routes = readDocument('nodes/sensr-config/routes.ts').match(/\bapp\.(get|post|put|delete|use)\(/g);
    assert.equal(routes?.length, ROUTES.length);
  });
});
