/** What concerns states together: that names are unique, that each can be reached, that each transition has a target. */
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import type { Place } from './place.js';

/** AWS. */
const stateNameMax = 80;
const labelMax = 40;

/** Of a machine whose objects are right each for itself. */
export function checkGraph(definition: JsonObject, place: Place): void {
  new Graphs().machine(definition, place);
}

interface Transition {
  readonly target: string;
  readonly place: Place;
}

class Graphs {
  private readonly names = new Set<string>();
  private readonly labels = new Set<string>();

  machine(definition: JsonObject, place: Place): void {
    const states = definition.States as JsonObject;
    this.checkNames(states, place.field('States'));
    const hasEnd = Object.values(states).some((state) => isTerminal(state as JsonObject));
    this.graph(definition, place, hasEnd);
    if (!hasEnd) place.refuseWhole('Workflow has no terminal state', 'MISSING_END_STATE');
  }

  /** Where a machine cannot end, AWS does not say what else cannot be reached. */
  private graph(graph: JsonObject, place: Place, tellsUnreachable: boolean): void {
    const states = graph.States as JsonObject;
    const start = { target: graph.StartAt as string, place: place.field('StartAt') };
    const onward = new Map<string, readonly Transition[]>();
    for (const [name, state] of Object.entries(states)) {
      const statePlace = place.field('States').field(name);
      onward.set(name, transitionsOf(state as JsonObject, statePlace));
    }
    for (const { target, place: from } of [start, ...[...onward.values()].flat()]) {
      if (!onward.has(target)) {
        from.refuse(`Missing 'Next' target: ${target}`, 'MISSING_TRANSITION_TARGET');
      }
    }
    if (tellsUnreachable) checkReachable(start.target, onward, place.field('States'));
    for (const [name, state] of Object.entries(states)) {
      for (const nested of nestedIn(state as JsonObject, place.field('States').field(name))) {
        this.graph(nested.graph, nested.place, true);
      }
    }
  }

  private checkNames(states: JsonObject, place: Place): void {
    for (const [name, value] of Object.entries(states)) {
      const state = value as JsonObject;
      const statePlace = place.field(name);
      if ([...name].length > stateNameMax) {
        statePlace.refuse(
          `Invalid State name: ${name} exceeds the ${stateNameMax}-character limit allowed by the service`,
          'INVALID_STATE_NAME',
        );
      }
      if (this.names.has(name)) {
        statePlace.refuse(`Duplicate State name: ${name}`, 'DUPLICATE_STATE_NAME');
      }
      this.names.add(name);
      if (typeof state.Label === 'string') {
        this.checkLabel(state.Label, statePlace.field('Label'));
      }
      for (const nested of nestedIn(state, statePlace)) {
        this.checkNames(nested.graph.States as JsonObject, nested.place.field('States'));
      }
    }
  }

  private checkLabel(label: string, place: Place): void {
    if (label.length > labelMax) {
      place.refuse(
        `Invalid Label name: ${label} exceeds the ${labelMax}-character limit allowed by the service`,
        'INVALID_LABEL_NAME',
      );
    } else if (!isLabel(label)) {
      place.refuse(`Invalid Label name: '${label}'`, 'INVALID_LABEL_NAME');
    }
    if (this.labels.has(label)) {
      place.refuse(`Duplicate Label name: ${label}`, 'DUPLICATE_LABEL_NAME');
    }
    this.labels.add(label);
  }
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html: as names of state machines. */
function isLabel(label: string): boolean {
  return label !== '' && !/[\s?*<>{}[\]:;,\\|^~$#%&`"/\p{Cc}\p{Cs}]/u.test(label);
}

function isTerminal(state: JsonObject): boolean {
  return state.End === true || state.Type === 'Succeed' || state.Type === 'Fail';
}

function transitionsOf(state: JsonObject, place: Place): readonly Transition[] {
  const found: Transition[] = [];
  const add = (holder: JsonObject, field: string, at: Place): void => {
    const target = holder[field];
    if (typeof target === 'string') found.push({ target, place: at.field(field) });
  };
  add(state, 'Next', place);
  for (const list of ['Choices', 'Catch']) {
    const entries = state[list];
    if (!Array.isArray(entries)) continue;
    entries.forEach((entry: JsonValue, index) => {
      if (isJsonObject(entry)) add(entry, 'Next', place.field(list).item(index));
    });
  }
  add(state, 'Default', place);
  return found;
}

function checkReachable(
  start: string,
  onward: ReadonlyMap<string, readonly Transition[]>,
  place: Place,
): void {
  const reached = new Set<string>();
  const waiting = [start];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (reached.has(name)) continue;
    reached.add(name);
    for (const { target } of onward.get(name) ?? []) waiting.push(target);
  }
  for (const name of onward.keys()) {
    if (!reached.has(name)) {
      place.field(name).refuse(`State "${name}" is not reachable.`, 'MISSING_TRANSITION_TARGET');
    }
  }
}

interface Nested {
  readonly graph: JsonObject;
  readonly place: Place;
}

function nestedIn(state: JsonObject, place: Place): readonly Nested[] {
  if (state.Type === 'Parallel') {
    const branches = state.Branches as readonly JsonObject[];
    return branches.map((graph, index) => ({ graph, place: place.field('Branches').item(index) }));
  }
  if (state.Type !== 'Map') return [];
  return ['ItemProcessor', 'Iterator']
    .filter((name) => Object.hasOwn(state, name))
    .map((name) => ({ graph: state[name] as JsonObject, place: place.field(name) }));
}
