/** One request to one node, over its port or through a door, answered as a whole or not at all. */
import { once } from 'node:events';
import { type Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';

/** Where it is: a door's file, or an address. */
export type Target =
  | { readonly socketPath: string }
  | { readonly host: string; readonly port: number };

export interface Question {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly payload: string;
}

export interface WholeAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** Rejects where there is no whole answer in time. */
export async function askAt(
  target: Target,
  agent: Agent,
  { payload, ...question }: Question,
  timeoutMs: number,
): Promise<WholeAnswer> {
  const signal = AbortSignal.timeout(timeoutMs);
  const asked = request({ ...target, ...question, agent, signal });
  asked.setHeader('content-length', Buffer.byteLength(payload));
  asked.end(payload);
  const [answer] = await once(asked, 'response');
  return { status: answer.statusCode, headers: answer.headers, text: await text(answer) };
}
