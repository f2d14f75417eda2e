/** Sends requests of all kinds, takes each of them down, and counts those that are under way. */
import type { RequestKind } from '../records.js';
import { monotonicMs } from '../records.js';
import type { Answered, Asked, BalancedClient, Headers } from './balanced-client.js';
import { aliasName, switchedFunctions } from './functions.js';
import type { Journal } from './journal.js';
import { oddityOf, type RawRecord, rawRecord, type Sent } from './raw-record.js';

export interface Invocation extends Sent {
  readonly kind: 'invoke' | 'idempotent' | 'chained' | 'event';
  readonly workMs: number;
  readonly way: number;
  readonly headers?: Readonly<Record<string, string>>;
}

const functions = '/2015-03-31/functions';

export class Sender {
  /** What no checker of orders would see. */
  readonly oddities: string[] = [];

  constructor(
    private readonly client: BalancedClient,
    private readonly journal: Pick<Journal<RawRecord>, 'write'>,
  ) {}

  async invoke(invocation: Invocation): Promise<void> {
    const answered = await this.send(invocation, invocationOf(invocation), invocation.way);
    const oddity = invocation.kind === 'event' ? null : oddityOf(invocation, answered);
    if (oddity !== null) this.oddities.push(oddity);
  }

  /** Never rejects. */
  async send(sent: Sent, asked: Asked, way: number): Promise<Answered> {
    const answered = await this.client.ask(asked, way);
    this.journal.write(rawRecord(sent, answered, monotonicMs()));
    return answered;
  }

  /** It is not sent: too many are under way already. */
  refuse(sent: Sent): void {
    const none = { through: 'nginx', status: 0, headers: {} as Headers, text: '' } as const;
    this.journal.write(rawRecord(sent, { ...none, error: 'not sent' }, monotonicMs()));
  }
}

/** Of a request on a function's settings. */
export function settingsKind(method: string, path: string): RequestKind {
  if (method === 'GET') return 'read';
  if (path.includes('/versions')) return 'publish';
  return path.includes('/aliases/') ? 'switch' : 'write';
}

function invocationOf(invocation: Invocation): Asked {
  const { id, kind, functionName, workMs, headers } = invocation;
  const qualified = switchedFunctions.includes(functionName)
    ? `${functionName}:${aliasName}`
    : functionName;
  return {
    method: 'POST',
    path: `${functions}/${encodeURIComponent(qualified)}/invocations`,
    headers: { 'content-type': 'application/json', ...headersOf(kind, id), ...headers },
    body: JSON.stringify({ id, ms: workMs }),
    mayRepeat: kind === 'idempotent',
  };
}

function headersOf(kind: Invocation['kind'], id: string): Readonly<Record<string, string>> {
  if (kind === 'idempotent') return { 'idempotency-key': id };
  // so the event has the id that its function records
  if (kind === 'event') return { 'x-amz-invocation-type': 'Event', 'amz-sdk-invocation-id': id };
  return {};
}
