/** All layers of the cluster: the part of the catalogue's state machine that knows nothing of functions. */
import { layerArn, limits } from '../types/index.js';
import type { LayerCommand } from './command.js';
import { withKey } from './function-state.js';
import type { LayerPolicy, LayerState, LayerVersion } from './layer-state.js';
import { type CommandResult, refused, revisionMismatch } from './result.js';
import { SortedNames } from './sorted-names.js';

export class LayerShelf {
  readonly #layers = new Map<string, LayerState>();
  readonly #names = new SortedNames((name) => this.#layers.has(name));
  #versionCount = 0;

  /** `count` hears of every version that comes (1) or goes (-1). */
  constructor(private readonly count: (version: LayerVersion, by: 1 | -1) => void) {}

  get(name: string): LayerState | undefined {
    return this.#layers.get(name);
  }

  all(): Iterable<LayerState> {
    return this.#layers.values();
  }

  /** In the order of names (code units), those that follow `after`. */
  *following(after: string): Iterable<LayerState> {
    for (const name of this.#names.page(after, Number.POSITIVE_INFINITY)) {
      const state = this.#layers.get(name);
      if (state !== undefined) yield state;
    }
  }

  apply(command: LayerCommand): CommandResult {
    switch (command.kind) {
      case 'publish-layer':
        return this.#publish(command.layer);
      case 'delete-layer-version':
        return this.#deleteVersion(command.layerName, command.version);
      case 'set-layer-policy':
        return this.#setPolicy(command);
      default:
        throw new Error(`a command of an unknown kind: ${JSON.stringify(command satisfies never)}`);
    }
  }

  /** Sets a layer: the one place where layers change, and what is counted of them. */
  put(after: LayerState): void {
    const before = this.#layers.get(after.name);
    this.#layers.set(after.name, after);
    if (before === undefined) this.#names.add(after.name);
    this.#versionCount += after.versions.size - (before?.versions.size ?? 0);
    for (const version of after.versions.values()) this.count(version, 1);
    for (const version of before?.versions.values() ?? []) this.count(version, -1);
  }

  #publish(content: Omit<LayerVersion, 'version'>): CommandResult {
    const { name } = content;
    const before = this.#layers.get(name);
    if (before === undefined && this.#layers.size >= limits.layersMax) {
      const message = `The cluster knows ${limits.layersMax} names of layers, its limit; publish under one of these.`;
      return refused('invalid-parameter', message);
    }
    if (this.#versionCount >= limits.layerVersionsMax) {
      const message = `The cluster holds ${limits.layerVersionsMax} versions of layers, its limit; delete some first.`;
      return refused('invalid-parameter', message);
    }
    const version = (before?.lastVersion ?? 0) + 1;
    const layer = Object.freeze({ ...content, version });
    const versions = new Map(before?.versions).set(version, layer);
    const policies = before?.policies ?? noPolicies;
    this.put({ name, lastVersion: version, versions, policies });
    return { kind: 'layer', layer };
  }

  #deleteVersion(name: string, version: number): CommandResult {
    const state = this.#layers.get(name);
    if (state === undefined || !state.versions.has(version)) return { kind: 'nothing' };
    const versions = withKey(state.versions, version, null);
    this.put({ ...state, versions, policies: withKey(state.policies, version, null) });
    return { kind: 'nothing' };
  }

  #setPolicy(command: Extract<LayerCommand, { kind: 'set-layer-policy' }>): CommandResult {
    const { layerName, version, policy: value, expected, revisionId } = command;
    const state = this.#layers.get(layerName);
    if (state === undefined || !state.versions.has(version)) {
      const message = `Layer version ${layerArn(layerName, version)} does not exist.`;
      return refused('function-not-found', message);
    }
    const present = state.policies.get(version)?.revisionId;
    if (present !== (expected === 'absent' ? undefined : expected.revisionId)) {
      return revisionMismatch;
    }
    const policy = value === null ? null : Object.freeze({ value, revisionId });
    this.put({ ...state, policies: withKey(state.policies, version, policy) });
    return { kind: 'layer-policy', policy };
  }
}

const noPolicies: ReadonlyMap<number, LayerPolicy> = new Map();

/** The ARN by which a function names a layer version. */
export function layerVersionArn({ name, version }: LayerVersion): string {
  return layerArn(name, version);
}
