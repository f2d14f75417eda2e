/** Commands as tests of the catalogue's core write them, with ids and stamps that follow from one word. */
import type { Command, CommandResult, JsonValue } from '../../src/catalog/index.js';
import { CatalogCore } from '../../src/catalog/index.js';
import { type BundleHash, bundleHash, layerArn } from '../../src/types/index.js';
import { newFunction } from './new-function.js';

export const hashA = bundleHash('a'.repeat(64));
export const hashB = bundleHash('b'.repeat(64));
export const hashC = bundleHash('c'.repeat(64));

type Without<Kind extends Command['kind']> = Partial<Extract<Command, { kind: Kind }>>;

export const stamp = (revisionId: string) => ({
  revisionId,
  lastModified: '2026-01-01T00:00:00.000+0000',
});

export function create(id: string, name: string, more: Without<'create'> = {}): Command {
  const { environment: _, ...settings } = newFunction;
  const record = {
    ...settings,
    layers: [],
    image: null,
    sealedEnvironment: '',
    name,
    version: '$LATEST',
    codeHash: hashA,
    codeBytes: 1,
    ...stamp(`rev-${id}`),
  };
  return { id, kind: 'create', record, ...more };
}

export const setMemory = (id: string, name: string, memoryMb: number): Command => ({
  id,
  kind: 'update-settings',
  name,
  changes: { memoryMb },
  ...stamp(`rev-${id}`),
});

export const setCode = (
  id: string,
  name: string,
  codeHash: BundleHash,
  more: Without<'update-code'> = {},
): Command => ({
  id,
  kind: 'update-code',
  name,
  codeHash,
  codeBytes: 2,
  ...stamp(`rev-${id}`),
  ...more,
});

export const publish = (
  id: string,
  name: string,
  more: Without<'publish-version'> = {},
): Command => ({
  id,
  kind: 'publish-version',
  name,
  revisionId: `rev-${id}`,
  versionRevisionId: `version-rev-${id}`,
  ...more,
});

export const deleteVersion = (id: string, name: string, version: string): Command => ({
  id,
  kind: 'delete-version',
  name,
  version,
});

export const createAlias = (
  id: string,
  name: string,
  alias: string,
  version: string,
  additional: { version: string; weight: number } | null = null,
): Command => ({
  id,
  kind: 'create-alias',
  name,
  alias,
  changes: { version, description: '', additional },
  revisionId: `rev-${id}`,
});

export const updateAlias = (
  id: string,
  name: string,
  alias: string,
  more: Without<'update-alias'>,
): Command => ({
  id,
  kind: 'update-alias',
  name,
  alias,
  changes: {},
  revisionId: `rev-${id}`,
  ...more,
});

/** The next version of a layer. */
export const publishLayer = (id: string, name: string, codeHash = hashA): Command => ({
  id,
  kind: 'publish-layer',
  layer: {
    name,
    description: '',
    licenseInfo: '',
    compatibleRuntimes: ['nodejs20.x'],
    compatibleArchitectures: [],
    codeHash,
    codeBytes: 3,
    unzippedBytes: 4,
    created: '2026-01-01T00:00:00.000+0000',
  },
});

export const deleteLayerVersion = (id: string, layerName: string, version: number): Command => ({
  id,
  kind: 'delete-layer-version',
  layerName,
  version,
});

export const setLayerPolicy = (
  id: string,
  layerName: string,
  version: number,
  policy: JsonValue | null,
  expected: 'absent' | { revisionId: string } = 'absent',
): Command => {
  const change = { layerName, version, policy, expected, revisionId: `rev-${id}` };
  return { id, kind: 'set-layer-policy', ...change };
};

/** A function takes version 1 of these layers, whose code is given. */
export const setLayers = (
  id: string,
  name: string,
  layers: readonly (readonly [layer: string, codeHash: BundleHash])[],
): Command => ({
  id,
  kind: 'update-settings',
  name,
  changes: {
    layers: layers.map(([layer, codeHash]) => {
      return { arn: layerArn(layer, 1), codeHash, codeBytes: 3, unzippedBytes: 4 };
    }),
  },
  ...stamp(`rev-${id}`),
});

/** A function of a container image. */
export const createImage = (id: string, name: string, uri: string): Command => {
  const command = create(id, name);
  if (command.kind !== 'create') throw new Error('it creates');
  const image = { uri, entryPoint: [], command: [], workingDirectory: '' };
  const record = { ...command.record, runtime: '', handler: '', image, codeHash: hashC };
  return { ...command, record: { ...record, codeBytes: 0 } };
};

/** A core that has applied the commands, and how it answered each. */
export function applied(...commands: Command[]): {
  core: CatalogCore;
  results: CommandResult[];
  /** Applies one more. */
  next: (command: Command) => CommandResult;
} {
  const core = new CatalogCore();
  const next = (command: Command): CommandResult => core.apply(core.appliedIndex + 1, command);
  return { core, results: commands.map(next), next };
}

/** In one word: the version, the alias, or the code of the refusal. */
export function wordOf(result: CommandResult): string {
  switch (result.kind) {
    case 'done':
      return result.record.version;
    case 'alias':
      return result.alias.name;
    case 'refused':
      return result.code;
    default:
      return result.kind;
  }
}

/** Null: nothing of the kind is attached any more. */
export const attachTo = (
  id: string,
  name: string,
  qualifier: string,
  value: JsonValue | null,
  more: Without<'attach'> = {},
): Command => ({
  id,
  kind: 'attach',
  name,
  attachment: 'policy',
  qualifier,
  value,
  revisionId: `rev-${id}`,
  at: `2026-01-01T00:00:0${id.length % 10}.000+0000`,
  ...more,
});

/** Null executions: none are provisioned any more. */
export const provisionOf = (
  id: string,
  name: string,
  qualifier: string,
  executions: number | null,
): Command => {
  const lastModified = '2026-01-01T00:00:00.000+0000';
  const provisioned = executions === null ? null : { executions, windows: [], lastModified };
  return { id, kind: 'provision-concurrency', name, qualifier, provisioned };
};
