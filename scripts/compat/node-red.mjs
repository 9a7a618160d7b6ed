// Owns one Node-RED process as a user runs it: its folder, its port, its debug sidebar, its end.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openAsBlob, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { basename, join } from 'node:path';
import WebSocket from 'ws';
import { cleanEnvironment } from './programs.mjs';

const HOST = '127.0.0.1';
const START_LIMIT_MS = 60_000;
/** Node-RED gives its nodes 15 s to close. */
const STOP_LIMIT_MS = 20_000;
const POLL_MS = 100;
const LOG_TAIL_CHARS = 2000;

export class NodeRed {
  #child;
  #comms;
  #url;
  #log = '';
  #sidebar = [];

  constructor(node, script, userDir) {
    this.node = node;
    this.script = script;
    this.userDir = userDir;
  }

  async start() {
    const port = await freePort();
    this.#url = `http://${HOST}:${port}`;
    this.#log = '';
    const settings = {
      ...{ uiPort: port, uiHost: HOST, flowFile: 'flows.json', credentialSecret: 'compat' },
      telemetry: { enabled: false, updateNotification: false },
      editorTheme: { tours: false, palette: { catalogues: [] } },
    };
    writeFileSync(join(this.userDir, 'settings.js'), `module.exports = ${JSON.stringify(settings)};\n`);
    const child = spawn(this.node, [this.script, '--userDir', this.userDir], {
      cwd: this.userDir,
      env: cleanEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => (this.#log += chunk.toString()));
    this.#child = child;
    await this.#until('Node-RED to start its flows', START_LIMIT_MS, () => /Started flows/.test(this.#log));
    await this.#openSidebar();
  }

  /** @returns the sets of nodes that Node-RED knows of a package */
  async nodeSets(name) {
    const sets = await this.#request('GET', '/nodes');
    return sets.filter(({ module }) => module === name);
  }

  async deploy(flows) {
    const started = this.#count(/Started flows/g);
    await this.#request('POST', '/flows', flows);
    await this.#until('the deploy', START_LIMIT_MS, () => this.#count(/Started flows/g) > started);
  }

  /** As the palette's upload button does. */
  async upload(tarball) {
    const form = new FormData();
    form.append('tarball', await openAsBlob(tarball), basename(tarball));
    return this.#request('POST', '/nodes', form);
  }

  /** As the palette's remove button does. */
  uninstall(name) {
    return this.#request('DELETE', `/nodes/${name}`);
  }

  press(injectNode) {
    return this.#request('POST', `/inject/${injectNode}`, {});
  }

  clearSidebar() {
    this.#sidebar.length = 0;
  }

  /** Waits until each debug node named has shown something; what `errors` shows ends the waiting. */
  async shows(names, limitMs) {
    const missing = () => names.filter((name) => !this.#sidebar.some((one) => one.name === name));
    await this.#until(
      () => `something at the debug nodes ${missing().join(', ')}`,
      limitMs,
      () => {
        const error = this.#sidebar.find(({ name }) => name === 'errors');
        if (error) throw new Error(`The flow reports ${JSON.stringify(error.msg).slice(0, 500)}`);
        return missing().length === 0;
      },
    );
  }

  /** @returns how long it took, in ms; a Node-RED that must be killed is an error */
  async stop() {
    const child = this.#child;
    if (!child) return 0;
    this.#child = undefined;
    this.#comms?.terminate();
    if (child.exitCode !== null || child.signalCode !== null) return 0;
    const exited = once(child, 'exit');
    const startedMs = performance.now();
    let isKilled = false;
    const timer = setTimeout(() => {
      isKilled = true;
      child.kill('SIGKILL');
    }, STOP_LIMIT_MS);
    child.kill('SIGTERM');
    await exited;
    clearTimeout(timer);
    if (isKilled) throw new Error(`Node-RED did not end within ${STOP_LIMIT_MS} ms\n${this.#tail()}`);
    return performance.now() - startedMs;
  }

  /** What Node-RED's log says of us being wrong. */
  get complaints() {
    return this.#log.split('\n').filter((line) => /\[(error|warn)\].*sensr|uncaught|unhandled/i.test(line));
  }

  async #openSidebar() {
    const comms = new WebSocket(`${this.#url.replace('http', 'ws')}/comms`);
    comms.on('message', (data) => {
      for (const { topic, data: shown } of [JSON.parse(data.toString())].flat())
        if (topic === 'debug') this.#sidebar.push(shown);
    });
    comms.on('error', () => undefined);
    await once(comms, 'open');
    comms.send(JSON.stringify({ subscribe: 'debug' }));
    this.#comms = comms;
  }

  async #request(method, path, body) {
    const isForm = body instanceof FormData;
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers: { accept: 'application/json', ...(!isForm && { 'content-type': 'application/json' }) },
      body: body === undefined || isForm ? body : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok)
      throw new Error(`${method} ${path} answered ${response.status}: ${text}\n${this.#tail()}`);
    return /json/.test(response.headers.get('content-type') ?? '') ? JSON.parse(text) : text;
  }

  async #until(what, limitMs, isReached) {
    const endMs = performance.now() + limitMs;
    while (!isReached()) {
      if (this.#child.exitCode !== null || this.#child.signalCode !== null)
        throw new Error(
          `Node-RED ended (${this.#child.signalCode ?? this.#child.exitCode})\n${this.#tail()}`,
        );
      if (performance.now() > endMs)
        throw new Error(
          `Waited ${limitMs} ms for ${typeof what === 'string' ? what : what()}\n${this.#tail()}`,
        );
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  #count(pattern) {
    return this.#log.match(pattern)?.length ?? 0;
  }

  #tail() {
    return this.#log.slice(-LOG_TAIL_CHARS);
  }
}

async function freePort() {
  const probe = createServer().listen(0, HOST);
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}
