/** Creates a state machine, or changes of it what differs; what is wrong with a definition is told with its places. */
import { isDeepStrictEqual } from 'node:util';
import { CommandFailure } from '../failure.js';
import { type Io, say, withProgress } from '../io.js';
import { machineArn } from './names.js';
import { defaultRoleArn, type NewMachine, type StatesClient } from './states-client.js';
import type { Diagnostic, Machine } from './states-pages.js';

export interface MachinePlan {
  readonly name: string;
  /** JSON. */
  readonly definition: string;
  /** Null: as it is, STANDARD where it is new. */
  readonly type: NewMachine['type'] | null;
  /** Null: as it is, one that means nothing where it is new. */
  readonly roleArn: string | null;
  readonly tags: NewMachine['tags'];
  /** What the definition is called where it is wrong: its file. */
  readonly where: string;
}

export interface DeployedMachine {
  readonly name: string;
  readonly action: 'created' | 'updated' | 'unchanged';
  readonly type: NewMachine['type'];
  readonly stateMachineArn: string;
}

export async function deployMachine(
  io: Io,
  client: StatesClient,
  plan: MachinePlan,
): Promise<DeployedMachine> {
  const { name } = plan;
  return withProgress(io, `deploying ${name} to ${client.endpoint}`, async () => {
    const present = await client.describe(machineArn(name));
    const type = plan.type ?? present?.type ?? 'STANDARD';
    if (present !== undefined && present.type !== type) {
      throw new CommandFailure(
        `${name} is ${present.type} and cannot become ${type}; delete it first with \`hearth workflow delete ${name}\`.`,
      );
    }
    await check(io, client, plan, type);
    const done =
      present === undefined
        ? await create(client, plan, type)
        : await update(client, plan, present);
    return { name, type, ...done };
  });
}

async function check(io: Io, client: StatesClient, plan: MachinePlan, type: string): Promise<void> {
  const found = await client.validate(plan.definition, type);
  for (const one of found) say(io, diagnosticLine(plan.where, one));
  const errors = found.filter(({ severity }) => severity === 'ERROR').length;
  if (errors === 0) return;
  const what = errors === 1 ? 'an error' : `${errors} errors`;
  throw new CommandFailure(
    `${plan.name} was not deployed: its definition has ${what}, told above.`,
  );
}

function diagnosticLine(where: string, { severity, code, message, location }: Diagnostic): string {
  const at = location ? ` ${location}` : '';
  return `${severity.toLowerCase()}: ${where}${at}: ${message} (${code})`;
}

async function create(
  client: StatesClient,
  { name, definition, roleArn, tags }: MachinePlan,
  type: NewMachine['type'],
): Promise<Pick<DeployedMachine, 'action' | 'stateMachineArn'>> {
  const wanted = { name, definition, type, roleArn: roleArn ?? defaultRoleArn, tags };
  return { action: 'created', stateMachineArn: await client.create(wanted) };
}

async function update(
  client: StatesClient,
  plan: MachinePlan,
  { stateMachineArn, definition, roleArn }: Machine,
): Promise<Pick<DeployedMachine, 'action' | 'stateMachineArn'>> {
  const wantedRole = plan.roleArn ?? roleArn;
  if (plan.tags.length > 0) await client.tag(stateMachineArn, plan.tags);
  if (roleArn === wantedRole && isSame(definition, plan.definition)) {
    return { action: 'unchanged', stateMachineArn };
  }
  await client.update(stateMachineArn, plan.definition, wantedRole);
  return { action: 'updated', stateMachineArn };
}

/** Spaces and the order of members do not count. */
function isSame(left: string, right: string): boolean {
  return left === right || isDeepStrictEqual(JSON.parse(left), JSON.parse(right));
}
