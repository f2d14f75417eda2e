/**
 * State machines, versions, aliases, activities and tags as a deterministic state machine on the durable log: the same
 * commands give the same on every node. What is deleted is gone at once; a state machine of which executions run goes with
 * the last of them, which go on to their end.
 */
import { limits } from '../../types/index.js';
import { activityArn, parseStatesArn, stateMachineArn } from '../arns.js';
import { createAlias, deleteAlias, updateAlias } from './alias-steps.js';
import type { RegistryCommand, RegistryResult, Tagged } from './command.js';
import { definitionBytes, type RegistryImagePart, restored, storedParts } from './image.js';
import { deleting, done, noStateMachine, noSuchResource, refused } from './results.js';
import { runnableOf } from './runnable.js';
import {
  create,
  deleted,
  deleteVersion,
  publish,
  type Step,
  update,
} from './state-machine-steps.js';
import { withoutTags, withTags } from './tag-steps.js';
import type { Activity, RegistryReader, Runnable, StateMachine, Tag } from './types.js';

export class RegistryCore implements RegistryReader {
  readonly #machines = new Map<string, StateMachine>();
  readonly #activities = new Map<string, Activity>();
  #definitionBytes = 0;

  stateMachine(name: string): StateMachine | undefined {
    return this.#machines.get(name);
  }

  activity(name: string): Activity | undefined {
    return this.#activities.get(name);
  }

