/** Every stream node: what became of the frames that came to it, and what waits and was dropped lately. */
import type { ServerState, StreamState } from '../../protocol';
import type { Text } from '../sidebar-plugin';
import { Facts, KeyedList, button, make, section, setText, type Row } from './dom';
import { bytes, count } from './format';
import { Rates } from './rates';

type Shown = StreamState & { readonly server: string };

const SHOWN_PER_SECOND = 0.05;

export class StreamsSection {
  readonly element: HTMLDetailsElement;
  readonly #text: Text;
  readonly #none: HTMLElement;
  readonly #rates = new Rates();
  readonly #list: KeyedList<Shown>;
  #atMs = 0;

  constructor(text: Text) {
    this.#text = text;
    this.#none = make('p', { class: 'sensr-note' }, text('streams.none'));
    const list = make('div');
    this.element = section(text('streams.title'), this.#none, list);
    this.#list = new KeyedList<Shown>(
      list,
      ({ id }) => id,
      ({ shownId }) => this.#create(shownId),
    );
  }

  update(servers: readonly ServerState[], atMs: number): void {
    this.#atMs = atMs;
    const streams = servers.flatMap((server) =>
      server.streams.map((stream) => ({ ...stream, server: server.name })),
    );
    this.#none.hidden = streams.length > 0;
    this.#list.update(streams);
  }

  #create(shownId: string): Row<Shown> {
    const text = this.#text;
    const reveal = button('', () => {
      RED.view.reveal(shownId);
    });
    const facts = new Facts();
    const warning = make('p', { class: 'sensr-reason sensr-warn' });
    return {
      element: make('div', { class: 'sensr-card' }, reveal, facts.element, warning),
      update: (stream) => {
        const { id, socket, server, received, emitted, filtered, dropped, queued, queuedBytes } = stream;
        const name = nameOf(stream);
        setText(reveal, name);
        reveal.title = text('streams.reveal', { name });
        facts.update({
          [text('streams.from')]: text('streams.fromValue', { server, socket: text(`socket.${socket}`) }),
          [text('streams.received')]: count(received),
          [text('streams.emitted')]: count(emitted),
          [text('streams.filtered')]: count(filtered),
          [text('streams.dropped')]: count(dropped),
          [text('streams.queued')]:
            queued > 0
              ? text('streams.queuedValue', { count: count(queued), bytes: bytes(queuedBytes) })
              : '0',
        });
        const perS = this.#rates.read(id, dropped, this.#atMs) ?? 0;
        setText(warning, perS >= SHOWN_PER_SECOND ? text('streams.dropping', { rate: perS.toFixed(1) }) : '');
      },
    };
  }
}

/** As the canvas shows it; a node that was deployed from elsewhere is not known here. */
function nameOf({ id, shownId, name }: StreamState): string {
  const node = RED.nodes.node(shownId);
  return name || (node ? RED.utils.getNodeLabel(node, id) : id);
}
