/** Commands as tests of the catalogue's core write them, with ids and stamps that follow from one word. */
import type { Command, CommandResult } from '../../src/catalog/index.js';
import { CatalogCore } from '../../src/catalog/index.js';
import { type BundleHash, bundleHash } from '../../src/types/index.js';
import { newFunction } from './new-function.js';

export const hashA = bundleHash('a'.repeat(64));
export const hashB = bundleHash('b'.repeat(64));

type Without<Kind extends Command['kind']> = Partial<Extract<Command, { kind: Kind }>>;

export const stamp = (revisionId: string) => ({
  revisionId,
  lastModified: '2026-01-01T00:00:00.000+0000',
});

export function create(id: string, name: string, more: Without<'create'> = {}): Command {
  const { environment: _, ...settings } = newFunction;
  const record = {
    ...settings,
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
