/**
 * Clients of registers: half reads, a quarter writes, a quarter compare-and-sets, at a rate, of any node.
 * Every value is written once, so that a read tells which write it saw. A compare-and-set expects what was
 * last heard of the key, so that it often succeeds. A key is used for a while and then left for a new one:
 * unknown outcomes stay open for ever, and a key with many of them takes long to check.
 */
import type { Clock, Random } from '../../../src/lib/index.js';
import { HistoryRecorder } from '../../linear/history.js';
import { checkRegisters, type RegisterInput, type RegisterOutput } from '../../linear/register.js';
import { type Body, errorCodes } from '../protocol.js';
import type { Cluster } from './cluster.js';
import type { Load, LoadVerdict } from './load.js';
import { atRate } from './pace.js';

export interface LinKvLoadOptions {
  readonly operationsPerS: number;
  /** Keys in use at a time. */
  readonly keys: number;
}

interface KeyInUse {
  readonly key: number;
  count: number;
  /** The last value that any client heard of. */
  heard: number;
}

const operationsPerKey = 150;

export class LinKvLoad implements Load {
  readonly #history = new HistoryRecorder<RegisterInput, RegisterOutput>();
  readonly #inUse: KeyInUse[];
  #values = 0;
  #keys = 0;
  #cancel: () => void = () => undefined;
  operations = 0;
  #known = 0;
  #failed = 0;

  constructor(
    private readonly collaborators: {
      readonly clock: Clock;
      readonly random: Random;
      readonly cluster: Cluster;
    },
    private readonly options: LinKvLoadOptions,
  ) {
    this.#inUse = Array.from({ length: options.keys }, () => this.#newKey());
  }

  start(): void {
    this.#cancel = atRate(this.collaborators.clock, this.options.operationsPerS, () => this.#ask());
  }

  stop(): void {
    this.#cancel();
  }

  async finish(): Promise<LoadVerdict> {
    const operations = this.#history.operations();
    const verdict = checkRegisters(operations);
    const unknown = this.operations - this.#known - this.#failed;
    const stuck = verdict.stuckAt.map(
      ({ input, output, calledAt, returnedAt }) =>
        `  ${JSON.stringify(input)} -> ${JSON.stringify(output)} from ${calledAt} to ${returnedAt}`,
    );
    const where = verdict.key === null ? [] : [`${verdict.kind}: key ${verdict.key}, stuck at`];
    return {
      valid: verdict.kind === 'linearizable',
      lines: [
        `operations ${this.operations}, known ${this.#known}, failed ${this.#failed}, ` +
          `unknown ${unknown}, keys ${this.#keys}`,
        ...where,
        ...stuck,
      ],
    };
  }

  #ask(): void {
    const { random, cluster } = this.collaborators;
    const place = random.below(this.#inUse.length);
    const use = this.#inUse[place] ?? this.#newKey();
    if (++use.count === operationsPerKey) this.#inUse[place] = this.#newKey();
    const node = cluster.names[random.below(cluster.names.length)] ?? '';
    const input = this.#input(use);
    this.operations++;
    const id = this.#history.called(node, String(use.key), input);
    cluster.client.request(node, requestOf(use.key, input), (answer) => {
      const output = answer === null ? null : outputOf(input, answer);
      if (output === 'failed') {
        this.#failed++;
        this.#history.failed(id);
      } else if (output !== null) {
        this.#known++;
        use.heard = heardIn(input, output) ?? use.heard;
        this.#history.returned(id, output);
      } else if (input.kind === 'read') this.#history.failed(id);
    });
  }

  #newKey(): KeyInUse {
    return { key: this.#keys++, count: 0, heard: 0 };
  }

  #input({ heard }: KeyInUse): RegisterInput {
    const dice = this.collaborators.random.below(4);
    if (dice < 2) return { kind: 'read' };
    const value = ++this.#values;
    return dice === 2 ? { kind: 'write', value } : { kind: 'cas', from: heard, to: value };
  }
}

/** What the key was by this answer, null where it does not tell. */
function heardIn(input: RegisterInput, output: RegisterOutput): number | null {
  if (output.kind === 'value') return output.value;
  if (output.kind === 'mismatch' || input.kind === 'read') return null;
  return input.kind === 'write' ? input.value : input.to;
}

function requestOf(key: number, input: RegisterInput): Body {
  switch (input.kind) {
    case 'read':
      return { type: 'read', key };
    case 'write':
      return { type: 'write', key, value: input.value };
    case 'cas':
      return { type: 'cas', key, from: input.from, to: input.to };
  }
}

/** `failed`: it definitely did nothing. Null: nobody knows what it did. */
function outputOf(input: RegisterInput, answer: Body): RegisterOutput | 'failed' | null {
  switch (answer.type) {
    case 'read_ok':
      return { kind: 'value', value: Number(answer.value) };
    case 'write_ok':
    case 'cas_ok':
      return { kind: 'done' };
  }
  if (answer.type !== 'error') return null;
  if (answer.code === errorCodes.preconditionFailed) return { kind: 'mismatch' };
  if (answer.code === errorCodes.keyDoesNotExist) {
    return input.kind === 'read' ? { kind: 'value', value: null } : { kind: 'mismatch' };
  }
  return answer.code === errorCodes.temporarilyUnavailable ? 'failed' : null;
}
