/** Owns the projects, the one that is open, and its changes that wait to be applied. */

import { SettingsError } from './fields';
import { type IdKind, type SiteConfig, uidOf } from './site-config';

/** Where SENSR keeps its projects unless told otherwise: a path inside its container. */
export const PROJECTS_FOLDER = '/root/seoulrobotics/projects';
const FIRST_ZONE_ID = 1001;

interface FirstProject {
  readonly name: string;
  readonly config: SiteConfig;
}

interface Project {
  readonly name: string;
  readonly folder: string;
  saved: SiteConfig;
  /** Never given twice, also when a change was thrown away: a test can tell two zones apart for ever. */
  readonly lastIds: Map<IdKind | 'zone', number>;
}

const highest = (numbers: readonly number[], otherwise: number): number => Math.max(otherwise, ...numbers);

const uidNumbers = (config: SiteConfig, kind: IdKind): number[] =>
  [...config.nodes, ...config.edges, ...config.sensors]
    .filter(({ uid }) => uid.startsWith(`${kind}_`))
    .map(({ uid }) => Number(uid.slice(kind.length + 1)));

export class ProjectStore {
  readonly #projects: Project[] = [];
  readonly #createEmpty: () => SiteConfig;
  readonly #onLive: (config: SiteConfig, before: SiteConfig | undefined) => void;
  #open: Project;
  #pending: SiteConfig;

  /** The first project is open. `onLive` hears of every configuration that takes effect, of this one too. */
  constructor(
    projects: readonly [FirstProject, ...FirstProject[]],
    createEmpty: () => SiteConfig,
    onLive: (config: SiteConfig, before: SiteConfig | undefined) => void,
  ) {
    this.#createEmpty = createEmpty;
    this.#onLive = onLive;
    const [first, ...others] = projects;
    this.#open = this.#add(first.name, PROJECTS_FOLDER, first.config);
    for (const { name, config } of others) this.#add(name, PROJECTS_FOLDER, config);
    this.#pending = first.config;
    onLive(first.config, undefined);
  }

  get projectName(): string {
    return this.#open.name;
  }

  /** What takes effect now. */
  get live(): SiteConfig {
    return this.#open.saved;
  }

  /** With all changes, applied or not: what the settings operations read and write. */
  get pending(): SiteConfig {
    return this.#pending;
  }

  get hasPendingChanges(): boolean {
    return this.#pending !== this.#open.saved;
  }

  change(part: Partial<SiteConfig>): void {
    this.#pending = { ...this.#pending, ...part };
  }

  /** Saves the project and makes every change live, whoever made it. */
  apply(): void {
    const before = this.#open.saved;
    this.#open.saved = this.#pending;
    this.#onLive(this.#pending, before);
  }

  /** Throws away every change that was not applied. */
  reload(): void {
    this.#pending = this.#open.saved;
  }

  names(folder = PROJECTS_FOLDER): string[] {
    return this.#projects.filter((project) => project.folder === folder).map(({ name }) => name);
  }

  /** Makes an empty project and opens it. */
  create(name: string, folder = PROJECTS_FOLDER): void {
    if (name === '' || name.includes('/'))
      throw new SettingsError(`name must be a folder's name, not "${name}"`);
    if (this.#find(name, folder)) throw new SettingsError(`There is a project "${name}" already.`);
    this.#switchTo(this.#add(name, folder, this.#createEmpty()));
  }

  /** False when there is no such project. */
  open(name: string, folder = PROJECTS_FOLDER): boolean {
    const project = this.#find(name, folder);
    if (project) this.#switchTo(project);
    return project !== undefined;
  }

  nextUid(kind: IdKind): string {
    return uidOf(kind, this.#nextNumber(kind, highest(uidNumbers(this.#pending, kind), -1)));
  }

  nextZoneId(): number {
    const ids = this.#pending.zones.map(({ id }) => id);
    return this.#nextNumber('zone', highest(ids, FIRST_ZONE_ID - 1));
  }

  #nextNumber(kind: IdKind | 'zone', highestNow: number): number {
    const next = highest([highestNow], this.#open.lastIds.get(kind) ?? highestNow) + 1;
    this.#open.lastIds.set(kind, next);
    return next;
  }

  #find(name: string, folder: string): Project | undefined {
    return this.#projects.find((project) => project.name === name && project.folder === folder);
  }

  #add(name: string, folder: string, saved: SiteConfig): Project {
    const project = { name, folder, saved, lastIds: new Map<IdKind | 'zone', number>() };
    this.#projects.push(project);
    return project;
  }

  /** Changes of the project before that were not applied are lost. */
  #switchTo(project: Project): void {
    const before = this.#open.saved;
    this.#open = project;
    this.#pending = project.saved;
    this.#onLive(project.saved, before);
  }
}
