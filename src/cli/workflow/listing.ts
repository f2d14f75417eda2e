/** `hearth workflow list`: the state machines, or the executions of one. */
import { type Io, print, say, withProgress } from '../io.js';
import { formatTable } from '../table.js';
import { machineArn } from './names.js';
import type { StatesClient } from './states-client.js';
import { durationText, isoTime } from './words.js';

export interface ListOptions {
  readonly status?: string;
  readonly limit: number;
  readonly json?: boolean;
}

export async function listMachines(io: Io, client: StatesClient, json = false): Promise<void> {
  const machines = await withProgress(io, `asking ${client.endpoint}`, () => client.machines());
  if (json) print(io, JSON.stringify(machines, null, 2));
  else if (machines.length === 0) {
    say(io, 'there are no state machines; make one with `hearth workflow deploy FILE`.');
  } else {
    const rows = machines.map(({ name, type, creationDate, stateMachineArn }) => [
      name,
      type,
      isoTime(creationDate),
      stateMachineArn,
    ]);
    print(io, formatTable(['NAME', 'TYPE', 'CREATED', 'ARN'], rows));
  }
}

export async function listExecutions(
  io: Io,
  client: StatesClient,
  target: string,
  { status, limit, json }: ListOptions,
): Promise<void> {
  const found = await withProgress(io, `asking ${client.endpoint}`, () =>
    client.executions(machineArn(target), status, limit),
  );
  if (json) print(io, JSON.stringify(found, null, 2));
  else if (found.length === 0) say(io, 'there are none.');
  else {
    const rows = found.map(({ name, status: now, startDate, stopDate }) => [
      name,
      now,
      isoTime(startDate),
      stopDate ? durationText((stopDate - startDate) * 1000) : '-',
    ]);
    print(io, formatTable(['EXECUTION', 'STATUS', 'STARTED', 'TOOK'], rows));
  }
}
