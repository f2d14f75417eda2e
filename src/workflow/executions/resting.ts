/**
 * Executions are many and rest for long. All have the same fields in the same order and are made here: where object spreads have
 * seen several shapes, V8 writes a description of its own for nearly each object, of more bytes than the object, in the part
 * of its memory that is cleared last. And what many of them say, such as the ARN of their state machine, is kept once.
 */
import type { HistoryChunk, StoredExecution } from './stored.js';

/** What commands change, and what is said the same way by others. */
export type ExecutionChanges = Partial<
  Omit<
    StoredExecution,
    'arn' | 'name' | 'traceId' | 'itemCount' | 'sequence' | 'startedAtMs' | 'input'
  >
>;

export function changed(before: StoredExecution, changes: ExecutionChanges): StoredExecution {
  return {
    arn: before.arn,
    name: before.name,
    stateMachineName: changes.stateMachineName ?? before.stateMachineName,
    stateMachineArn: changes.stateMachineArn ?? before.stateMachineArn,
    stateMachineVersionArn: changes.stateMachineVersionArn ?? before.stateMachineVersionArn,
    stateMachineAliasArn: changes.stateMachineAliasArn ?? before.stateMachineAliasArn,
    revisionId: changes.revisionId ?? before.revisionId,
    roleArn: changes.roleArn ?? before.roleArn,
    traceId: before.traceId,
    definitionHash: changes.definitionHash ?? before.definitionHash,
    mapRunArn: changes.mapRunArn ?? before.mapRunArn,
    itemCount: before.itemCount,
    sequence: before.sequence,
    owner: changes.owner ?? before.owner,
    epoch: changes.epoch ?? before.epoch,
    status: changes.status ?? before.status,
    startedAtMs: before.startedAtMs,
    endedAtMs: changes.endedAtMs ?? before.endedAtMs,
    redriveCount: changes.redriveCount ?? before.redriveCount,
    redrivenAtMs: changes.redrivenAtMs ?? before.redrivenAtMs,
    redriveToken: changes.redriveToken ?? before.redriveToken,
    isRedriving: changes.isRedriving ?? before.isRedriving,
    step: changes.step ?? before.step,
    input: before.input,
    inbox: changes.inbox ?? before.inbox,
    inboxCount: changes.inboxCount ?? before.inboxCount,
    records: changes.records ?? before.records,
    history: changes.history ?? before.history,
    chunks: changes.chunks ?? before.chunks,
    bytes: changes.bytes ?? before.bytes,
  };
}

/** Texts that many executions have in common, each once; not all that ever were. */
export class SharedTexts {
  readonly #texts = new Map<string, string>();

  /** The execution as it is kept, with what others say, too, as they have it. */
  kept(execution: StoredExecution, history: readonly HistoryChunk[]): StoredExecution {
    const { stateMachineVersionArn, stateMachineAliasArn, mapRunArn } = execution;
    return changed(execution, {
      stateMachineName: this.#shared(execution.stateMachineName),
      stateMachineArn: this.#shared(execution.stateMachineArn),
      stateMachineVersionArn: stateMachineVersionArn && this.#shared(stateMachineVersionArn),
      stateMachineAliasArn: stateMachineAliasArn && this.#shared(stateMachineAliasArn),
      revisionId: this.#shared(execution.revisionId),
      roleArn: this.#shared(execution.roleArn),
      definitionHash: this.#shared(execution.definitionHash),
      mapRunArn: mapRunArn && this.#shared(mapRunArn),
      owner: this.#shared(execution.owner),
      history,
    });
  }

  #shared<Text extends string>(text: Text): Text {
    const known = this.#texts.get(text);
    if (known !== undefined) return known as Text;
    if (this.#texts.size >= textsMax) this.#texts.clear();
    this.#texts.set(text, text);
    return text;
  }
}

/** Of some hundred state machines that are in use at a time; those of others are kept once again. */
const textsMax = 4096;
