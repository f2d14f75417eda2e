/** How nodes speak about a rollout: pages for nodes only, most of them answered within two seconds. */
import * as z from 'zod';
import { HearthError, type NodeView, nodeId, type PeerFetch } from '../../types/index.js';
import { figuresSchema } from '../figures/shape.js';
import type { Comparison, HostFacts, NodeFigures, Warmth } from '../types.js';

export const rolloutPath = '/_hearth/rollout';

/** Where a node is, and who it is meant to be. */
export type Peer = Pick<NodeView, 'id' | 'http'>;

/** An order to a host: what was decided on a revision that its node knows to be old is not done. */
const about = { rollout: z.number().int().positive(), revision: z.number().int().nonnegative() };
const name = z.string().min(1).max(64);
export const hostOrders = {
  prepare: z.strictObject({ ...about, version: name }),
  start: z.strictObject({ ...about, place: name, version: name }),
  stop: z.strictObject({ ...about, place: name, how: z.enum(['drain', 'kill']) }),
} as const;
/** What a node has in use, or is to make ready. */
export const warmthShape = z.strictObject({
  functions: z
    .array(
      z.strictObject({
        functionName: z.string().min(1).max(64),
        version: z.string().min(1).max(32),
        sandboxes: z.number().int().positive().max(100_000),
      }),
    )
    .max(100_000),
});
export type HostOrders = { [Kind in keyof typeof hostOrders]: z.output<(typeof hostOrders)[Kind]> };

export interface LivePage {
  readonly comparison: Comparison | null;
  readonly source: { readonly lookedMs: number | null; readonly text: string } | null;
}

const answerMs = 2000;
/** Sandboxes are made one after the other; whoever waits no longer does not end it. */
const warmAnswerMs = 5000;

const address = z.string().max(300).nullable();
const hostFacts = z.object({
  host: z.string().min(1).max(300),
  node: z.string(),
  places: z
    .array(
      z.object({
        name: z.string().max(64),
        http: address,
        cluster: address,
        running: z.object({ version: z.string().max(100) }).nullable(),
      }),
    )
    .max(10_000),
  prepared: z.array(z.string().max(100)).max(1000),
  failures: z.record(z.string(), z.string()),
});

const time = z.number().nullable();
const side = z.object({
  nodes: z.number(),
  requests: z.number(),
  failures: z.number(),
  functionErrors: z.number(),
  medianMs: time,
  p99Ms: time,
  lagP99Ms: time,
});
const live = z.object({
  comparison: z
    .object({
      verdict: z.enum(['waiting', 'good', 'bad']),
      text: z.string(),
      windowMs: z.number(),
      old: side,
      new: side,
    })
    .nullable(),
  source: z.object({ lookedMs: time, text: z.string() }).nullable(),
});

export class RolloutPeers {
  constructor(private readonly fetch: PeerFetch) {}

  async hostFacts(peer: Peer, signal: AbortSignal): Promise<HostFacts> {
    const { node, ...facts } = hostFacts.parse(await this.#ask(peer, 'GET', 'host', signal));
    return { ...facts, node: nodeId(node) };
  }

  async figures(peer: Peer, signal: AbortSignal): Promise<NodeFigures> {
    return figuresSchema.parse(await this.#ask(peer, 'GET', 'figures', signal));
  }

  async inUse(peer: Peer, signal: AbortSignal): Promise<readonly Warmth[]> {
    return warmthShape.parse(await this.#ask(peer, 'GET', 'warmth', signal)).functions;
  }

  /** Resolves when all of it is ready, and rejects where that takes longer than five seconds: it goes on all the same. */
  async makeWarm(peer: Peer, functions: readonly Warmth[], signal: AbortSignal): Promise<void> {
    await this.#ask(peer, 'POST', 'warmth', signal, JSON.stringify({ functions }), warmAnswerMs);
  }

  async live(peer: Peer): Promise<LivePage> {
    return live.parse(await this.#ask(peer, 'GET', 'live', undefined));
  }

  async order<Kind extends keyof HostOrders>(
    peer: Peer,
    kind: Kind,
    order: HostOrders[Kind],
    signal: AbortSignal,
  ): Promise<void> {
    await this.#ask(peer, 'POST', `host/${kind}`, signal, JSON.stringify(order));
  }

  async #ask(
    peer: Peer,
    method: 'GET' | 'POST',
    page: string,
    signal: AbortSignal | undefined,
    body?: string,
    withinMs = answerMs,
  ): Promise<unknown> {
    const path = `${rolloutPath}/${page}`;
    const headers = { 'content-type': 'application/json' };
    const sent = body === undefined ? {} : { body, headers };
    const ends = signal === undefined ? {} : { signal };
    const answer = await this.fetch(peer, { method, path, answerMs: withinMs, ...ends, ...sent });
    const text = await answer.body.text();
    if (answer.statusCode < 300) return text === '' ? null : JSON.parse(text);
    const code = answer.statusCode === 412 ? 'revision-mismatch' : 'rollout-conflict';
    throw new HearthError(code, saidBy(peer, answer.statusCode, text));
  }
}

/** The sentence of the answer, where it has one. */
function saidBy({ http }: Peer, status: number, text: string): string {
  try {
    const { message } = z.object({ message: z.string() }).parse(JSON.parse(text));
    return message.slice(0, 400);
  } catch {
    return `The node at ${http} answered with status ${status}.`;
  }
}
