/** Writes docs/operations.md from the operation table: `npx tsx scripts/document-operations.ts`. A test compares the two. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OPERATIONS, type Operation, type OperationParam } from '../lib/api/operations';
import { OBJECTS, objectTable, type ObjectBody } from './document-fields';

const ANSWERS: Readonly<Record<Operation['answer'], string>> = {
  object: 'object, as SENSR sends it',
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
  any: 'whatever SENSR answers: JSON as objects, else text',
  health: 'object with `master` and `nodes`, as SENSR sends it',
  zoneStatus: 'object with `zones`, each with `objectIds`',
  shape: 'object with `timestamp` (epoch ms) and `points` (Buffer of float32 x, y, z)',
  history: 'object with `states`, each with `position` and `timestamp` (epoch ms)',
  nodeNames: 'list of ids (text)',
  edgeNames: 'list of ids (text)',
  report: '`project`, `sensors`, `zones`, `health`, `errors`; `null` for a part that cannot be had',
};

const linkTo = (body: ObjectBody): string => `[${body}](#${body})`;

const BODIES: Readonly<Record<Operation['body'], string>> = {
  none: '',
  zone: linkTo('zone'),
  sensor: linkTo('sensor'),
  node: linkTo('node'),
  transform: linkTo('transform'),
  range: linkTo('range'),
  edge: linkTo('edge'),
  value: 'the value',
  any: 'anything, if there is something to send',
};

const VERSIONS: Readonly<Record<Operation['versions'], string>> = { '3.x': '3', '2.x': '2', both: '2, 3' };

const nounOf = ({ name }: Operation): string => name.split('.')[0] ?? name;

function paramText({ name, type, required, choices, default: preset }: OperationParam): string {
  const kind = choices ? choices.map((choice) => `\`${choice}\``).join(' or ') : type;
  const need = preset === undefined ? (required ? '' : ', optional') : `, default ${preset}`;
  return `\`${name}\` (${kind}${need})`;
}

function answerText({ answer, details }: Operation): string {
  return details
    ? `${ANSWERS[answer]}; with \`details\` what \`${details.operation}\` gives, for each`
    : ANSWERS[answer];
}

function changeText({ name, writes, destructive, needsApply }: Operation): string {
  if (name === 'request')
    return 'with any method but `GET` and `HEAD`; pending where the path has `/settings/`';
  if (!writes) return '';
  return [destructive ? 'yes, **dangerous**' : 'yes', ...(needsApply ? ['pending'] : [])].join(', ');
}

function requestText({ name, method, path, prefix }: Operation): string {
  if (name === 'request') return 'as asked';
  if (path === '') return 'several';
  return `\`${method} ${prefix === 'version' ? '/{v}' : ''}${path}\``;
}

const table = (heading: readonly string[], rows: readonly (readonly string[])[]): string =>
  [heading, heading.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const operationRow = (operation: Operation): string[] => [
  `\`${operation.name}\``,
  operation.summary,
  operation.params.map(paramText).join(', '),
  BODIES[operation.body],
  answerText(operation),
  changeText(operation),
  VERSIONS[operation.versions],
  requestText(operation),
];

const OPERATION_HEADING = [
  'Operation',
  'What it does',
  '`msg.params`',
  '`msg.payload` in',
  '`msg.payload` out',
  'Changes',
  'SENSR',
  'Request',
];

/** Each once, unless it means something else in another operation of the noun. */
function paramRows(operations: readonly Operation[]): string[][] {
  const rows = operations.flatMap(({ params }) =>
    params.map(({ name, wire, description }) => [
      `\`${name}\``,
      wire === undefined ? '' : `\`${wire}\``,
      description,
    ]),
  );
  return [...new Map(rows.map((row) => [row.join('|'), row])).values()];
}

function section(noun: string): string {
  const operations = OPERATIONS.filter((operation) => nounOf(operation) === noun);
  const params = paramRows(operations);
  return [
    `## ${noun}\n`,
    `${table(OPERATION_HEADING, operations.map(operationRow))}\n`,
    ...(params.length > 0 ? [`${table(['Parameter', 'In the query', 'Meaning'], params)}\n`] : []),
  ].join('\n');
}

const INTRODUCTION = `# Operations of sensr-api

Made by \`scripts/document-operations.ts\` from the table in \`lib/api/operations.ts\`, which also makes the form and the checks.

\`msg.operation\` or the form chooses one; \`msg.params\` holds its parameters by name, \`msg.payload\` what it sends. A parameter may also have the name that SENSR's manual gives it (\`zone-id\` for \`zoneId\`). An unknown parameter is an error; one that is empty is not sent.

- **Types**: \`int\` is a whole number, or its digits as text. \`time\` is a Date, milliseconds since 1970, or text such as \`2024-05-06T07:08:09.250Z\`.
- **Changes**: need "Allow changes" on the node. **Dangerous** ones destroy what cannot be had back, or disturb everybody who uses that SENSR. What is **pending** takes effect with \`commands.apply\`, which "Apply changes" sends by itself.
- **SENSR**: the generations whose manual has the operation.
- **Request**: \`{v}\` stands for the API version, which is detected, or entered in the server's settings. \`/results\` carries it in SENSR 2.4 and does not in 3; 2.0 and 2.1 have none at all. The node finds out by itself.
- **Time**: \`project\` and \`commands\` may take \`longResponseTimeout\`, as may a \`request\` with \`/commands/\` in its path; all others \`responseTimeout\`.
`;

const OBJECTS_INTRODUCTION = `## What an operation sends

An object, or its JSON as text, with SENSR's own field names. The fields below are checked before anything is sent: numbers may be digits as text, text may be a number. Fields that are not listed are passed on as they are. An \`id\` or \`uid\` is needed to change something, and left out when something is created: SENSR gives one.

Whether SENSR keeps the fields that are left out is not documented: read the object, change it, and send all of it.
`;

export function operationsPage(): string {
  const nouns = [...new Set(OPERATIONS.map(nounOf))];
  const objects = OBJECTS.map((object) => `### ${object.body}\n\n${objectTable(object, table)}\n`);
  return [INTRODUCTION, ...nouns.map(section), OBJECTS_INTRODUCTION, ...objects].join('\n');
}

if (require.main === module) writeFileSync(join(__dirname, '../docs/operations.md'), operationsPage());
