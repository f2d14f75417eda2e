/** FunctionRecord -> FunctionConfiguration as AWS writes it, member for member (recorded on live AWS). */
import { createHash } from 'node:crypto';
import { codeSha256, type FunctionRecord } from '../../catalog/index.js';
import { asHearthError, errorTable, functionArn, region } from '../../types/index.js';
import type { CapacitySum } from '../concurrency/cluster-capacity.js';
import { toldMembers } from './told-settings.js';

/** Opens a record's environment variables; throws HearthError where it cannot. */
export type OpenEnvironment = (record: FunctionRecord) => Readonly<Record<string, string>>;

/** What the answer is about: AWS names the state of a function in flux only where it has just changed. */
export type Moment = 'created' | 'updated' | 'settled';

/**
 * The answer of CreateFunction, of the updates, and of the reads. `qualifier` is repeated in the ARN; `capacity` is what
 * the nodes have said, where they were asked.
 */
export function functionConfiguration(
  record: FunctionRecord,
  environment: OpenEnvironment,
  moment: Moment,
  qualifier?: string,
  capacity?: CapacitySum,
): Record<string, unknown> {
  return {
    ...listedConfiguration(record, environment, qualifier, capacity),
    ...(record.image === null
      ? { RuntimeVersionConfig: { RuntimeVersionArn: runtimeVersionArn(record.runtime) } }
      : {}),
    ...stateAt(moment),
    ...(moment === 'settled' ? {} : { RevisionId: passingRevision(record.revisionId) }),
  };
}

/** An entry of ListFunctions: the same without state and runtime version. */
export function listedConfiguration(
  record: FunctionRecord,
  environment: OpenEnvironment,
  qualifier?: string,
  capacity?: CapacitySum,
): Record<string, unknown> {
  return {
    FunctionName: record.name,
    FunctionArn: functionArn(record.name, qualifier),
    ...(record.image === null ? { Runtime: record.runtime, Handler: record.handler } : {}),
    Role: record.role,
    CodeSize: record.codeBytes,
    Description: record.description,
    Timeout: record.timeoutS,
    MemorySize: record.memoryMb,
    LastModified: record.lastModified,
    CodeSha256: codeSha256(record),
    Version: record.version,
    ...environmentMember(record, environment),
    RevisionId: record.revisionId,
    PackageType: record.image === null ? 'Zip' : 'Image',
    ...imageMember(record),
    ...layersMember(record),
    Architectures: [record.architecture],
    EphemeralStorage: { Size: record.ephemeralMb },
    SnapStart: snapStartMember(record, capacity),
    ...toldMembers(record),
  };
}

/** `Reason` is Hearth's own: why the version cannot be copied. Where no node was asked, nothing is On. */
function snapStartMember(
  { snapStart }: FunctionRecord,
  capacity: CapacitySum | undefined,
): Record<string, string> {
  const { hasSnapshot = false, reason = '' } = capacity ?? {};
  return {
    ApplyOn: snapStart ? 'PublishedVersions' : 'None',
    OptimizationStatus: hasSnapshot ? 'On' : 'Off',
    ...(reason === '' ? {} : { Reason: reason }),
  };
}

/** Nothing where the image is not changed. */
function imageMember({ image }: FunctionRecord): Record<string, unknown> {
  if (image === null) return {};
  const { entryPoint, command, workingDirectory } = image;
  const ImageConfig = {
    ...(entryPoint.length > 0 ? { EntryPoint: entryPoint } : {}),
    ...(command.length > 0 ? { Command: command } : {}),
    ...(workingDirectory === '' ? {} : { WorkingDirectory: workingDirectory }),
  };
  return Object.keys(ImageConfig).length > 0 ? { ImageConfigResponse: { ImageConfig } } : {};
}

function layersMember({ layers }: FunctionRecord): Record<string, unknown> {
  if (layers.length === 0) return {};
  return { Layers: layers.map(({ arn, codeBytes }) => ({ Arn: arn, CodeSize: codeBytes })) };
}

/** What cannot be opened is told of that function alone, in AWS's way. */
function environmentMember(
  record: FunctionRecord,
  environment: OpenEnvironment,
): Record<string, unknown> {
  if (record.sealedEnvironment === '') return {};
  try {
    return { Environment: { Variables: environment(record) } };
  } catch (thrown) {
    const { code, message } = asHearthError(thrown);
    return { Environment: { Error: { ErrorCode: errorTable[code].aws, Message: message } } };
  }
}

/**
 * AWS gives a function another revision once a change has settled. Here that is so by the time of the answer: what
 * the answer names is over, and a change that expects it is refused as on AWS.
 */
function passingRevision(revisionId: string): string {
  const hash = createHash('sha256').update(revisionId).digest('hex');
  return hash.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*/, '$1-$2-$3-$4-$5');
}

/** The record is usable once it is acknowledged; the first answer still says so in AWS's order of states. */
function stateAt(moment: Moment): Record<string, string> {
  switch (moment) {
    case 'created':
      return {
        State: 'Pending',
        StateReason: 'The function is being created.',
        StateReasonCode: 'Creating',
      };
    case 'updated':
      return {
        State: 'Active',
        LastUpdateStatus: 'InProgress',
        LastUpdateStatusReason: 'The function is being created.',
        LastUpdateStatusReasonCode: 'Creating',
      };
    case 'settled':
      return { State: 'Active', LastUpdateStatus: 'Successful' };
    default:
      throw new Error(`a moment without a state: ${String(moment satisfies never)}`);
  }
}

/** AWS names each build of a runtime by a hash; here it is the hash of the runtime's name. */
export function runtimeVersionArn(runtime: string): string {
  const hash = createHash('sha256').update(runtime).digest('hex');
  return `arn:aws:lambda:${region}::runtime:${hash}`;
}
