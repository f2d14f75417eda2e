/** All workflows as bytes: frames, first those of executions, then those of the registry, then how many stood before. */
import {
  damaged,
  encodeFrame,
  type Frame,
  FrameSplitter,
  inParts,
} from '../../replication/index.js';
import {
  type ExecutionsCore,
  type ExecutionsImage,
  ExecutionsReader,
  executionFrames,
} from '../executions/index.js';
import { RegistryCore, type RegistryImagePart } from '../registry/index.js';

export interface WorkflowsImage {
  readonly executions: ExecutionsImage;
  readonly registry: readonly RegistryImagePart[];
}

/** Parts of at most `limits.snapshotPartBytesMax`, each made when it is asked for. */
export function encodeWorkflows(image: WorkflowsImage): Iterable<Uint8Array> {
  return inParts(framesOf(image));
}

function* framesOf({ executions, registry }: WorkflowsImage): Iterable<Uint8Array> {
  // what was never used is not there: older releases read the snapshots of clusters that use nothing of it
  if (executions.sequence === 0 && registry.length === 0) return;
  let count = 0;
  for (const frame of executionFrames(executions)) {
    count++;
    yield frame;
  }
  for (const part of registry) {
    count++;
    yield encodeFrame({ registry: part });
  }
  yield encodeFrame({ end: count });
}

export interface WorkflowCores {
  readonly executions: ExecutionsCore;
  readonly registry: RegistryCore;
}

export class WorkflowsReader {
  readonly #splitter = new FrameSplitter<object>();
  readonly #executions = new ExecutionsReader();
  readonly #registry = new RegistryCore();
  #frames = 0;
  #ended = false;

  /** Takes the next bytes, cut wherever. Throws `log-damaged`, `storage` where a newer release made them. */
  add(bytes: Uint8Array): void {
    for (const frame of this.#splitter.add(bytes)) this.#take(frame);
  }

  /** What was read. Throws `log-damaged` where something is missing. */
  end(): WorkflowCores {
    if (!this.#ended || this.#splitter.restBytes > 0) throw damaged('the snapshot ends too early');
    return { executions: this.#executions.core, registry: this.#registry };
  }

  #take(frame: Frame<object>): void {
    const { facts } = frame;
    if (this.#ended) throw damaged('something follows the end of the snapshot');
    if (this.#frames === 0 && !('executions' in facts)) throw damaged('the snapshot has no head');
    if ('registry' in facts) this.#registry.restore(facts.registry as RegistryImagePart);
    else if ('end' in facts) this.#end(facts.end);
    else if (!this.#executions.take(frame)) throw damaged('a frame is of no known kind');
    this.#frames++;
  }

  #end(frames: unknown): void {
    if (frames !== this.#frames) throw damaged('frames of the snapshot are missing');
    this.#ended = true;
  }
}
