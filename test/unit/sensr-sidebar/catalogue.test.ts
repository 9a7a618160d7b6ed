/** Every text that the sidebar asks for is in its catalogue, and every text in it is asked for. */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { HEALTH_STATES } from '../../../lib/health/decide/states';
import { MEASURES } from '../../../plugins/sensr-sidebar/protocol';

const FOLDER = 'plugins/sensr-sidebar';
const STATES = ['idle', 'connecting', 'open', 'waiting', 'closing', 'closed'];

const sources = (readdirSync(join(FOLDER, 'editor'), { recursive: true }) as string[])
  .filter((path) => path.endsWith('.ts'))
  .map((path) => readFileSync(join(FOLDER, 'editor', path), 'utf8'))
  .join('\n');
const read = (language: string): Record<string, unknown> =>
  (
    JSON.parse(readFileSync(join(FOLDER, 'locales', language, 'sensr-sidebar.json'), 'utf8')) as Record<
      string,
      Record<string, unknown>
    >
  )['sensr-sidebar'] ?? assert.fail();

const keysOf = (group: object, above = ''): string[] =>
  Object.entries(group).flatMap(([key, value]: [string, unknown]) =>
    typeof value === 'string' ? [above + key] : keysOf(value as object, `${above}${key}.`),
  );

const each = (group: string, names: readonly string[]): string[] => names.map((name) => `${group}.${name}`);
/** The names that `stands against it` can have, as the metrics list them. */
const limits = /`sensr_restarts_blocked_total limit` *\|([^|]*)\|/.exec(
  readFileSync('docs/health.md', 'utf8'),
)?.[1];

describe('sidebar: catalogue', () => {
  const present = keysOf(read('en-US'));

  it('has every text that is asked for, and no other', () => {
    const asked = new Set([
      ...[...sources.matchAll(/\btext\(\s*'([\w.]+)'/g)].map(([, key]) => String(key)),
      ...[...sources.matchAll(/\? '([\w]+\.[\w.]+)' : '([\w]+\.[\w.]+)'/g)].flatMap(([, a, b]) => [
        String(a),
        String(b),
      ]),
      ...[...sources.matchAll(/tool\('([\w.]+)'/g)].map(([, key]) => String(key)),
      ...each('socket', ['output', 'points']),
      ...each('socket.state', [...STATES, 'receiving']),
      ...each('live.state', [...STATES.filter((state) => state !== 'open'), 'unused']),
      ...each('live.column', ['object', 'place', 'speed', 'state']),
      ...each('servers.recycled', ['started', 'done', 'blocked', 'failed']),
      ...each('health.state', HEALTH_STATES),
      ...each('health.measure', MEASURES),
      ...each('step.action', ['gc', 'recycle', 'flows', 'process']),
      ...each('step.phase', ['start', 'done', 'blocked', 'failed']),
      ...each('restarts.by', ['auto', 'manual', 'scheduled', 'periodic', 'crash']),
      ...each(
        'limit',
        [...(limits ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => String(name)),
      ),
      'failed',
      'noAnswer',
    ]);
    asked.delete('limit.other');
    assert.ok(asked.size > 80);
    assert.deepEqual([...present].sort(), [...asked].sort());
  });

  it('has the same keys in every language', () => {
    for (const language of readdirSync(join(FOLDER, 'locales')))
      assert.deepEqual(keysOf(read(language)).sort(), [...present].sort(), language);
  });

  it('takes no colour but from the theme where text is to be read', () => {
    const css = readFileSync(join(FOLDER, 'editor/sidebar.css'), 'utf8');
    for (const [rule, selector] of css.matchAll(/([^{}]+)\{[^{}]*color: #[^{}]*\}/g))
      assert.match(String(selector), /(\.sensr-(good|busy)|i\.sensr-warn)/, rule);
    assert.match(css, /^\.sensr-sidebar \{/, 'no rule outside of our own class');
  });
});
