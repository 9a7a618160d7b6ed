// Writes lib/frames/generated from lib/frames/sensr.proto: enum names, readers of values, and scanners that only look.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import schema from 'protocol-buffers-schema';
import { enumCode } from './generate-reader.enums.mjs';
import { scanCode } from './generate-reader.scans.mjs';
import { flatten } from './generate-reader.schema.mjs';
import { valueCode } from './generate-reader.values.mjs';

const frames = join(dirname(dirname(fileURLToPath(import.meta.url))), 'lib/frames');
const { messages, enums } = flatten(schema.parse(readFileSync(join(frames, 'sensr.proto'), 'utf8')));

mkdirSync(join(frames, 'generated'), { recursive: true });
write('enums.ts', 'Numbers and names of the enums.', enums.map(enumCode));
write('values.ts', 'Readers that decode a message into a plain object.', [
  `import * as enums from './enums';
import { setEntry } from '../plain-map';
import { readSensorStatus } from '../sensor-statuses';
import { readTimestampMs } from '../timestamp';
import { joinRepeated } from '../wire-merge';
import type { WireReader } from '../wire-reader';`,
  ...messages.filter((one) => !one.scan && one.fields.length > 0).map(valueCode),
]);
write('scans.ts', 'Scanners that note where the parts of a message are; decoding them is up to the caller.', [
  `import { joinRepeated } from '../wire-merge';
import { WireReader } from '../wire-reader';

const NOTHING = new WireReader(Buffer.alloc(0));`,
  ...messages.filter((one) => one.scan).map(scanCode),
]);

function write(name, purpose, blocks) {
  const head = `/** ${purpose} Written by scripts/generate-reader.mjs from sensr.proto: do not edit. */`;
  writeFileSync(join(frames, 'generated', name), `${[head, ...blocks].join('\n\n')}\n`);
}
