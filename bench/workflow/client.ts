/** Asks nodes for what the Step Functions API offers, over connections that stay. */
import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'undici';
import type { HearthMember } from '../harness/index.js';

const role = 'arn:aws:iam::123456789012:role/bench';
const endTimeoutMs = 300_000;
const askEveryMs = 50;

export interface Ended {
  readonly status: string;
  readonly startDate: number;
  readonly stopDate: number;
}

export class WorkflowClient {
  readonly #pools: readonly Pool[];
  #next = 0;

  constructor(members: readonly HearthMember[], connections: number) {
    this.#pools = members.map(
      ({ origin }) => new Pool(origin, { connections, bodyTimeout: 0, headersTimeout: 0 }),
    );
  }

  /** Each asks the next node, as behind a balancer. */
  async ask<Answer>(operation: string, input: unknown): Promise<Answer> {
    const pool = this.#pools[this.#next++ % this.#pools.length];
    if (pool === undefined) throw new Error('there are no nodes');
    const { statusCode, body } = await pool.request({
      method: 'POST',
      path: '/',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `AWSStepFunctions.${operation}`,
      },
      body: JSON.stringify(input),
    });
    const text = await body.text();
    if (statusCode !== 200) throw new Error(`${operation}: ${statusCode} ${text}`);
    return JSON.parse(text) as Answer;
  }

  async invoke(path: string, body: string): Promise<string> {
    const pool = this.#pools[this.#next++ % this.#pools.length];
    if (pool === undefined) throw new Error('there are no nodes');
    const answer = await pool.request({ method: 'POST', path, body });
    const text = await answer.body.text();
    if (answer.statusCode !== 200) throw new Error(`${path}: ${answer.statusCode} ${text}`);
    return text;
  }

  /** Its ARN. */
  async create(name: string, definition: object, type: 'STANDARD' | 'EXPRESS'): Promise<string> {
    const { stateMachineArn } = await this.ask<{ stateMachineArn: string }>('CreateStateMachine', {
      name,
      type,
      roleArn: role,
      definition: JSON.stringify(definition),
    });
    return stateMachineArn;
  }

  /** Its ARN. */
  async start(stateMachineArn: string, input = '{}'): Promise<string> {
    const asked = { stateMachineArn, input };
    return (await this.ask<{ executionArn: string }>('StartExecution', asked)).executionArn;
  }

  async ended(executionArn: string): Promise<Ended> {
    const deadlineMs = performance.now() + endTimeoutMs;
    for (;;) {
      const found = await this.ask<Ended>('DescribeExecution', { executionArn });
      if (found.status !== 'RUNNING') return found;
      if (performance.now() > deadlineMs) throw new Error(`${executionArn} does not end`);
      await delay(askEveryMs);
    }
  }

  /** Resolves when none of its executions runs any more. Throws where one did not succeed. */
  async settled(stateMachineArn: string): Promise<void> {
    const some = async (statusFilter: string): Promise<boolean> => {
      const asked = { stateMachineArn, statusFilter, maxResults: 1 };
      const { executions } = await this.ask<{ executions: unknown[] }>('ListExecutions', asked);
      return executions.length > 0;
    };
    const deadlineMs = performance.now() + endTimeoutMs;
    while (await some('RUNNING')) {
      if (performance.now() > deadlineMs) throw new Error(`${stateMachineArn} does not end`);
      await delay(askEveryMs);
    }
    for (const status of ['FAILED', 'TIMED_OUT', 'ABORTED']) {
      if (await some(status)) throw new Error(`executions of ${stateMachineArn}: ${status}`);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#pools.map((pool) => pool.close()));
  }
}

/** So many at a time, until there is nothing more to do. */
export async function crowd(callers: number, next: () => Promise<unknown> | null): Promise<void> {
  const caller = async (): Promise<void> => {
    for (let doing = next(); doing !== null; doing = next()) await doing;
  };
  await Promise.all(Array.from({ length: callers }, caller));
}

export async function timed(
  forS: number,
  callers: number,
  act: () => Promise<unknown>,
): Promise<number> {
  const beganMs = performance.now();
  let done = 0;
  await crowd(callers, () => {
    if (performance.now() - beganMs > forS * 1000) return null;
    return act().then(() => done++);
  });
  return (done * 1000) / (performance.now() - beganMs);
}

/** States of the kind in a row, the last of which ends. */
export function chain(count: number, state: object): object {
  const states = Array.from({ length: count }, (_, at) => {
    const way = at === count - 1 ? { End: true } : { Next: `S${at + 1}` };
    return [`S${at}`, { ...state, ...way }] as const;
  });
  return { StartAt: 'S0', States: Object.fromEntries(states) };
}
