import assert from 'node:assert/strict';
import { STREAMS } from '../../../nodes/sensr-stream/properties';
import { VERSION as API } from '../../../nodes/sensr-api/properties';
import { VERSION as CONFIG } from '../../../nodes/sensr-config/properties';
import { VERSION as HEALTH } from '../../../nodes/health/properties';
import { VERSION as STREAM } from '../../../nodes/sensr-stream/properties';
import { readDocument, tableAfter } from './markdown';

const schema = readDocument('lib/frames/sensr.proto');

/** The fields of a message at the top of the schema, without those of messages inside it. */
function fieldsOf(message: string): string[] {
  const [, body = ''] = new RegExp(`^message ${message} \\{\\n(.*?)^\\}`, 'ms').exec(schema) ?? [];
  return [...body.matchAll(/^ {2}[\w. ]+ (\w+) = \d+;/gm)].map(([, name = '']) => name);
}

describe('docs/migration.md', () => {
  const rows = tableAfter(readDocument('docs/migration.md'), '<!-- fields -->');

  it('names fields that the protocol has', () => {
    const named = rows.flatMap((row) => `\`${row['protocol'] ?? ''}\``.match(/\w+\.\w+/g) ?? []);
    assert.ok(named.length >= rows.length);
    for (const field of named) {
      const [message = '', name = ''] = field.split('.');
      assert.ok(fieldsOf(message).includes(name), field);
    }
  });

  it('has a row for each field of the output message, its stream and its events', () => {
    for (const message of ['OutputMessage', 'StreamMessage', 'EventMessage']) {
      // The first two are told of by their own parts; the last two say nothing that a flow needs.
      const left = ['stream', 'event', 'first_cloud_arrival_timestamp', 'has_zones'];
      for (const field of fieldsOf(message).filter((name) => !left.includes(name)))
        assert.ok(
          rows.some((row) => row['protocol'] === `${message}.${field}`),
          `${message}.${field}`,
        );
    }
  });

  it('names streams that there are', () => {
    for (const { stream = '' } of rows.filter((row) => row['stream'] !== 'all but the points'))
      assert.ok((STREAMS as readonly string[]).includes(stream), stream);
  });
});

describe('docs/upgrading.md', () => {
  it('says that there is no step as long as there is none', () => {
    const isFirst = [API, CONFIG, HEALTH, STREAM].every((version) => version === 1);
    const says = readDocument('docs/upgrading.md').includes(
      "So far there is one version of each node's properties, and no step.",
    );
    assert.equal(says, isFirst);
  });
});
