/**
 * How a command ends badly: one sentence for people and an exit code for scripts (1 the command
 * failed, 2 the command line was wrong). Everything that is thrown becomes one at the outermost edge.
 */
import { HearthError } from '../types/index.js';

export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
  constructor(
    message: string,
    readonly exitCode: 1 | 2 = 1,
  ) {
    super(message);
  }
}

/** The command line is wrong: exit code 2. */
export function usageFailure(message: string): CommandFailure {
  return new CommandFailure(message, 2);
}

/** Any thrown thing as a failure; `context` says what was being done when a system error came. */
export function asFailure(thrown: unknown, context?: string): CommandFailure {
  if (thrown instanceof CommandFailure) return thrown;
  if (thrown instanceof HearthError) return new CommandFailure(thrown.message);
  const text = thrown instanceof Error ? thrown.message || thrown.name : String(thrown);
  return new CommandFailure(context === undefined ? text : `${context}: ${text}`);
}

/** `code` of a Node.js system error, such as `ENOENT`; an empty text where there is none. */
export function systemCode(thrown: unknown): string {
  if (thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string') {
    return thrown.code;
  }
  return '';
}
