/** Reads the text format of Prometheus line by line, and refuses what a scraper would refuse. */
import assert from 'node:assert/strict';

export interface Series {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Family {
  readonly help: string;
  readonly type: string;
  readonly series: readonly Series[];
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,|$)/y;
const SERIES = /^([^\s{]+)(?:\{(.*)\})? (\S+)$/;

export function parseExposition(text: string): ReadonlyMap<string, Family> {
  assert.ok(text.endsWith('\n'), 'the last line must end');
  const families = new Map<string, { help: string; type: string; series: Series[] }>();
  const seen = new Set<string>();
  let current = '';
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const [, kind, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (kind === 'HELP') {
      assert.match(name, NAME);
      assert.ok(!families.has(name), `${name} comes twice`);
      families.set(name, { help: rest, type: '', series: [] });
      current = name;
      continue;
    }
    const family = families.get(current);
    assert.ok(family, `'${line}' belongs to nothing`);
    if (kind === 'TYPE') {
      assert.equal(name, current);
      assert.equal(family.series.length, 0, 'TYPE comes before the values');
      family.type = rest;
      continue;
    }
    const one = seriesOf(line);
    assert.ok(family.type !== '', `${current} has no TYPE`);
    assert.ok(
      suffixesOf(family.type).some((suffix) => one.name === current + suffix),
      `${one.name} in ${current}`,
    );
    const key = JSON.stringify([one.name, Object.entries(one.labels).sort()]);
    assert.ok(!seen.has(key), `${line} comes twice`);
    seen.add(key);
    family.series.push(one);
  }
  return families;
}

const suffixesOf = (type: string): readonly string[] =>
  type === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];

function seriesOf(line: string): Series {
  const [, name, labelText = '', valueText = ''] = SERIES.exec(line) ?? assert.fail(`cannot read '${line}'`);
  assert.ok(name);
  assert.match(name, NAME);
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < labelText.length) {
    const at = LABEL.lastIndex;
    const [, label, value] = LABEL.exec(labelText) ?? assert.fail(`bad label in '${line}' at ${at}`);
    assert.ok(label !== undefined && value !== undefined && !(label in labels));
    labels[label] = value.replace(/\\(.)/g, (_, one: string) => (one === 'n' ? '\n' : one));
  }
  const value = valueText === '+Inf' ? Infinity : Number(valueText);
  assert.ok(!Number.isNaN(value), `no number in '${line}'`);
  return { name, labels, value };
}
