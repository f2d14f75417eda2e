/** A definition as a graph: states and the ways between them; what stands inside a Parallel or a Map are graphs again. */
import { CommandFailure } from '../../failure.js';
import { conditionText } from './condition.js';

export interface GraphNode {
  /** The names on the way to it, so that it is found among the visits of a history. */
  readonly key: string;
  readonly name: string;
  /** `Task` and so on. */
  readonly type: string;
  /** Such as the resource of a task. */
  readonly note: string;
  /** Branches, or what is done with each item. */
  readonly inside: readonly Graph[];
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: 'next' | 'choice' | 'catch';
  readonly label: string;
}

export interface Graph {
  readonly startKey: string;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

type Members = Readonly<Record<string, unknown>>;

/** A picture with more cannot be read, nor is it worth the time. */
const statesMax = 500;
/** Of all edges: a Choice may have as many as it likes. */
const edgesMax = 2000;

export function keyOf(containerKey: string | null, name: string): string {
  return containerKey === null ? name : `${containerKey}\n${name}`;
}

/** Throws a failure where it is too large to be drawn. */
export function graphOf(definition: unknown): Graph {
  const count = { states: 0, edges: 0 };
  return readGraph(members(definition), null, count);
}

function readGraph(
  graph: Members,
  containerKey: string | null,
  count: { states: number; edges: number },
): Graph {
  const states = Object.entries(members(graph.States));
  count.states += states.length;
  const known = new Set(states.map(([name]) => name));
  const edges = states
    .flatMap(([name, state]) => edgesOf(name, members(state)))
    .filter(({ to }) => known.has(to));
  count.edges += edges.length;
  if (count.states > statesMax || count.edges > edgesMax) {
    throw new CommandFailure(
      `the definition has too many states for a picture: at most ${statesMax}, and ${edgesMax} ways between them.`,
    );
  }
  return {
    startKey: keyOf(containerKey, text(graph.StartAt)),
    nodes: states.map(([name, value]) => {
      const state = members(value);
      const key = keyOf(containerKey, name);
      return {
        key,
        name,
        type: text(state.Type),
        note: noteOf(state),
        inside: insideOf(state).map((inner) => readGraph(inner, key, count)),
      };
    }),
    edges: edges.map((edge) => ({
      ...edge,
      from: keyOf(containerKey, edge.from),
      to: keyOf(containerKey, edge.to),
    })),
  };
}

function edgesOf(from: string, state: Members): GraphEdge[] {
  const next = (to: unknown, kind: GraphEdge['kind'], label: string): GraphEdge[] =>
    typeof to === 'string' ? [{ from, to, kind, label }] : [];
  return [
    ...next(state.Next, 'next', ''),
    ...list(state.Choices).flatMap((rule) => next(rule.Next, 'choice', conditionText(rule))),
    ...next(state.Default, 'choice', 'default'),
    ...list(state.Catch).flatMap((catcher) => {
      const errors = Array.isArray(catcher.ErrorEquals) ? catcher.ErrorEquals : [];
      return next(catcher.Next, 'catch', errors.map(String).join(', '));
    }),
  ];
}

function insideOf(state: Members): Members[] {
  if (state.Type === 'Parallel') return list(state.Branches);
  const processor = state.Type === 'Map' ? (state.ItemProcessor ?? state.Iterator) : undefined;
  return processor === undefined ? [] : [members(processor)];
}

function noteOf(state: Members): string {
  if (state.Type !== 'Task') return '';
  const resource = text(state.Resource);
  const called = members(state.Parameters ?? state.Arguments).FunctionName;
  const target = typeof called === 'string' ? called : resource;
  return /:(?:function|activity):(.+)$/.exec(target)?.[1] ?? target.replace(/^.*:states:::/, '');
}

function members(value: unknown): Members {
  return typeof value === 'object' && value !== null ? (value as Members) : {};
}

function list(value: unknown): Members[] {
  return Array.isArray(value) ? value.map(members) : [];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
