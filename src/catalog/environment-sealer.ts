/**
 * Environments are secret: names and values together are sealed with the cluster's key, bound to the
 * function's name, so that one function's environment cannot be put under another.
 */
import { HearthError } from '../types/index.js';
import { openText, sealText } from './sealed-text.js';
import type { FunctionRecord } from './types.js';

type Environment = Readonly<Record<string, string>>;

const noVariables: Environment = Object.freeze({});

export class EnvironmentSealer {
  /** Opened once per record: records never change, and go when the function does. */
  readonly #opened = new WeakMap<FunctionRecord, Environment>();

  constructor(
    /** The cluster's sealing key, 32 bytes. */
    private readonly key: () => Uint8Array,
  ) {}

  /** Empty where no environment was given: that there is none is no secret. */
  seal(functionName: string, environment: Environment | null): string {
    if (environment === null) return '';
    return sealText(this.key(), boundTo(functionName), JSON.stringify(environment));
  }

  /** Throws `storage` where the key is another one, or the sealed text was changed. */
  open(record: FunctionRecord): Environment {
    if (record.sealedEnvironment === '') return noVariables;
    const opened = this.#opened.get(record) ?? this.#open(record);
    this.#opened.set(record, opened);
    return opened;
  }

  #open({ name, sealedEnvironment }: FunctionRecord): Environment {
    const text = openText(this.key(), boundTo(name), sealedEnvironment);
    if (text !== null) return Object.freeze(JSON.parse(text) as Environment);
    throw new HearthError(
      'storage',
      `The environment variables of the function ${name} cannot be opened with the key of this node; set them anew, or ask a node that has the cluster's key.`,
    );
  }
}

function boundTo(functionName: string): string {
  return `hearth environment 1\n${functionName}`;
}
