/**
 * Which keys of a serverless.yml mean something here. What stands in none of these tables is an error; what is left
 * out is told with the reason, so that nobody believes in what does not happen.
 */
import { isMembers, type Members, placeText } from './members.js';

/** `true`: understood. A text: left out with that note. */
export type Keys = Readonly<Record<string, true | string>>;

const noFramework = 'it is for the Serverless Framework itself';
const noRoles = 'functions and state machines of Hearth have no roles';
const noCloud = 'it is of AWS alone';
const noEvents = 'it is for events, which are not made from this file';
const ownLogs = 'Hearth keeps logs and records by itself: hearth logs, hearth executions';

export const topKeys: Keys = {
  service: true,
  provider: true,
  functions: true,
  stepFunctions: true,
  package: true,
  custom: true,
  params: true,
  plugins: true,
  frameworkVersion: noFramework,
  configValidationMode: noFramework,
  variablesResolutionMode: noFramework,
  deprecationNotificationMode: noFramework,
  disabledDeprecations: noFramework,
  unresolvedVariablesNotificationMode: noFramework,
  enableLocalInstallationFallback: noFramework,
  licenseKey: noFramework,
  org: noFramework,
  app: noFramework,
  console: noFramework,
  resources: 'nothing is made of it: Hearth has no CloudFormation',
  outputs: 'nothing is made of it: Hearth has no CloudFormation',
};

export const providerKeys: Keys = {
  name: true,
  runtime: true,
  timeout: true,
  memorySize: true,
  environment: true,
  layers: true,
  stage: true,
  region: 'a cluster is one region, us-east-1',
  profile: 'access keys come from HEARTH_ACCESS_KEY_ID or AWS_ACCESS_KEY_ID',
  architecture: 'functions run on the machines that there are',
  role: noRoles,
  iam: noRoles,
  iamRoleStatements: noRoles,
  iamManagedPolicies: noRoles,
  rolePermissionsBoundary: noRoles,
  tags: 'functions of Hearth have no tags',
  stackTags: noCloud,
  stackName: noCloud,
  stackPolicy: noCloud,
  deploymentBucket: noCloud,
  deploymentPrefix: noCloud,
  deploymentMethod: noCloud,
  versionFunctions: 'versions are published by hearth publish',
  lambdaHashingVersion: noFramework,
  logRetentionInDays: ownLogs,
  logs: ownLogs,
  tracing: ownLogs,
  vpc: 'there is one network: see --network of hearth deploy',
  kmsKeyArn: noCloud,
  apiGateway: noEvents,
  httpApi: noEvents,
  endpointType: noEvents,
  apiName: noEvents,
};

export const functionKeys: Keys = {
  handler: true,
  runtime: true,
  name: true,
  description: true,
  timeout: true,
  memorySize: true,
  environment: true,
  url: true,
  package: true,
  layers: true,
  snapStart: true,
  reservedConcurrency: true,
  events: true,
  role: noRoles,
  iamRoleStatements: noRoles,
  iamRoleStatementsName: noRoles,
  tags: 'functions of Hearth have no tags',
  architecture: 'functions run on the machines that there are',
  logRetentionInDays: ownLogs,
  logs: ownLogs,
  disableLogs: ownLogs,
  tracing: ownLogs,
  vpc: 'there is one network: see --network of hearth deploy',
  kmsKeyArn: noCloud,
  versionFunction: 'versions are published by hearth publish',
  dependsOn: 'functions come before state machines, in the order of the file',
};

export const urlKeys: Keys = { authorizer: true, invokeMode: true };

export const packageKeys: Keys = {
  patterns: true,
  include: true,
  exclude: true,
  artifact: true,
  individually: 'each function is packed by itself',
  excludeDevDependencies: 'node_modules goes as it is: leave out by patterns what is not needed',
};

export const stepFunctionsKeys: Keys = {
  stateMachines: true,
  activities: true,
  validate: 'definitions are always validated',
  noOutput: noCloud,
};

export const machineKeys: Keys = {
  id: true,
  name: true,
  type: true,
  definition: true,
  tags: true,
  useExactVersion: true,
  events: true,
  role: noRoles,
  iamRoleStatements: noRoles,
  inheritGlobalTags: 'functions of Hearth have no tags',
  encryptionConfig: noCloud,
  loggingConfig: ownLogs,
  tracingConfig: ownLogs,
  dependsOn: 'functions come before state machines, in the order of the file',
  alarms: noCloud,
  notifications: noCloud,
  retain: noCloud,
};

export interface Findings {
  /** What is left out, and why. */
  readonly notes: string[];
  /** What stops the deployment. */
  readonly errors: string[];
}

type Place = readonly (string | number)[];

/** Tells of each key of `value` that means nothing here; the members where it has any. */
export function checkKeys(value: unknown, keys: Keys, place: Place, found: Findings): Members {
  if (value === undefined || value === null) return {};
  if (!isMembers(value)) {
    found.errors.push(`${placeText(place)} must hold names with values`);
    return {};
  }
  for (const name of Object.keys(value)) {
    const at = placeText([...place, name]);
    const meaning = Object.hasOwn(keys, name) ? keys[name] : undefined;
    if (meaning === undefined) {
      const there = Object.keys(keys).filter((key) => keys[key] === true);
      found.errors.push(`${at} is not supported (${there.join(', ')} are)`);
    } else if (meaning !== true) found.notes.push(`${at} is left out: ${meaning}.`);
  }
  return value;
}

/** Events of functions and state machines: each is told. */
export function checkEvents(value: unknown, place: Place, found: Findings): void {
  const list = Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
  for (const [at, event] of list.entries()) {
    const kind = isMembers(event) ? Object.keys(event).join(', ') : String(event);
    found.notes.push(
      `${placeText([...place, at])} (${kind}) is left out: events are not made from this file.`,
    );
  }
}
