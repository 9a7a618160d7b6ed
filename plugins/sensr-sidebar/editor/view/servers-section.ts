/** Every deployed server with its sockets, in words and numbers, and what can be done about them. */
import { ROUTES, SOCKET_NAMES, type RecycleAnswer, type ServerState, type SocketName } from '../../protocol';
import type { Text } from '../sidebar-plugin';
import type { Ask } from './ask';
import { CommandLine } from './command-line';
import { Facts, KeyedList, button, make, section, setText, type Row } from './dom';
import { bytes, count, duration, moment, perSecond } from './format';
import { Rates } from './rates';
import { conditionOf } from './socket-condition';
import { testConnection } from './test-connection';
import { wordsFor } from './words';

export class ServersSection {
  readonly element: HTMLDetailsElement;
  readonly #text: Text;
  readonly #ask: Ask;
  readonly #rates = new Rates();
  readonly #none: HTMLElement;
  readonly #list: KeyedList<ServerState>;
  #atMs = 0;

  constructor(text: Text, ask: Ask) {
    this.#text = text;
    this.#ask = ask;
    this.#none = make('p', { class: 'sensr-note' }, text('servers.none'));
    const list = make('div');
    const result = new CommandLine(text);
    const recycle = button(text('servers.recycle'), () => {
      result.run(recycle, ask<RecycleAnswer>('POST', ROUTES.recycle), (answer) => recycled(answer, text));
    });
    recycle.title = text('servers.recycleHelp');
    const commands = make('div', { class: 'sensr-commands' }, recycle, result.element);
    this.element = section(text('servers.title'), this.#none, list, commands);
    this.#list = new KeyedList<ServerState>(
      list,
      ({ id }) => id,
      ({ id }) => this.#createServer(id),
    );
  }

  update(servers: readonly ServerState[], atMs: number): void {
    this.#atMs = atMs;
    this.#none.hidden = servers.length > 0;
    this.#list.update(servers);
  }

  #createServer(id: string): Row<ServerState> {
    const text = this.#text;
    const name = make('h4');
    const sockets = SOCKET_NAMES.map((socket) => this.#createSocket(id, socket));
    const results = make('ul', { class: 'sensr-results', 'aria-live': 'polite' });
    const test = button(text('servers.test'), () => {
      void testConnection(this.#ask('POST', ROUTES.test(id)), { button: test, results, text });
    });
    const element = make(
      'div',
      { class: 'sensr-card' },
      name,
      ...sockets.map((socket) => socket.element),
      make('div', { class: 'sensr-commands' }, test),
      results,
    );
    return {
      element,
      update: (server) => {
        setText(name, server.name === server.host ? server.name : `${server.name} (${server.host})`);
        test.setAttribute('aria-label', text('servers.testOf', { server: server.name }));
        for (const socket of sockets) socket.update(server);
      },
    };
  }

  #createSocket(id: string, socket: SocketName): Row<ServerState> {
    const text = this.#text;
    const mark = make('i', { 'aria-hidden': 'true' });
    const words = make('strong');
    const reason = make('p', { class: 'sensr-reason' });
    const losses = make('p', { class: 'sensr-reason' });
    const facts = new Facts();
    const result = new CommandLine(text);
    const reconnect = button(text('servers.reconnect'), () => {
      result.run(
        reconnect,
        this.#ask<{ hadSocket: boolean }>('POST', ROUTES.reconnect(id), { socket }),
        ({ hadSocket }) => text(hadSocket ? 'servers.reconnecting' : 'servers.noSocket'),
      );
    });
    const head = make('div', { class: 'sensr-socket-head' }, mark, words, reconnect);
    const element = make(
      'div',
      { class: 'sensr-socket' },
      head,
      reason,
      facts.element,
      losses,
      result.element,
    );
    return {
      element,
      update: (server) => {
        const state = server[socket];
        const rate = this.#rates.read(`${id}/${socket}`, state.frames, this.#atMs) ?? 0;
        const byteRate = this.#rates.read(`${id}/${socket}/bytes`, state.bytes, this.#atMs) ?? 0;
        const condition = conditionOf(state, rate);
        mark.className = `fa ${condition.icon} sensr-${condition.level}`;
        setText(
          words,
          text('servers.socket', {
            socket: text(`socket.${socket}`),
            state: text(`socket.state.${condition.key}`),
          }),
        );
        reconnect.setAttribute(
          'aria-label',
          text('servers.reconnectOf', { socket: text(`socket.${socket}`), server: server.name }),
        );
        reconnect.hidden = state.state === 'idle' || state.state === 'closed';
        setText(reason, state.state === 'open' ? '' : (state.reason ?? ''));
        const isOpen = state.state === 'open';
        facts.update({
          [text('fact.rate')]: isOpen ? perSecond(rate) : undefined,
          [text('fact.bytes')]: isOpen ? `${bytes(byteRate)}/s` : undefined,
          [text('fact.silence')]: shown(state.silenceMs, duration),
          [text('fact.ping')]: shown(state.pingRttMs, duration),
          [text('fact.uptime')]: shown(state.uptimeMs, duration),
          [text('fact.attempt')]: state.attempt > 0 ? count(state.attempt) : undefined,
        });
        setText(losses, lossesLine(state.losses, text));
      },
    };
  }
}

const shown = <T>(value: T | null, words: (value: T) => string): string | undefined =>
  value === null ? undefined : words(value);

/** Connections that were lost, the most frequent reason first. */
function lossesLine(losses: Readonly<Record<string, number>>, text: Text): string {
  const entries = Object.entries(losses).sort(([, a], [, b]) => b - a);
  const total = entries.reduce((sum, [, times]) => sum + times, 0);
  if (total === 0) return '';
  const reasons = entries.map(([code, times]) => `${code} ${count(times)}`).join(', ');
  return text('servers.losses', { total: count(total), reasons });
}

function recycled({ outcome, reason, blockedUntil, durationMs }: RecycleAnswer, text: Text): string {
  const until = blockedUntil === null ? '' : text('until', { time: moment(blockedUntil, Date.now()) });
  return text(`servers.recycled.${outcome}`, {
    reason: reason === null ? '' : wordsFor(text, 'limit', reason),
    until,
    duration: durationMs === null ? '' : duration(durationMs),
  });
}
