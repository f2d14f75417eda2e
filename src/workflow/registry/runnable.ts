/** What a state machine runs under a qualifier: its own definition, a version's, or that of one an alias leads to. */
import { stateMachineArn } from '../arns.js';
import type { Runnable, StateMachine, StateMachineAlias } from './types.js';

/** `draw`, between 0 and 1, chooses where an alias leads to two versions. */
export function runnableOf(
  machine: StateMachine,
  qualifier: string | null,
  draw: number,
): Runnable | undefined {
  const { name, type } = machine;
  const alias = machine.aliases.find((known) => known.name === qualifier);
  const number = alias === undefined ? qualifier : String(routed(alias, draw));
  const version = machine.versions.find((known) => String(known.version) === number);
  if (qualifier !== null && version === undefined) return undefined;
  const { definition, roleArn, revisionId } = version ?? machine;
  return {
    stateMachineName: name,
    stateMachineArn: stateMachineArn(name),
    stateMachineVersionArn: version ? stateMachineArn(name, version.version) : null,
    stateMachineAliasArn: alias ? stateMachineArn(name, alias.name) : null,
    type,
    definition,
    roleArn,
    revisionId: revisionId ?? '',
  };
}

function routed({ routing }: StateMachineAlias, draw: number): number | undefined {
  const [first, second] = routing;
  if (first === undefined || second === undefined) return first?.version;
  return draw * 100 < first.weight ? first.version : second.version;
}
