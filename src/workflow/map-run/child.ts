/**
 * One child execution of a map run. Its name is made of the run and its place in it, so that whoever goes on with the run
 * finds what was started before.
 */
import { createHash } from 'node:crypto';
import { mapRunArn, parseStatesArn } from '../arns.js';
import type { MapRunRequest } from '../engine/types.js';
import type { ExecutionView, NewExecution } from '../executions/types.js';
import type { JsonValue } from '../json.js';

/** What all children of a run have in common. */
export type Brood = Omit<NewExecution, 'name' | 'input' | 'itemCount'> & {
  readonly mapRunArn: string;
};

/** `parent`: the execution that the Map is in, with the definition that it runs. */
export function broodOf(
  { label, id, state, executionType }: MapRunRequest,
  parent: ExecutionView,
  parentDefinition: string,
): Brood {
  const { stateMachineName, stateMachineArn, roleArn, revisionId, traceId } = parent;
  return {
    stateMachineName: `${stateMachineName}/${label}`,
    stateMachineArn: `${stateMachineArn}/${label}`,
    stateMachineVersionArn: null,
    stateMachineAliasArn: null,
    type: executionType,
    definition: JSON.stringify(childDefinition(state, parentDefinition)),
    revisionId,
    roleArn,
    traceId,
    mapRunArn: mapRunArn(stateMachineName, label, id),
  };
}

/** What a child begins with. */
export interface Input {
  readonly value: JsonValue;
  readonly itemCount: number;
}

export function newChild(brood: Brood, index: number, { value, itemCount }: Input): NewExecution {
  return {
    ...brood,
    itemCount,
    name: childName(brood.mapRunArn, index),
    input: JSON.stringify(value),
  };
}

/** Of the state machine that the execution runs; a child's has the label of its run. */
export function stateMachineOf(execution: string): string {
  const parsed = parseStatesArn(execution);
  return parsed?.kind === 'execution' ? parsed.stateMachine : '';
}

/** What a Map does with an item, as a definition of its own. */
function childDefinition(
  { ItemProcessor, Iterator: legacy }: MapRunRequest['state'],
  parent: string,
): object {
  const { ProcessorConfig: _config, ...graph } = ItemProcessor ?? legacy ?? {};
  const { QueryLanguage } = JSON.parse(parent) as { QueryLanguage?: string };
  return { ...(QueryLanguage === undefined ? {} : { QueryLanguage }), ...graph };
}

/** A UUID of version 8: made by a rule of one's own (RFC 9562, section 5.8). */
function childName(run: string, index: number): string {
  const hex = createHash('sha256').update(`${run}/${index}`).digest('hex');
  const [a, b, c, d] = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(13, 16), hex.slice(17, 20)];
  return `${a}-${b}-8${c}-8${d}-${hex.slice(20, 32)}`;
}
