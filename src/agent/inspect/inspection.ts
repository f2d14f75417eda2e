/**
 * What becomes of findings: the operator's two settings, and the caller's wish to be told early.
 */
import { HearthError } from '../../types/index.js';
import type { CodeToInspect, Finding } from './types.js';

export type CheckMode = 'off' | 'warn' | 'refuse';

export interface InspectionSettings {
  /** Syntax, and whether the handler is there. */
  readonly codeChecks: CheckMode;
  /** What the code does that an operator may not want. */
  readonly codePolicy: CheckMode;
}

export type UploadedCode = Omit<CodeToInspect, 'directory' | 'wanted'>;

/** What a refusal names; the rest is counted. */
const namedMax = 5;

/** One upload: shown the code where it lies unpacked, and knows afterwards what was found. */
export interface Inspection {
  /** What was found and did not make the upload fail. */
  readonly findings: readonly Finding[];
  /** Throws `invalid-parameter` with what is refused. */
  readonly look: (directory: string) => Promise<void>;
}

export class UploadInspection implements Inspection {
  #findings: readonly Finding[] = [];

  constructor(
    private readonly inspect: (code: CodeToInspect) => Promise<readonly Finding[]>,
    private readonly code: UploadedCode,
    private readonly settings: InspectionSettings,
  ) {}

  get findings(): readonly Finding[] {
    return this.#findings;
  }

  readonly look = async (directory: string): Promise<void> => {
    const { codeChecks, codePolicy } = this.settings;
    const wanted = { broken: codeChecks !== 'off', dangerous: codePolicy !== 'off' };
    if (!wanted.broken && !wanted.dangerous) return;
    this.#findings = await this.inspect({ ...this.code, directory, wanted });
    const refused = this.#findings.filter((finding) => this.#refuses(finding));
    if (refused.length > 0) throw refusal(refused);
  };

  #refuses({ kind }: Finding): boolean {
    const { codeChecks, codePolicy } = this.settings;
    // what nobody has seen may be what the policy forbids
    return (kind === 'broken' ? codeChecks : codePolicy) === 'refuse';
  }
}

/** `FILE:LINE MESSAGE (RULE)` */
export function findingText({ file, line, message, rule }: Finding): string {
  return `${file}${line > 0 ? `:${line}` : ''} ${message} (${rule})`;
}

function refusal(findings: readonly Finding[]): HearthError {
  const named = findings.slice(0, namedMax).map(findingText);
  const more = findings.length - named.length;
  const list = [...named, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
  return new HearthError('invalid-parameter', `The code is refused: ${list}.`);
}
