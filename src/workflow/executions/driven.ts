/**
 * A Standard execution while this node drives it: its drive's engine is made from what the log has of it, and what it does is
 * kept there.
 */
import { type Logger, randomUuid, type SharedTurns } from '../../lib/index.js';
import type { EngineOptions, ExecutionFacts, MakeEngine } from '../engine/types.js';
import type { Definition } from '../language/types.js';
import {
  Drive,
  type DriveDeps,
  type DriveInput,
  type DriveOwner,
  type Loaded,
  type Pending,
} from './drive.js';
import { Keeper, type KeeperDeps } from './keeper.js';
import type { Ledger } from './ledger.js';
import type { ParsedDefinitions } from './parsed-definitions.js';
import { recordsBetween } from './record-codec.js';
import type { InboxItem, StoredExecution } from './stored.js';

/** The same for all of a node. */
export interface DrivenDeps {
  readonly ledger: Ledger;
  readonly logger: Logger;
  readonly driving: DriveDeps;
  readonly keeping: KeeperDeps;
  readonly turns: SharedTurns;
  readonly makeEngine: MakeEngine;
  readonly definitions: ParsedDefinitions;
  readonly random: () => number;
  /** It waits. */
  readonly rests: (driven: Driven) => void;
  /** Nothing comes of it any more. */
  readonly ended: (driven: Driven) => void;
}

export class Driven implements DriveOwner {
  readonly drive: Drive;
  #keeper: Keeper | null = null;
  /** Of its inbox: the last that was fed. */
  #fed = 0;

  constructor(
    private readonly deps: DrivenDeps,
    readonly arn: string,
    readonly epoch: number,
  ) {
    this.drive = new Drive(deps.driving, this);
  }

  /** What it goes on from is not what the log holds. */
  isSurpassedBy(execution: StoredExecution): boolean {
    return this.#keeper?.isSurpassedBy(execution) === true;
  }

  feedInbox({ inbox }: StoredExecution): void {
    if (!this.drive.isAwake && inbox.length > 0) {
      // it takes all of the inbox with it
      this.drive.wake();
      return;
    }
    for (const item of inbox) {
      if (item.number <= this.#fed) continue;
      this.#fed = item.number;
      this.#taken(item);
      const { input, ...more } = inputOf(item);
      this.drive.feed(input, more);
    }
  }

  load(): Loaded {
    const { ledger, keeping, makeEngine } = this.deps;
    const execution = ledger.core().get(this.arn);
    if (execution === undefined) throw new Error(`${this.arn} is driven, and not there`);
    this.#keeper = new Keeper(keeping, this.arn, execution);
    const { isRedriving, redriveCount, records, inbox } = execution;
    const definition = this.#definitionOf(execution);
    const engine = makeEngine(definition, factsOf(execution), this.#engineOptions);
    for (const record of recordsBetween(execution, 0, records)) engine.replay(record);
    this.#fed = inbox.at(-1)?.number ?? this.#fed;
    for (const item of inbox) this.#taken(item);
    const inputs = [...this.#heartbeats(), ...inbox.map(inputOf)];
    if (records === 0) return { engine, first: { kind: 'begin' }, inputs };
    const first = isRedriving ? ({ kind: 'redrive', redriveCount } as const) : null;
    return { engine, first, inputs };
  }

  async keep(pending: Pending): Promise<boolean> {
    return (await this.#keeper?.keep(pending)) ?? false;
  }

  rests(): void {
    this.deps.rests(this);
  }

  ended(): void {
    this.deps.ended(this);
  }

  mayGoOn(): boolean {
    return !this.deps.keeping.isStopped() && this.#keeper?.isCurrent === true;
  }

  broke(error: unknown): void {
    const { arn } = this;
    this.deps.logger.error({ err: error, arn }, 'an execution went wrong');
    const cause = 'An internal error of the workflow engine; the log of the node tells more.';
    void this.deps.ledger
      .ask({ kind: 'stop', arn, error: 'States.Runtime', cause })
      .catch(() => {});
  }

  #taken({ task, report }: InboxItem): void {
    if (report.kind !== 'started') this.drive.taskEnded(task);
  }

  get #engineOptions(): EngineOptions {
    const { random, turns } = this.deps;
    return { keepsHistory: true, random, uuid: randomUuid, isTurnOver: turns.isOver };
  }

  *#heartbeats(): Iterable<DriveInput> {
    for (const { task, isOpen, heartbeatAtMs } of this.deps.ledger.core().tokens.of(this.arn)) {
      if (isOpen && heartbeatAtMs > 0) {
        yield { input: { kind: 'heartbeat', task }, wallMs: heartbeatAtMs };
      }
    }
  }

  #definitionOf({ definitionHash }: StoredExecution): Definition {
    return this.deps.definitions.get(definitionHash, () => {
      const text = this.deps.ledger.core().definitions.get(definitionHash);
      return Buffer.from(text ?? []).toString();
    });
  }
}

function inputOf({ number, task, report }: InboxItem): DriveInput {
  const whole = report.kind === 'failed' ? ({ ...report, at: 'task' } as const) : report;
  return { input: { kind: 'task', task, report: whole }, number };
}

function factsOf(execution: StoredExecution): ExecutionFacts {
  const { arn, name, roleArn, stateMachineArn, stateMachineName, startedAtMs, traceId } = execution;
  return {
    arn,
    name,
    input: Buffer.from(execution.input).toString(),
    roleArn,
    stateMachineArn,
    stateMachineName,
    type: 'STANDARD',
    startedAtMs,
    traceId,
  };
}
