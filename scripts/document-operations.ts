/** Writes docs/operations.md from the operation table: `npx tsx scripts/document-operations.ts`. A test compares the two. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OPERATIONS, type Operation, type OperationParam } from '../lib/api/operations';

const ANSWERS: Readonly<Record<Operation['answer'], string>> = {
  object: 'object',
  zone: 'the zone',
  sensor: 'the sensor',
  numbers: 'list of ids (numbers)',
  names: 'list of names or ids (text)',
  number: 'the new id (number)',
  name: 'the new id (text)',
  fields: 'object: field name to type name',
  done: '`true`',
  text: "SENSR's sentence",
  value: 'the value: number, boolean or text',
  any: 'whatever SENSR answers',
  health: 'object as in the stream `health`',
  zoneStatus: 'object with `zones`, each with `objectIds`',
  shape: 'object with `points` (Buffer of float32 x, y, z)',
  history: 'object with `states`',
  nodeNames: 'list of ids (text)',
  edgeNames: 'list of ids (text)',
  report: '`project`, `sensors`, `zones`, `health`, `errors`',
};

const BODIES: Readonly<Record<Operation['body'], string>> = {
  none: '',
  zone: 'a zone',
  sensor: 'a sensor',
  node: 'an algo node',
  transform: 'a transform',
  range: 'a range',
  edge: 'an edge node',
  value: 'the value',
  any: 'anything',
};

const VERSIONS: Readonly<Record<Operation['versions'], string>> = { '3.x': '3', '2.x': '2', both: '2, 3' };

function paramText({ name, type, required, choices }: OperationParam): string {
  const kind = choices ? choices.map((choice) => `\`${choice}\``).join(' or ') : type;
  return `\`${name}\` (${kind}${required ? '' : ', optional'})`;
}

function changeText({ writes, destructive, needsApply }: Operation): string {
  if (!writes) return '';
  return [destructive ? '**destroys**' : 'yes', ...(needsApply ? ['pending until applied'] : [])].join(', ');
}

function requestText({ name, method, path, prefix }: Operation): string {
  if (name === 'request') return 'as asked';
  if (path === '') return 'several';
  return `\`${method} ${prefix === 'version' ? '/{v}' : ''}${path}\``;
}

function row(operation: Operation): string {
  const cells = [
    `\`${operation.name}\``,
    operation.summary,
    operation.params.map(paramText).join(', '),
    BODIES[operation.body],
    ANSWERS[operation.answer],
    changeText(operation),
    VERSIONS[operation.versions],
    requestText(operation),
  ];
  return `| ${cells.join(' | ')} |`;
}

const INTRODUCTION = `# Operations of sensr-api

Made by \`scripts/document-operations.ts\` from the table in \`lib/api/operations.ts\`, which also makes the form and the checks.

\`msg.operation\` or the form chooses one; \`msg.params\` holds its parameters by name, \`msg.payload\` what it sends. Objects have SENSR's own field names. Fields that this package does not know are passed on as they are. "Changes" need "Allow changes" on the node; what is pending takes effect with \`commands.apply\`.

\`{v}\` stands for the API version, which is detected or set in the server's settings. \`/results\` carries it in SENSR 2.4 and does not in 3; 2.0 and 2.1 have none at all. The node finds out by itself.
`;

export function operationsPage(): string {
  const nouns = [...new Set(OPERATIONS.map(({ noun }) => noun))];
  const heading =
    '| Operation | What it does | `msg.params` | `msg.payload` in | `msg.payload` out | Changes | SENSR | Request |\n' +
    '| --- | --- | --- | --- | --- | --- | --- | --- |';
  const sections = nouns.map((noun) => {
    const rows = OPERATIONS.filter((operation) => operation.noun === noun).map(row);
    return `## ${noun}\n\n${heading}\n${rows.join('\n')}\n`;
  });
  return [INTRODUCTION, ...sections].join('\n');
}

if (require.main === module) writeFileSync(join(__dirname, '../docs/operations.md'), operationsPage());
