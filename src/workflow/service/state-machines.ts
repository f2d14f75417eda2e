/** Operations on state machines. */
import { HearthError } from '../../types/index.js';
import { stateMachineArn } from '../arns.js';
import { parseDefinition, type StateMachineType, variableReferences } from '../language/index.js';
import type { RegistryCommand, StateMachine, StateMachineVersion } from '../registry/index.js';
import { changed } from './changes.js';
import type { Operations, Output, WorkflowDeps } from './deps.js';
import { cut, nextTokenOf, pageAsked } from './pages.js';
import { invalid, noStateMachine } from './refusals.js';
import {
  checkEncryption,
  defaultLogging,
  defaultTracing,
  encryption,
  loggingOf,
  seconds,
  tagsOf,
  tracingOf,
} from './settings.js';
import type { Input } from './shapes.js';
import { checkTags } from './tags.js';
import { checkName, checkRoleArn, isVersion, target, unqualified } from './targets.js';

type StateMachineOperation =
  | 'CreateStateMachine'
  | 'UpdateStateMachine'
  | 'DescribeStateMachine'
  | 'ListStateMachines'
  | 'DeleteStateMachine';

export function stateMachineOperations(deps: WorkflowDeps): Operations<StateMachineOperation> {
  const { registry } = deps;
  return {
    CreateStateMachine: async (input) => {
      const command = creation(input);
      const { atMs, version } = await changed(registry, command);
      return {
        stateMachineArn: stateMachineArn(input.name),
        creationDate: seconds(atMs),
        stateMachineVersionArn: version && stateMachineArn(input.name, version),
      };
    },
    UpdateStateMachine: async (input) => {
      const name = unqualified(input.stateMachineArn);
      await registry.catchUp();
      const present = registry.core.stateMachine(name);
      if (present === undefined) throw noStateMachine(input.stateMachineArn);
      const command = revision(deps, present, input);
      const { atMs, version, revisionId } = await changed(registry, command);
      return {
        updateDate: seconds(atMs),
        revisionId: revisionId ?? undefined,
        stateMachineVersionArn: version && stateMachineArn(name, version),
      };
    },
    DescribeStateMachine: async ({ stateMachineArn: arn, includedData }) => {
      const { name, qualifier } = target(arn, 'stateMachine');
      await registry.catchUp();
      const machine = registry.core.stateMachine(name);
      const version = machine?.versions.find((known) => String(known.version) === qualifier);
      if (machine === undefined || (qualifier !== null && version === undefined)) {
        throw noStateMachine(arn);
      }
      return described(machine, version, includedData === 'METADATA_ONLY');
    },
    ListStateMachines: async (input) => {
      const asked = pageAsked(input, 'state-machines');
      await registry.catchUp();
      const page = cut(registry.core.stateMachines(), asked, ({ name }) => name);
      return {
        stateMachines: page.items.map(({ name, type, createdAtMs }) => ({
          stateMachineArn: stateMachineArn(name),
          name,
          type,
          creationDate: seconds(createdAtMs),
        })),
        nextToken: nextTokenOf(page.next, 'state-machines'),
      };
    },
    DeleteStateMachine: async ({ stateMachineArn: arn }) => {
      const { name, qualifier } = target(arn, 'stateMachine');
      if (qualifier !== null) {
        const what = isVersion(qualifier) ? 'Version' : 'Alias';
        throw invalid(
          `The ARN names a state machine's ${what.toLowerCase()}: use DeleteStateMachine${what}.`,
        );
      }
      await changed(registry, { kind: 'delete-state-machine', name });
      return {};
    },
  };
}

/** What DescribeStateMachine and DescribeStateMachineForExecution tell of a definition. */
export function definitionMembers(
  definition: string,
  type: StateMachineType,
  isMetadataOnly: boolean,
): Output {
  if (isMetadataOnly) return { definition: '{}' };
  const parsed = parseDefinition(definition, type);
  const references = parsed.kind === 'valid' ? variableReferences(parsed.definition) : {};
  const isAny = Object.keys(references).length > 0;
  return { definition, variableReferences: isAny ? references : undefined };
}

function described(
  machine: StateMachine,
  version: StateMachineVersion | undefined,
  isMetadataOnly: boolean,
): Output {
  const { name, type } = machine;
  const { definition, roleArn, createdAtMs, logging, tracing, revisionId } = version ?? machine;
  return {
    stateMachineArn: stateMachineArn(name, version?.version),
    name,
    status: machine.isDeleting ? 'DELETING' : 'ACTIVE',
    ...definitionMembers(definition, type, isMetadataOnly),
    roleArn,
    type,
    creationDate: seconds(createdAtMs),
    loggingConfiguration: logging,
    tracingConfiguration: tracing,
    encryptionConfiguration: encryption,
    revisionId: revisionId ?? undefined,
    description: version?.description || undefined,
  };
}

function creation(input: Input<'CreateStateMachine'>): RegistryCommand {
  const { name, definition, roleArn, type = 'STANDARD' } = input;
  const { loggingConfiguration, tracingConfiguration } = input;
  checkName(name);
  checkPublication(input);
  checkRoleArn(roleArn);
  checkEncryption(input.encryptionConfiguration);
  const tags = checkTags(tagsOf(input.tags), stateMachineArn(name));
  const logging = loggingConfiguration ? loggingOf(loggingConfiguration) : defaultLogging;
  const tracing = tracingConfiguration ? tracingOf(tracingConfiguration) : defaultTracing;
  checkDefinition(definition, type);
  return {
    kind: 'create-state-machine',
    ...{ name, type, definition, roleArn, logging, tracing, tags },
    publish: publicationOf(input),
  };
}

function revision(
  deps: WorkflowDeps,
  present: StateMachine,
  input: Input<'UpdateStateMachine'>,
): RegistryCommand {
  const { definition, roleArn, loggingConfiguration, tracingConfiguration } = input;
  const { encryptionConfiguration } = input;
  const asked = [definition, roleArn, loggingConfiguration, tracingConfiguration];
  if ([...asked, encryptionConfiguration].every((member) => member === undefined)) {
    throw new HearthError(
      'missing-required-parameter',
      'Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified',
    );
  }
  checkPublication(input);
  checkRoleArn(roleArn);
  checkEncryption(encryptionConfiguration);
  const logging = loggingConfiguration && loggingOf(loggingConfiguration);
  if (definition !== undefined) checkDefinition(definition, present.type);
  return {
    kind: 'update-state-machine',
    name: present.name,
    ...(definition === undefined ? {} : { definition }),
    ...(roleArn === undefined ? {} : { roleArn }),
    ...(logging === undefined ? {} : { logging }),
    ...(tracingConfiguration ? { tracing: tracingOf(tracingConfiguration) } : {}),
    revisionId: deps.uuid(),
    publish: publicationOf(input),
  };
}

/** Throws `invalid-definition`. */
function checkDefinition(definition: string, type: StateMachineType): void {
  const parsed = parseDefinition(definition, type);
  if (parsed.kind === 'invalid') throw new HearthError('invalid-definition', parsed.message);
}

type Published = Pick<Input<'CreateStateMachine'>, 'publish' | 'versionDescription'>;

function checkPublication({ publish, versionDescription }: Published): void {
  if (!publish && versionDescription) {
    throw invalid('Version description can only be set when publish is true');
  }
}

function publicationOf({ publish, versionDescription = '' }: Published) {
  return publish ? { description: versionDescription } : null;
}
