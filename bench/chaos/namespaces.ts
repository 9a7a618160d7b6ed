/** A real network of two namespaces and a cable between them; what the kernel cannot do is left undefined. */
import { execFileSync, spawnSync } from 'node:child_process';
import type { Network } from './network';
import { startServer } from './server';

const OURS = { device: 'sensr-us', address: '10.213.7.1' };
const THEIRS = { device: 'sensr-them', address: '10.213.7.2' };
/** What tbf lets through at once, and how long it queues: small, or it would hide the limit. */
const BURST = '64kb';
const LATENCY = '400ms';
/** How fast the class is that takes the packets which come too late; the others overtake them. */
const LATE_BYTES_PER_SECOND = 1_000_000;
const PERCENT = 100;

const run = (command: string, ...args: string[]): void => {
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
};
const works = (command: string, ...args: string[]): boolean =>
  spawnSync(command, args, { stdio: 'ignore' }).status === 0;

/** @returns the command that runs its arguments in a new network namespace, or undefined where that is not allowed */
export function namespaceCommand(): readonly string[] | undefined {
  const commands = [
    ['unshare', '--net'],
    ['unshare', '--user', '--map-root-user', '--net'],
  ];
  return commands.find(([command = '', ...args]) =>
    works(command, ...args, 'sh', '-c', 'ip link add veth-try type veth peer name veth-tried'),
  );
}

/** Runs in a network namespace of its own already. */
export async function connectNamespaces(): Promise<Network> {
  const server = await startServer('0.0.0.0', ['unshare', '--net']);
  const enter = [`--target=${server.pid}`, '--net'];
  const there = (...args: string[]): void => {
    run('nsenter', ...enter, ...args);
  };
  const worksThere = (...args: string[]): boolean => works('nsenter', ...enter, ...args);
  run('ip', 'link', 'set', 'lo', 'up');
  run('ip', 'link', 'add', OURS.device, 'type', 'veth', 'peer', 'name', THEIRS.device);
  run('ip', 'link', 'set', THEIRS.device, 'netns', String(server.pid));
  run('ip', 'addr', 'add', `${OURS.address}/24`, 'dev', OURS.device);
  there('ip', 'addr', 'add', `${THEIRS.address}/24`, 'dev', THEIRS.device);
  run('ip', 'link', 'set', OURS.device, 'up');
  there('ip', 'link', 'set', THEIRS.device, 'up');
  const shape = (...discipline: string[]): void => {
    there('tc', 'qdisc', 'replace', 'dev', THEIRS.device, 'root', ...discipline);
  };
  // One rule: the packets that arrive here, with more conditions.
  const dropping = (...conditions: string[]): string[] => [
    ...['INPUT', '--in-interface', OURS.device],
    ...[...conditions, '--jump', 'DROP'],
  ];
  const randomly = (percent: number): string[] => [
    ...['--match', 'statistic', '--mode', 'random'],
    ...['--probability', String(percent / PERCENT)],
  ];
  const hasIptables = works('iptables', '--list') && worksThere('iptables', '--list');
  const hasNetem = works('tc', 'qdisc', 'replace', 'dev', OURS.device, 'root', 'netem', 'delay', '1ms');
  if (hasNetem) run('tc', 'qdisc', 'del', 'dev', OURS.device, 'root');
  const unshape = (): void => {
    worksThere('tc', 'qdisc', 'del', 'dev', THEIRS.device, 'root');
  };
  return {
    kind: [
      'two network namespaces and a veth pair, tc',
      hasIptables ? 'iptables' : 'no iptables here: loss and reordering are not tried',
      hasNetem ? 'netem' : 'no netem in this kernel: delay is not tried, except with --proxy',
    ].join('; '),
    host: THEIRS.address,
    ports: server.ports,
    // The far end: ours stays up, as behind a switch. Nothing tells us.
    cut: () => {
      there('ip', 'link', 'set', THEIRS.device, 'down');
      run('ip', 'neigh', 'replace', THEIRS.address, 'lladdr', '02:00:00:00:00:01', 'dev', OURS.device);
    },
    cutFromServer: () => {
      if (hasIptables) run('iptables', '--insert', ...dropping());
      else there('ip', 'route', 'add', 'blackhole', `${OURS.address}/32`);
    },
    heal: () => {
      there('ip', 'link', 'set', THEIRS.device, 'up');
      worksThere('ip', 'route', 'del', 'blackhole', `${OURS.address}/32`);
      works('ip', 'neigh', 'del', THEIRS.address, 'dev', OURS.device);
      if (hasIptables) {
        run('iptables', '--flush');
        there('iptables', '--table', 'mangle', '--flush');
      }
      unshape();
    },
    limit: (bytesPerSecond) => {
      if (bytesPerSecond === 0) unshape();
      else shape('tbf', 'rate', `${bytesPerSecond * 8}bit`, 'burst', BURST, 'latency', LATENCY);
    },
    delay: hasNetem
      ? (ms, jitterMs) => {
          shape('netem', 'delay', `${ms}ms`, `${jitterMs}ms`);
        }
      : undefined,
    disturb: hasIptables
      ? (lossPercent, latePercent) => {
          run('iptables', '--insert', ...dropping(...randomly(lossPercent)));
          shape('handle', '1:', 'htb', 'default', '10');
          const addClass = (id: string, rate: string): void => {
            const place = ['dev', THEIRS.device, 'parent', '1:', 'classid', id];
            there('tc', 'class', 'add', ...place, 'htb', 'rate', rate);
          };
          addClass('1:10', '10gbit');
          addClass('1:20', `${LATE_BYTES_PER_SECOND * 8}bit`);
          there(
            ...['iptables', '--table', 'mangle', '--append', 'POSTROUTING', '--out-interface', THEIRS.device],
            ...[...randomly(latePercent), '--jump', 'CLASSIFY', '--set-class', '1:20'],
          );
        }
      : undefined,
    close: () => server.stop(),
  };
}
