/** Runs the field's situations against a real Node-RED and prints what was measured: `npx tsx bench/field.ts [NAME …] [--minutes N]`. */
import { parseArgs } from 'node:util';
import { SCENARIOS, runScenario } from './field/scenarios';

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { minutes: { type: 'string' } },
  });
  const names = positionals.length > 0 ? positionals : Object.keys(SCENARIOS);
  for (const name of names) {
    const scenario = SCENARIOS[name];
    if (!scenario) throw new Error(`No scenario '${name}'; there are: ${Object.keys(SCENARIOS).join(', ')}`);
    const minutes = values.minutes === undefined ? scenario.minutes : Number(values.minutes);
    console.log(`\n${name}: ${scenario.about} (${minutes} min)`);
    const checks = await runScenario(scenario, minutes, (line) => {
      console.log(`  ${line}`);
    });
    for (const { what, measured, holds } of checks) {
      console.log(`  ${holds ? 'ok  ' : 'FAIL'} ${what}: ${measured}`);
      if (!holds) process.exitCode = 1;
    }
  }
}

void main();
