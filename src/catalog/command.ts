/**
 * The commands of the catalogue as they stand in the durable log: JSON, each with an id so that one
 * proposed twice (a retry after the leader died) takes effect once. Whatever is not deterministic (ids,
 * times, sealed environments) is chosen by the proposer and carried along.
 */
import { type KindLevels, levelOfKind } from '../types/index.js';
import type { AttachmentKind, Expectation, JsonValue } from './attachment.js';
import type { LayerVersion, PolicyExpectation } from './layer-state.js';
import type { LoggingSettings } from './logging.js';
import { completed, completedProvisioned } from './older-records.js';
import type {
  AliasChanges,
  Architecture,
  FunctionRecord,
  ImageConfig,
  Provisioned,
  SealedSettings,
} from './types.js';

interface CommandBase {
  /** A UUID of the proposal, the same on every retry. */
  readonly id: string;
}

interface FunctionBase extends CommandBase {
  readonly name: string;
}

interface ChangeBase extends FunctionBase {
  /** Refused with `revision-mismatch` where the function has moved on. */
  readonly expectedRevisionId?: string;
  /** Of `$LATEST` from then on. */
  readonly revisionId: string;
  readonly lastModified: string;
}

interface AliasBase extends FunctionBase {
  readonly alias: string;
}

/** Also publish what comes of it. */
interface Publishing {
  /** The revision id of the new version. */
  readonly versionRevisionId?: string;
}

export type CreateCommand = CommandBase &
  Publishing & { readonly kind: 'create'; readonly record: Omit<FunctionRecord, 'revision'> };

export type UpdateCodeCommand = ChangeBase &
  Publishing & {
    readonly kind: 'update-code';
    readonly codeHash: FunctionRecord['codeHash'];
    readonly codeBytes: number;
    /** Of a container image; its hash stands in `codeHash`. */
    readonly imageUri?: string;
    readonly architecture?: Architecture;
  };

export type UpdateSettingsCommand = ChangeBase & {
  readonly kind: 'update-settings';
  readonly changes: Partial<Omit<SealedSettings, 'logging'>>;
  /** Only of a container image: all of it, in place of what was. */
  readonly imageConfig?: ImageConfig;
  /** What is not among them stays. */
  readonly logging?: Partial<LoggingSettings>;
};

export type PublishCommand = FunctionBase & {
  readonly kind: 'publish-version';
  readonly expectedRevisionId?: string;
  /** Refused where `$LATEST` has other code. */
  readonly expectedCodeHash?: string;
  readonly description?: string;
  /** Of `$LATEST` from then on. */
  readonly revisionId: string;
  readonly versionRevisionId: string;
};

export type CreateAliasCommand = AliasBase & {
  readonly kind: 'create-alias';
  readonly changes: Required<AliasChanges>;
  readonly revisionId: string;
};

export type UpdateAliasCommand = AliasBase & {
  readonly kind: 'update-alias';
  readonly changes: AliasChanges;
  readonly expectedRevisionId?: string;
  readonly revisionId: string;
};

/** Null: nothing of the kind is attached any more. */
export type AttachCommand = FunctionBase & {
  readonly kind: 'attach';
  readonly attachment: AttachmentKind;
  readonly qualifier: string;
  readonly value: JsonValue | null;
  readonly expected?: Expectation;
  readonly revisionId: string;
  /** The time of the change. */
  readonly at: string;
};

/** Changes of a function that is there. */
export type FunctionCommand =
  | UpdateCodeCommand
  | UpdateSettingsCommand
  | PublishCommand
  | CreateAliasCommand
  | UpdateAliasCommand
  | AttachCommand
  | (FunctionBase & { readonly kind: 'delete' })
  | (FunctionBase & { readonly kind: 'delete-version'; readonly version: string })
  | (AliasBase & { readonly kind: 'delete-alias' })
  | (FunctionBase & {
      readonly kind: 'tag';
      readonly tags: Readonly<Record<string, string>>;
      readonly revisionId: string;
    })
  | (FunctionBase & {
      readonly kind: 'untag';
      readonly keys: readonly string[];
      readonly revisionId: string;
    })
  /** Null: no concurrency is reserved. */
  | (FunctionBase & { readonly kind: 'reserve-concurrency'; readonly executions: number | null })
  /** Null: none is provisioned for the version or alias. */
  | (FunctionBase & {
      readonly kind: 'provision-concurrency';
      readonly qualifier: string;
      readonly provisioned: Provisioned | null;
    });

/** A setting of the cluster; null removes it. */
export type SettingCommand = CommandBase & {
  readonly kind: 'set';
  readonly name: string;
  readonly value: unknown;
  /** Refused unless this is the log index of its last change; 0: unless it is not set. */
  readonly expectedRevision?: number;
};

/** Changes of layers, which functions do not hear of. */
export type LayerCommand =
  | (CommandBase & {
      readonly kind: 'publish-layer';
      readonly layer: Omit<LayerVersion, 'version'>;
    })
  | (CommandBase & {
      readonly kind: 'delete-layer-version';
      readonly layerName: string;
      readonly version: number;
    })
  /** Null: it has none any more. */
  | (CommandBase & {
      readonly kind: 'set-layer-policy';
      readonly layerName: string;
      readonly version: number;
      readonly policy: JsonValue | null;
      readonly expected: PolicyExpectation;
      readonly revisionId: string;
    });

export type Command = CreateCommand | FunctionCommand | LayerCommand | SettingCommand;

/** Since which format level each kind may be written. */
const commandLevels: KindLevels<Command['kind']> = {
  create: 1,
  'update-code': 1,
  'update-settings': 1,
  'publish-version': 1,
  'create-alias': 1,
  'update-alias': 1,
  'delete-alias': 1,
  attach: 1,
  delete: 1,
  'delete-version': 1,
  tag: 1,
  untag: 1,
  'reserve-concurrency': 1,
  'provision-concurrency': 1,
  set: 1,
  'publish-layer': 1,
  'delete-layer-version': 1,
  'set-layer-policy': 1,
};

const layerKinds: ReadonlySet<string> = new Set<LayerCommand['kind']>([
  'publish-layer',
  'delete-layer-version',
  'set-layer-policy',
]);

export function isLayerCommand(command: Command): command is LayerCommand {
  return layerKinds.has(command.kind);
}

export function encodeCommand(command: Command): Uint8Array {
  return Buffer.from(JSON.stringify(command));
}

/** The format level that a command needs. */
export function commandLevel(data: Uint8Array): number {
  return levelOfKind(commandLevels, decodeCommand(data).kind);
}

/**
 * The log holds only what encodeCommand wrote, of this release or an older one, or of a newer one, which throws `storage`;
 * anything else is a programmer's error and throws.
 */
export function decodeCommand(data: Uint8Array): Command {
  const command = JSON.parse(
    Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString(),
  ) as Command;
  levelOfKind(commandLevels, command.kind);
  if (command.kind === 'provision-concurrency') return completedProvision(command);
  if (command.kind !== 'create') return command;
  const record = completed(command.record);
  return record === command.record ? command : { ...command, record };
}

/** Older releases wrote a number where the whole of it stands now. */
function completedProvision(
  command: Extract<Command, { kind: 'provision-concurrency' }> & {
    readonly executions?: number | null;
  },
): Command {
  const { executions, provisioned } = command;
  if (executions === undefined) return command;
  const { executions: _, ...rest } = command;
  const older = executions === null ? null : completedProvisioned(executions);
  return { ...rest, provisioned: provisioned ?? older };
}
