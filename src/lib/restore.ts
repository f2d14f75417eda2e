/** A snapshot on its way in, in pieces: whoever throws while it is read has all of it forgotten. */
import { HearthError } from '../types/index.js';

export class Restore<Reader> {
  #reader: Reader | null = null;

  /** `what` it is a snapshot of, for who reads on where none was begun. */
  constructor(private readonly what: string) {}

  /** One that was being read is forgotten. */
  begin(reader: Reader): void {
    this.#reader = reader;
  }

  forget(): void {
    this.#reader = null;
  }

  /** Throws `storage` where none was begun, and what `use` throws. */
  read<Value>(use: (reader: Reader) => Value): Value {
    const reader = this.#reader;
    if (reader === null) {
      throw new HearthError(
        'storage',
        `No snapshot of the ${this.what} is being restored; begin anew.`,
      );
    }
    try {
      return use(reader);
    } catch (error) {
      this.#reader = null;
      throw error;
    }
  }

  /** The same for the last time. */
  end<Value>(use: (reader: Reader) => Value): Value {
    const value = this.read(use);
    this.#reader = null;
    return value;
  }
}
