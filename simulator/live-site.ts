/** Owns what ties the configuration to the world: what is applied changes the scene's zones and health. */

import { setTimeout as wait } from 'node:timers/promises';
import { createDefaultSite, createEmptySite, SCENE_SENSORS } from './config/default-site';
import { type Mode, ModeControl } from './config/mode';
import { ProjectStore } from './config/project-store';
import type { SiteConfig } from './config/site-config';
import { siteHealth } from './config/site-health';
import { EDITIONS, hasFamily } from './editions';
import { createRouter, type Router } from './http-routes';
import type { SimulatorOptions } from './options';
import { restRoutes } from './rest/routes';
import type { Scene } from './scene';

export interface SiteState {
  readonly project: string;
  readonly mode: Mode;
  /** The mode is being changed. */
  readonly isChanging: boolean;
  readonly hasPendingChanges: boolean;
}

const FIRST_PROJECT = 'crossing';
/** A second one to open: a single sensor that sees one zone. */
const OTHER_PROJECT = 'yard';

export class LiveSite {
  readonly router: Router;
  readonly #scene: Scene;
  readonly #store: ProjectStore;
  readonly #mode: ModeControl;
  readonly #closing = new AbortController();

  constructor(options: SimulatorOptions, scene: Scene) {
    const edition = EDITIONS[options.api];
    const { nodeFields } = edition;
    const hasEdges = hasFamily(options.api, 'edge-node');
    const zones = scene.zones.list();
    const { sensors: sensorCount = SCENE_SENSORS, zones: zoneCount } = options;
    const first = createDefaultSite({ zones, zoneCount, sensorCount, hasEdges, nodeFields });
    const other = createDefaultSite({ zones, zoneCount: 1, sensorCount: 1, hasEdges, nodeFields });
    this.#scene = scene;
    this.#mode = new ModeControl(options.modeChangeMs);
    this.#store = new ProjectStore(
      [
        { name: FIRST_PROJECT, config: first },
        { name: OTHER_PROJECT, config: other },
      ],
      () => createEmptySite(nodeFields),
      (config, before) => this.#goLive(config, before),
    );
    const { signal } = this.#closing;
    const waitForStorage = (): Promise<void> =>
      wait(options.saveMs, undefined, { signal }).catch(() => undefined);
    const routes = restRoutes({ scene, store: this.#store, mode: this.#mode, edition, waitForStorage });
    const prefix = options.versionPrefix ?? options.api;
    const isVersion = (segment: string): boolean => prefix === '*' || segment === prefix;
    this.router = createRouter(routes, { isVersion, errors: 'text' });
  }

  state(): SiteState {
    const { mode, isChanging } = this.#mode;
    const { projectName, hasPendingChanges } = this.#store;
    return { project: projectName, mode, isChanging, hasPendingChanges };
  }

  /** Ends what is under way; the requests that wait for it are answered or gone. */
  close(): void {
    this.#closing.abort();
    this.#mode.cancel();
  }

  /** Health that was set by hand stays as long as nobody changes nodes or sensors. */
  #goLive(config: SiteConfig, before: SiteConfig | undefined): void {
    this.#scene.zones.replaceAll(config.zones);
    const isSameEquipment =
      before !== undefined &&
      (['nodes', 'sensors', 'edges'] as const).every((part) => config[part] === before[part]);
    if (!isSameEquipment) this.#scene.setHealth(siteHealth(config, before ? this.#scene.health : undefined));
  }
}
