/** The state of a name, in a machine or in any graph nested in it. */
import type { State, StateGraph } from './types.js';

/** Undefined where there is none. Names are unique in a whole valid machine. */
export function findState(graph: StateGraph, name: string): State | undefined {
  if (Object.hasOwn(graph.States, name)) return graph.States[name];
  for (const state of Object.values(graph.States)) {
    for (const nested of nestedGraphs(state)) {
      const found = findState(nested, name);
      if (found) return found;
    }
  }
  return undefined;
}

/** The graphs that a state runs: the branches of a Parallel, what a Map does with each item. */
export function nestedGraphs(state: State): readonly StateGraph[] {
  if (state.Type === 'Parallel') return state.Branches;
  if (state.Type !== 'Map') return [];
  const processor = state.ItemProcessor ?? state.Iterator;
  return processor ? [processor] : [];
}