  /** In the order of names. */
  stateMachines(): readonly StateMachine[] {
    return byName(this.#machines);
  }

  /** In the order of names. */
  activities(): readonly Activity[] {
    return byName(this.#activities);
  }

  runnable(arn: string, draw: number): Runnable | undefined {
    const parsed = parseStatesArn(arn);
    if (parsed?.kind !== 'stateMachine') return undefined;
    const machine = this.#machines.get(parsed.name);
    return machine && runnableOf(machine, parsed.qualifier, draw);
  }

  hasActivity(arn: string): boolean {
    const parsed = parseStatesArn(arn);
    return parsed?.kind === 'activity' && this.#activities.has(parsed.name);
  }

  /**
   * `wallMs` is of whoever proposed the command, and stands in the log with it; `running`: executions on the log of a state
   * machine by its name.
   */
  apply(
    command: RegistryCommand,
    wallMs: number,
    running: (name: string) => number = () => 0,
  ): RegistryResult {
    const changed = changedBy(command);
    if (changed !== undefined && this.#machines.get(changed)?.isDeleting) return deleting(changed);
    switch (command.kind) {
      case 'create-state-machine':
        if (!this.#machines.has(command.name) && this.#machines.size >= limits.stateMachinesMax) {
          return refused('state-machine-limit-exceeded', tooMany(limits.stateMachinesMax));
        }
        return this.#take(command.name, create(this.#machines.get(command.name), command, wallMs));
      case 'update-state-machine':
        return this.#step(command.name, (present) => update(present, command, wallMs));
      case 'delete-state-machine': {
        const present = this.#machines.get(command.name);
        this.#keep(command.name, present && deleted(present, running(command.name)));
        return done(wallMs);
      }
      case 'publish-version':
        return this.#step(command.name, (present) => publish(present, command, wallMs));
      case 'create-alias':
        return this.#ofQualified(command.stateMachine, noSuchResource(), (present) =>
          createAlias(present, command, wallMs),
        );
      case 'update-alias':
        return this.#ofQualified(command.stateMachine, noSuchResource(), (present) =>
          updateAlias(present, command, wallMs),
        );
      case 'delete-version':
        return this.#ofQualified(command.stateMachine, done(wallMs), (present) =>
          deleteVersion(present, command.version, wallMs),
        );
      case 'delete-alias':
        return this.#ofQualified(command.stateMachine, done(wallMs), (present) =>
          deleteAlias(present, command.name, wallMs),
        );
      case 'create-activity':
        return this.#createActivity(command.name, command.tags, wallMs);
      case 'delete-activity':
        this.#activities.delete(command.name);
        return done(wallMs);
      case 'tag':
        return this.#retag(command, wallMs, (tags, arn) => withTags(tags, command.tags, arn));
      case 'untag':
        return this.#retag(command, wallMs, (tags) => withoutTags(tags, command.keys));
    }
  }

  /** No execution of it runs any more. */
  ended(name: string): void {
    if (this.#machines.get(name)?.isDeleting) this.#keep(name, undefined);
  }

  /** All that there is, in parts that fit into frames. */
  *image(): Iterable<RegistryImagePart> {
    for (const machine of this.#machines.values()) yield* storedParts(machine);
    for (const activity of this.#activities.values()) yield { kind: 'activity', activity };
  }

  /** The parts of an image, in their order: only while nothing has been applied. */
  restore(part: RegistryImagePart): void {
    if (part.kind === 'activity') this.#activities.set(part.activity.name, part.activity);
    else {
      const next = restored(part, (name) => this.#machines.get(name));
      this.#keep(next.name, next);
    }
  }

  #step(name: string, step: (present: StateMachine) => Step): RegistryResult {
    return this.#ofQualified(name, noStateMachine(name), step);
  }

  #ofQualified(
    name: string,
    absent: RegistryResult,
    step: (present: StateMachine) => Step,
  ): RegistryResult {
    const present = this.#machines.get(name);
    return present === undefined ? absent : this.#take(name, step(present));
  }

  #take(name: string, { next, result }: Step): RegistryResult {
    if (next === undefined) return result;
    const bytes =
      this.#definitionBytes - definitionBytes(this.#machines.get(name)) + definitionBytes(next);
    if (bytes > limits.definitionBytesTogetherMax && bytes > this.#definitionBytes) {
      return refused(
        'state-machine-limit-exceeded',
        `All definitions together have more than ${limits.definitionBytesTogetherMax} bytes; delete state machines or versions first.`,
      );
    }
    this.#keep(name, next);
    return result;
  }

  #keep(name: string, next: StateMachine | undefined): void {
    this.#definitionBytes += definitionBytes(next) - definitionBytes(this.#machines.get(name));
    if (next === undefined) this.#machines.delete(name);
    else this.#machines.set(name, next);
  }

  /** A second time with the same name is the first, whatever its tags (AWS). */
  #createActivity(name: string, tags: readonly Tag[], wallMs: number): RegistryResult {
    const present = this.#activities.get(name);
    if (present !== undefined) return done(present.createdAtMs);
    if (this.#activities.size >= limits.activitiesMax) {
      return refused('activity-limit-exceeded', tooMany(limits.activitiesMax));
    }
    this.#activities.set(name, { name, tags, createdAtMs: wallMs });
    return done(wallMs);
  }

  #retag(
    { of, name }: Tagged,
    wallMs: number,
    change: (tags: readonly Tag[], arn: string) => ReturnType<typeof withTags>,
  ): RegistryResult {
    const machine = of === 'stateMachine' ? this.#machines.get(name) : undefined;
    const activity = of === 'activity' ? this.#activities.get(name) : undefined;
    const arn = of === 'stateMachine' ? stateMachineArn(name) : activityArn(name);
    const present = machine ?? activity;
    if (present === undefined) {
      return refused('workflow-resource-not-found', `Resource not found: '${arn}'`);
    }
    const tags = change(present.tags, arn);
    if ('kind' in tags) return tags;
    if (machine !== undefined) this.#machines.set(name, { ...machine, tags });
    if (activity !== undefined) this.#activities.set(name, { ...activity, tags });
    return done(wallMs);
  }
}

/** The state machine that becomes another by it; one that is being deleted may only become less. */
function changedBy(command: RegistryCommand): string | undefined {
  switch (command.kind) {
    case 'create-state-machine':
    case 'update-state-machine':
    case 'publish-version':
      return command.name;
    case 'create-alias':
    case 'update-alias':
      return command.stateMachine;
    default:
      return undefined;
  }
}

function byName<Item extends { readonly name: string }>(
  items: ReadonlyMap<string, Item>,
): readonly Item[] {
  return [...items.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function tooMany(max: number): string {
  return `There are ${max} of them, and there can be no more; delete some first.`;
}
