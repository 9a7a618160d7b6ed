/** Builds the tab's sections, and keeps them up to date once a second for as long as they are seen. */
import { ROUTES, type StateAnswer } from '../../protocol';
import type { Text, View } from '../sidebar-plugin';
import { createAsk } from './ask';
import { make, setText } from './dom';
import { HealthSection } from './health-section';
import { LiveSection } from './live-section';
import { Poll } from './poll';
import { RestartsSection } from './restarts-section';
import { ServersSection } from './servers-section';
import { StreamsSection } from './streams-section';

const STATE_MS = 1000;

export function createView(root: HTMLElement, text: Text): View {
  const ask = createAsk(text);
  const problem = make('p', { class: 'sensr-problem', role: 'status' });
  const servers = new ServersSection(text, ask);
  const live = new LiveSection(text, ask);
  const streams = new StreamsSection(text);
  const health = new HealthSection(text);
  const restarts = new RestartsSection(text);
  const sections = [servers, live, streams, health, restarts];
  root.append(problem, ...sections.map(({ element }) => element));
  const poll = new Poll<StateAnswer>({
    ask: () => ask('GET', ROUTES.state, { since: health.sampleAt, restarts: restarts.stamp }),
    onAnswer: (answer) => {
      setText(problem, '');
      servers.update(answer.servers, answer.atMs);
      live.update(answer.servers);
      streams.update(answer.servers, answer.atMs);
      health.update(answer.health);
      restarts.update(answer.health);
      return STATE_MS;
    },
    onFailure: (message) => {
      setText(problem, message);
    },
  });
  return {
    show: () => {
      poll.start();
      live.show();
    },
    hide: () => {
      poll.stop();
      live.hide();
    },
    model: () => live.model(),
  };
}
