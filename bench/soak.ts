/** npm run soak: everything at once for as long as asked, with seeded trouble; ends with 1 when anything did not hold. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { machineLine } from './machine';
import { Soak } from './soak/soak';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    servers: { type: 'string', default: '3' },
    json: { type: 'string' },
  },
});
const [minutes, seed, servers] = [Number(values.minutes), Number(values.seed), Number(values.servers)];
if (!(minutes > 0 && Number.isInteger(seed) && servers > 0))
  throw new RangeError('Usage: npm run soak -- --minutes 10 --seed 1 --servers 3 --json results.json');

async function main(): Promise<void> {
  const startMs = Date.now();
  const say = (line: string): void => {
    console.log(`${((Date.now() - startMs) / 1000).toFixed(1).padStart(7)} s  ${line}`);
  };
  const result = {
    at: new Date().toISOString(),
    machine: machineLine(),
    ...{ minutes, seed, servers },
    ...(await new Soak({ minutes, seed, servers, say }).run()),
  };
  console.log(JSON.stringify(result, null, 2));
  if (values.json) writeFileSync(values.json, `${JSON.stringify(result, null, 2)}\n`);
  console.log(
    result.violations.length === 0 ? 'Everything held.' : `${result.violations.length} violations.`,
  );
  if (result.violations.length > 0) process.exitCode = 1;
}

void main();
