/** The registry as parts for a snapshot: each version on its own, so that none exceeds a frame. */
import type { Activity, StateMachine, StateMachineVersion } from './types.js';

export type RegistryImagePart =
  | { readonly kind: 'state-machine'; readonly machine: StateMachine }
  | {
      readonly kind: 'version';
      readonly stateMachine: string;
      readonly version: StateMachineVersion;
    }
  | { readonly kind: 'activity'; readonly activity: Activity };

type OfMachine = Exclude<RegistryImagePart, { kind: 'activity' }>;

export function* storedParts(machine: StateMachine): Iterable<OfMachine> {
  yield { kind: 'state-machine', machine: { ...machine, versions: [] } };
  for (const version of machine.versions) {
    yield { kind: 'version', stateMachine: machine.name, version };
  }
}

/** The state machine that a part makes, from what the parts before it made. Throws where the order is wrong. */
export function restored(
  part: OfMachine,
  known: (name: string) => StateMachine | undefined,
): StateMachine {
  if (part.kind === 'state-machine') return part.machine;
  const machine = known(part.stateMachine);
  if (machine === undefined) throw new Error(`a version of ${part.stateMachine}, which is missing`);
  return { ...machine, versions: [...machine.versions, part.version] };
}

/** What it counts against `limits.definitionBytesTogetherMax`; two bytes for each character, as they are held. */
export function definitionBytes(machine: StateMachine | undefined): number {
  if (machine === undefined) return 0;
  const chars = machine.versions.reduce(
    (sum, { definition }) => sum + definition.length,
    machine.definition.length,
  );
  return 2 * chars;
}
