#!/usr/bin/env node
/** The command `sensr-simulator`: starts a simulator, says where it is, ends it on a signal. */

import { type CommandLine, helpText, parseCommandLine } from './cli-options';
import { OptionError, type Simulator, startSimulator } from './server';

const EXIT_FAILURE = 1;
const EXIT_USAGE = 2;

const isPortTaken = (error: unknown): error is NodeJS.ErrnoException & { port: number } =>
  error instanceof Error && 'code' in error && error.code === 'EADDRINUSE' && 'port' in error;

/** With `--any-port`, a port that is taken becomes any free one; each attempt gives up one port. */
const start = async ({ options, anyPort }: CommandLine): Promise<Simulator> => {
  try {
    return await startSimulator(options);
  } catch (error) {
    if (!anyPort || !isPortTaken(error)) throw error;
    const free = Object.entries(options).map(([name, value]) => [
      name,
      name.endsWith('Port') && value === error.port ? 0 : value,
    ]);
    return start({ options: Object.fromEntries(free), anyPort, faults: [], help: false });
  }
};

const announce = (simulator: Simulator, { options }: CommandLine): void => {
  const host = options.host ?? '127.0.0.1';
  const shown = host.includes(':') ? `[${host}]` : host;
  const secure = options.tls ? 's' : '';
  console.log(`output ws${secure}://${shown}:${simulator.outputPort}`);
  console.log(`points ws${secure}://${shown}:${simulator.pointsPort}`);
  console.log(`rest   http${secure}://${shown}:${simulator.restPort}`);
  console.log(`admin  http://${shown}:${simulator.adminPort}`);
};

const run = async (): Promise<void> => {
  const commandLine = parseCommandLine(process.argv.slice(2));
  if (commandLine.help) {
    console.log(helpText());
    return;
  }
  const simulator = await start(commandLine);
  for (const fault of commandLine.faults) await simulator.setFault(fault);
  announce(simulator, commandLine);
  const stop = (): void => {
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
    simulator.close().catch(fail);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
};

const fail = (error: unknown): void => {
  if (error instanceof OptionError) {
    console.error(`sensr-simulator: ${error.message}\nTry sensr-simulator --help.`);
    process.exitCode = EXIT_USAGE;
    return;
  }
  const message = isPortTaken(error)
    ? `port ${error.port} is taken; choose another or add --any-port`
    : (error as Error).message;
  console.error(`sensr-simulator: ${message}`);
  process.exitCode = EXIT_FAILURE;
};

run().catch(fail);
