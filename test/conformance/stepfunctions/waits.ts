/** What the recorder waited for between its calls, by the names that it had for it. */
import { setTimeout as delay } from 'node:timers/promises';
import {
  DescribeExecutionCommand,
  ListStateMachineAliasesCommand,
  ListStateMachinesCommand,
  ListStateMachineVersionsCommand,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import type { AwaitStep, Members } from '../scenario.js';

type Reached = (client: SFNClient, args: Members) => Promise<boolean>;

const pollMs = 25;
/** The longest scenario takes seven seconds. What does not end then, as a Wait of years, is looked at as it is. */
const waitMsMax = 20_000;

export async function untilReached(client: SFNClient, step: AwaitStep): Promise<void> {
  const reached = waits[step.await];
  if (reached === undefined) {
    throw new Error(`what ${step.await} waits for is not known; add it to waits.ts`);
  }
  const deadline = performance.now() + waitMsMax;
  while (!(await reached(client, step.args))) {
    if (performance.now() > deadline) return;
    await delay(pollMs);
  }
}

const ended: Reached = async (client, { execution_arn }) =>
  !['RUNNING', 'PENDING_REDRIVE', ''].includes(await statusOf(client, String(execution_arn)));

const waits: Readonly<Record<string, Reached>> = {
  await_execution_terminated: ended,
  await_execution_success: ended,
  await_execution_aborted: ended,
  await_execution_started: async (client, { execution_arn }) =>
    (await statusOf(client, String(execution_arn))) !== '',
  await_state_machine_listed: isMachine,
  await_state_machine_not_listed: not(isMachine),
  await_state_machine_alias_is_created: isAlias,
  await_state_machine_alias_is_deleted: not(isAlias),
  await_state_machine_version_listed: isVersion,
  await_state_machine_version_not_listed: not(isVersion),
};

function not(reached: Reached): Reached {
  return async (client, args) => !(await reached(client, args));
}

/** Empty where there is no such execution (yet). */
async function statusOf(client: SFNClient, executionArn: string): Promise<string> {
  try {
    const { status } = await client.send(new DescribeExecutionCommand({ executionArn }));
    return status ?? '';
  } catch (error) {
    if (error instanceof Error && error.name === 'ExecutionDoesNotExist') return '';
    throw error;
  }
}

async function isMachine(client: SFNClient, { state_machine_arn }: Members): Promise<boolean> {
  const { stateMachines = [] } = await client.send(
    new ListStateMachinesCommand({ maxResults: 1000 }),
  );
  return stateMachines.some(({ stateMachineArn }) => stateMachineArn === state_machine_arn);
}

async function isAlias(client: SFNClient, args: Members): Promise<boolean> {
  const stateMachineArn = String(args.state_machine_arn);
  const { stateMachineAliases = [] } = await client.send(
    new ListStateMachineAliasesCommand({ stateMachineArn, maxResults: 1000 }),
  );
  return stateMachineAliases.some(
    ({ stateMachineAliasArn }) => stateMachineAliasArn === args.state_machine_alias_arn,
  );
}

async function isVersion(client: SFNClient, args: Members): Promise<boolean> {
  const stateMachineArn = String(args.state_machine_arn);
  const { stateMachineVersions = [] } = await client.send(
    new ListStateMachineVersionsCommand({ stateMachineArn, maxResults: 1000 }),
  );
  return stateMachineVersions.some(
    ({ stateMachineVersionArn }) => stateMachineVersionArn === args.state_machine_version_arn,
  );
}
