import assert from 'node:assert/strict';
import { fullBackoffMs } from '../../../lib/socket/backoff';
import { SOCKET_TRANSITIONS } from '../../../lib/socket/transitions';
import { secondsToMs } from '../../../lib/units';
import { PROPERTIES } from '../../../nodes/sensr-config/properties';
import { readDocument, tableAfter } from './markdown';

const page = readDocument('docs/networks.md');
const ARROWS = Object.entries(SOCKET_TRANSITIONS).flatMap(([from, to]) =>
  to.map((one) => `${from} > ${one}`),
);
const seconds = (ms: number): string => `${ms / 1000} s`;

describe('docs/networks.md', () => {
  it('draws the states of a connection and exactly their moves', () => {
    const [, diagram = ''] = /```mermaid\nstateDiagram-v2\n([^`]*)```/.exec(page) ?? [];
    const drawn = [...diagram.matchAll(/^ *(\S+) --> (\w+|\[\*\])(: .+)?$/gm)].map(
      ([, from = '', to = '', words]) => ({ from, to, words }),
    );
    assert.equal(drawn.length, diagram.trim().split('\n').length, 'a line of the diagram is no move');
    const isEnd = ({ from, to }: { from: string; to: string }): boolean => from === '[*]' || to === '[*]';
    assert.deepEqual(
      drawn.filter(isEnd).map(({ from, to }) => `${from} > ${to}`),
      ['[*] > idle', 'closed > [*]'],
    );
    const moves = drawn.filter((one) => !isEnd(one));
    assert.deepEqual(moves.map(({ from, to }) => `${from} > ${to}`).sort(), [...ARROWS].sort());
    for (const { from, to, words } of moves) assert.ok(words, `${from} > ${to} does not say when`);
  });

  it('lists them in words too', () => {
    assert.deepEqual(
      tableAfter(page, '## The states of a connection').flatMap((row) =>
        [...(row['goes on to'] ?? '').matchAll(/\w+/g)].map(([to]) => `${row['state']} > ${to}`),
      ),
      ARROWS,
    );
  });

  it('has the waits that the defaults give', () => {
    const limits = {
      initialMs: secondsToMs(PROPERTIES.backoffInitial.default),
      maxMs: secondsToMs(PROPERTIES.backoffMax.default),
    };
    const rows = tableAfter(page, '<!-- waits -->');
    let mostMs = 0;
    for (const row of rows.slice(0, -1)) {
      const ms = fullBackoffMs(Number(row['failure']), limits);
      mostMs += ms;
      assert.deepEqual(
        [row['wait d'], row['waited in all, at most'], row['at least']],
        [seconds(ms), seconds(mostMs), seconds(mostMs * 0.75)],
      );
    }
    assert.equal(rows.at(-1)?.['failure'], `${rows.length} on`);
    assert.equal(rows.at(-1)?.['wait d'], seconds(fullBackoffMs(rows.length, limits)));
  });

  it('gives the defaults of the options it names', () => {
    const { pingInterval, pongTimeout, connectTimeout } = PROPERTIES;
    for (const [name, { default: value }] of Object.entries({ pingInterval, pongTimeout, connectTimeout }))
      assert.ok(page.includes(`\`${name}\` (${value} s)`), name);
    const latest = pingInterval.default + pongTimeout.default;
    assert.ok(page.includes(`${pongTimeout.default} to ${latest} s after the last byte`));
  });
});
