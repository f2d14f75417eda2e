/**
 * One page of every living member, for what each node knows of itself alone. Who does not answer in time is named,
 * so that the reader knows that something may be missing.
 */
import type { z } from 'zod';
import type { ClusterView, NodeId, NodeView, PeerFetch } from '../../types/index.js';

export interface AskNodesDeps {
  readonly view: () => ClusterView;
  readonly peerFetch: PeerFetch;
}

export interface MissingNode {
  readonly node: NodeId;
  readonly http: string;
  readonly reason: string;
}

export interface NodeAnswers<Answer> {
  readonly answers: readonly { readonly node: NodeId; readonly answer: Answer }[];
  readonly missing: readonly MissingNode[];
}

/** Longer than a node searches its disk. */
const answerTimeoutMs = 4000;

/** `here` is what this node answers. Rejects where it does. */
export async function askNodes<Shape extends z.ZodType>(
  { view, peerFetch }: AskNodesDeps,
  path: string,
  shape: Shape,
  here: () => Promise<z.output<Shape>>,
  answerMs = answerTimeoutMs,
): Promise<NodeAnswers<z.output<Shape>>> {
  const { nodes, self } = view();
  const missing: MissingNode[] = [];
  const asked = nodes.map(async (node) => {
    const { id, http, status } = node;
    try {
      if (id === self) return { node: id, answer: await here() };
      if (status === 'left') return null;
      if (status === 'dead') throw new Error('it is dead');
      return { node: id, answer: shape.parse(await ask(node, path, peerFetch, answerMs)) };
    } catch (error) {
      if (id === self) throw error;
      missing.push({ node: id, http, reason: reasonOf(error) });
      return null;
    }
  });
  const answers = (await Promise.all(asked)).filter((answer) => answer !== null);
  return { answers, missing };
}

async function ask(
  node: NodeView,
  path: string,
  peerFetch: PeerFetch,
  answerMs: number,
): Promise<unknown> {
  const { statusCode, body } = await peerFetch(node, { path, answerMs });
  if (statusCode === 200) return body.json();
  await body.dump();
  throw new Error(`it answered with status ${statusCode}`);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.name === 'ZodError' ? 'its answer makes no sense' : error.message;
}
