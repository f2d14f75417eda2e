/**
 * All executions as frames, for snapshots: first the head, then definitions, executions with their histories, tokens and
 * map runs. Read beside the executions in use.
 */
import { damaged, encodeFrame, type Frame } from '../../replication/index.js';
import { HearthError } from '../../types/index.js';
import { ExecutionsCore, type ExecutionsImage } from './core.js';
import type { HistoryChunk, StoredExecution, StoredMapRun, StoredToken } from './stored.js';

/** Raised by every change that an older release would not understand. */
const snapshotFormat = 1;

type ExecutionFacts = Omit<StoredExecution, 'input' | 'history'>;

export type ExecutionsFacts =
  | { readonly executions: number; readonly sequence: number; readonly wallMs: number }
  | { readonly definition: string }
  /** With its input; its history follows. */
  | { readonly execution: ExecutionFacts }
  | {
      /** Of the execution with this ARN: the next part. */
      readonly history: string;
      /** Of each chunk: how many records, and bytes. */
      readonly sizes: readonly (readonly [records: number, bytes: number])[];
    }
  | { readonly token: StoredToken }
  | { readonly mapRun: StoredMapRun };

export function* executionFrames(image: ExecutionsImage): Iterable<Buffer> {
  const { sequence, wallMs } = image;
  yield encodeFrame({ executions: snapshotFormat, sequence, wallMs } satisfies ExecutionsFacts);
  for (const [definition, text] of image.definitions) {
    yield encodeFrame({ definition } satisfies ExecutionsFacts, text);
  }
  for (const execution of image.executions) yield* framesOfExecution(execution);
  for (const token of image.tokens) yield encodeFrame({ token } satisfies ExecutionsFacts);
  for (const mapRun of image.mapRuns) yield encodeFrame({ mapRun } satisfies ExecutionsFacts);
}

function* framesOfExecution({ input, history, ...execution }: StoredExecution): Iterable<Buffer> {
  yield encodeFrame({ execution } satisfies ExecutionsFacts, input);
  const chunks = history.slice(0, execution.chunks);
  for (let from = 0; from < chunks.length; ) {
    let until = from;
    let bytes = 0;
    while (until < chunks.length && (until === from || bytes < historyFrameBytes)) {
      bytes += chunks[until++]?.bytes.length ?? 0;
    }
    const part = chunks.slice(from, until);
    const sizes = part.map((chunk) => [chunk.records, chunk.bytes.length] as const);
    const facts = { history: execution.arn, sizes } satisfies ExecutionsFacts;
    yield encodeFrame(facts, Buffer.concat(part.map((chunk) => chunk.bytes)));
    from = until;
  }
}

/** A frame is not filled beyond this: a history can be long. */
const historyFrameBytes = 256 * 1024;

export class ExecutionsReader {
  readonly core = new ExecutionsCore();
  readonly #definitions = new Map<string, Uint8Array>();

  /** False where the frame is not one of executions. Throws `log-damaged`, `storage` where a newer release made it. */
  take({ facts, bytes }: Frame<object>): boolean {
    const known = facts as ExecutionsFacts;
    if ('executions' in known) this.#takeHead(known);
    else if ('definition' in known) this.#definitions.set(known.definition, bytes);
    else if ('execution' in known) this.#takeExecution(known.execution, bytes);
    else if ('history' in known) this.#takeHistory(known, bytes);
    else if ('token' in known) this.core.tokens.put(known.token);
    else if ('mapRun' in known) this.core.mapRuns.put(known.mapRun);
    else return false;
    return true;
  }

  #takeHead({ executions, sequence, wallMs }: Extract<ExecutionsFacts, { executions: number }>) {
    if (executions > snapshotFormat) {
      throw new HearthError(
        'storage',
        `The executions of the snapshot have format ${executions}, of a newer release; start that release.`,
      );
    }
    this.core.restoreHead({ sequence, wallMs });
  }

  #takeExecution(execution: ExecutionFacts, input: Uint8Array): void {
    const text = this.#definitions.get(execution.definitionHash);
    if (text === undefined) throw damaged('the definition of an execution is missing');
    this.core.restoreExecution(Object.assign(execution, { input, history: [] }), text);
  }

  #takeHistory(
    { history, sizes }: Extract<ExecutionsFacts, { history: string }>,
    bytes: Uint8Array,
  ): void {
    let at = 0;
    const chunks = sizes.map(([records, length]): HistoryChunk => {
      const chunk = bytes.slice(at, at + length);
      at += length;
      return { records, bytes: chunk };
    });
    if (at !== bytes.length) throw damaged('a history is shorter or longer than it says');
    this.core.restoreHistory(history, chunks);
  }
}
