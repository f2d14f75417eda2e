/** What happens to the aliases of a state machine. Pure: the state machine as it is then out. */
import { isDeepStrictEqual } from 'node:util';
import { limits } from '../../types/index.js';
import type { CreateAlias, UpdateAlias } from './command.js';
import { done, noSuchResource, quotaExceeded, refused } from './results.js';
import type { Step } from './state-machine-steps.js';
import type { StateMachine, StateMachineAlias } from './types.js';

/** A second time with the same is the first. */
export function createAlias(present: StateMachine, command: CreateAlias, wallMs: number): Step {
  const { name, description, routing } = command;
  const known = present.aliases.find((alias) => alias.name === name);
  if (known !== undefined) {
    const isSame = known.description === description && isDeepStrictEqual(known.routing, routing);
    if (isSame) return { result: done(known.createdAtMs) };
    return {
      result: refused(
        'workflow-conflict',
        'Failed to create alias because an alias with the same name and a different routing configuration already exists.',
      ),
    };
  }
  if (!hasVersions(present, routing)) return { result: noSuchResource() };
  if (present.aliases.length >= limits.stateMachineAliasesMax) {
    return {
      result: quotaExceeded(`aliases of ${present.name}`, limits.stateMachineAliasesMax),
    };
  }
  const alias = { name, description, routing, createdAtMs: wallMs, updatedAtMs: wallMs };
  const aliases = [...present.aliases, alias].sort((a, b) => (a.name < b.name ? -1 : 1));
  return { next: { ...present, aliases }, result: done(wallMs) };
}

export function updateAlias(present: StateMachine, command: UpdateAlias, wallMs: number): Step {
  const known = present.aliases.find(({ name }) => name === command.name);
  const { description, routing } = command;
  if (known === undefined || (routing !== undefined && !hasVersions(present, routing))) {
    return { result: noSuchResource() };
  }
  const changed: StateMachineAlias = {
    ...known,
    description: description ?? known.description,
    routing: routing ?? known.routing,
    updatedAtMs: wallMs,
  };
  const aliases = present.aliases.map((alias) => (alias === known ? changed : alias));
  return { next: { ...present, aliases }, result: done(wallMs) };
}

/** One that is not there is deleted already. */
export function deleteAlias(present: StateMachine, name: string, wallMs: number): Step {
  const aliases = present.aliases.filter((alias) => alias.name !== name);
  return { next: { ...present, aliases }, result: done(wallMs) };
}

function hasVersions({ versions }: StateMachine, routing: StateMachineAlias['routing']): boolean {
  return routing.every((route) => versions.some(({ version }) => version === route.version));
}
