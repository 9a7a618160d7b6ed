import assert from 'node:assert/strict';
import { COMPONENTS, COMPONENT_NAMES } from '../../../lib/health/decide/components';
import { HEALTH_STATES } from '../../../lib/health/decide/states';
import { thresholdsFrom } from '../../../lib/health/decide/thresholds';
import { CODES } from '../../../lib/health/export/label-values';
import type { LabelValues } from '../../../lib/health/export/metric';
import { METRICS } from '../../../lib/health/export/prometheus';
import { ENDPOINTS } from '../../../nodes/health/endpoint-answers';
import { PERMISSION } from '../../../nodes/health/endpoints';
import { REPORT, SNAPSHOT } from '../health/export/helpers/snapshot';
import { readDocument, tableAfter } from './markdown';

const page = readDocument('docs/health.md');

describe('docs/health.md', () => {
  it('has every component with its thresholds and what can cure it', () => {
    const thresholds = thresholdsFrom({});
    assert.deepEqual(
      tableAfter(page, '## What is watched').map((row) => ({
        ...row,
        'What it is': row['What it is'] !== '',
      })),
      COMPONENT_NAMES.map((name) => ({
        Component: name,
        'What it is': true,
        Unit: COMPONENTS[name].unit,
        Warning: String(thresholds[name].warning),
        Critical: String(thresholds[name].critical),
        'What can cure it': COMPONENTS[name].ladder.join(', '),
      })),
    );
  });

  it('has every state, with the answer of /sensr/health', async () => {
    const rows = tableAfter(page, '## States');
    assert.deepEqual(
      rows.map((row) => row['State']),
      [...HEALTH_STATES],
    );
    for (const status of HEALTH_STATES) {
      const answer = await ENDPOINTS['/sensr/health']?.(
        {
          snapshot: () => ({ ...SNAPSHOT, report: { ...REPORT, status } }),
          status: () => REPORT,
          history: () => ({ fine: [], coarse: [] }),
        },
        new URLSearchParams(),
      );
      const row = rows.find((one) => one['State'] === status);
      assert.equal(row?.['/sensr/health'] ?? row?.['`/sensr/health`'], String(answer?.status), status);
    }
  });

  it('has every endpoint, and the permission for them', () => {
    assert.deepEqual(
      tableAfter(page, '## Endpoints').map((row) => row['Path']),
      Object.keys(ENDPOINTS),
    );
    assert.ok(page.includes(`\`${PERMISSION}\``));
  });

  it('has every metric with type, labels and meaning, in the order in which they come', () => {
    assert.deepEqual(
      tableAfter(page, '<!-- metrics -->'),
      METRICS.map(({ name, type, labels, help }) => ({
        Metric: name,
        Type: type,
        Labels: Object.keys(labels).join(', '),
        Meaning: help,
      })),
    );
  });

  it('has every value of every label', () => {
    const rows = new Map(
      tableAfter(page, '<!-- labels -->').map((row) => [row['Metric and label'], row['Values']]),
    );
    /** Labels of one name and with the same values are told of once. */
    const told = new Map<string, LabelValues>();
    for (const { name, labels } of METRICS)
      for (const [label, values] of Object.entries(labels)) {
        const key = `${label} ${String(values)}`;
        if (typeof values === 'string' || told.has(key)) continue;
        told.set(key, values);
        const text = rows.get(`${name} ${label}`);
        rows.delete(`${name} ${label}`);
        if (values === CODES) assert.match(text ?? '', /codes of \[errors\.md\].*`SENSR_HTTP`.*`other`/);
        else assert.deepEqual((text ?? '').match(/[\w.]+/g), [...values], `${name} ${label}`);
      }
    assert.deepEqual([...rows.keys()], [], 'rows of labels that there are not');
  });
});
