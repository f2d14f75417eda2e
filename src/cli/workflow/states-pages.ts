/** What a node answers of state machines and executions: https://docs.aws.amazon.com/step-functions/latest/apireference/ */
import * as z from 'zod';

/** Times are seconds since 1970, with milliseconds behind the point. */
const time = z.number();

const diagnostic = z.object({
  severity: z.string(),
  code: z.string(),
  message: z.string(),
  location: z.string().optional(),
});
export type Diagnostic = z.output<typeof diagnostic>;
export const diagnostics = z.object({ diagnostics: z.array(diagnostic) });

export const machine = z.object({
  stateMachineArn: z.string(),
  name: z.string(),
  type: z.enum(['STANDARD', 'EXPRESS']),
  definition: z.string(),
  roleArn: z.string(),
});
export type Machine = z.output<typeof machine>;

const machineSummary = z.object({
  stateMachineArn: z.string(),
  name: z.string(),
  type: z.string(),
  creationDate: time,
});
export type MachineSummary = z.output<typeof machineSummary>;
export const machinePage = z.object({
  stateMachines: z.array(machineSummary),
  nextToken: z.string().nullish(),
});

const version = z.object({ stateMachineVersionArn: z.string(), creationDate: time });
export const versionPage = z.object({
  stateMachineVersions: z.array(version),
  nextToken: z.string().nullish(),
});

const route = z.object({ stateMachineVersionArn: z.string(), weight: z.number() });
export type Route = z.output<typeof route>;
export const alias = z.object({ name: z.string(), routingConfiguration: z.array(route) });
export type Alias = z.output<typeof alias>;
export const aliasPage = z.object({
  stateMachineAliases: z.array(z.object({ stateMachineAliasArn: z.string() })),
  nextToken: z.string().nullish(),
});

export const started = z.object({ executionArn: z.string() });

const executionSummary = z.object({
  executionArn: z.string(),
  name: z.string(),
  status: z.string(),
  startDate: time,
  stopDate: time.nullish(),
});
export type ExecutionSummary = z.output<typeof executionSummary>;
export const executionPage = z.object({
  executions: z.array(executionSummary),
  nextToken: z.string().nullish(),
});

export const execution = executionSummary.extend({
  stateMachineArn: z.string(),
  input: z.string().nullish(),
  output: z.string().nullish(),
  error: z.string().nullish(),
  cause: z.string().nullish(),
  redriveCount: z.number().nullish(),
});
export type Execution = z.output<typeof execution>;

export const syncExecution = z.object({
  executionArn: z.string(),
  status: z.string(),
  output: z.string().nullish(),
  error: z.string().nullish(),
  cause: z.string().nullish(),
});
export type SyncExecution = z.output<typeof syncExecution>;

const counts = z.object({ total: z.number(), succeeded: z.number(), failed: z.number() });
export const mapRun = z.object({ itemCounts: counts });
export type ItemCounts = z.output<typeof counts>;

const historyEvent = z.looseObject({
  id: z.number(),
  previousEventId: z.number().default(0),
  timestamp: time,
  type: z.string(),
});
export type HistoryEvent = z.output<typeof historyEvent>;
export const historyPage = z.object({
  events: z.array(historyEvent),
  nextToken: z.string().nullish(),
});

export const tested = z.object({
  status: z.string(),
  output: z.string().nullish(),
  error: z.string().nullish(),
  cause: z.string().nullish(),
  nextState: z.string().nullish(),
  inspectionData: z.record(z.string(), z.unknown()).nullish(),
});
export type Tested = z.output<typeof tested>;
