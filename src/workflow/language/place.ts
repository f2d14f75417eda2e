/** A place in a definition while it is validated: where it is, by what rules it is read, and where problems are told. */
import { limits } from '../../types/index.js';
import type { ParsingEffort } from './jsonata-expression.js';
import type { Diagnostic, QueryLanguage, StateMachineType } from './types.js';

export interface Rules {
  /** Of the state that the place belongs to. */
  readonly language: QueryLanguage;
  readonly machineLanguage: QueryLanguage;
  readonly type: StateMachineType;
  /** Whether fields of the other language are told: where a state has changed its language without right, that is enough. */
  readonly tellsLanguage: boolean;
  readonly effort: ParsingEffort;
  /** In what a Catcher evaluates, `$states.errorOutput` is there. */
  readonly isInCatcher: boolean;
}

interface Found {
  readonly diagnostics: Diagnostic[];
  errors: number;
  warnings: number;
}

export class Place {
  private constructor(
    /** Such as `/States/A/Next`; empty for the whole. */
    private readonly path: string,
    readonly rules: Rules,
    private readonly found: Found,
  ) {}

  /** The whole of a definition. */
  static root(rules: Rules): Place {
    return new Place('', rules, { diagnostics: [], errors: 0, warnings: 0 });
  }

  get location(): string {
    return this.path === '' ? '/' : this.path;
  }

  get diagnostics(): readonly Diagnostic[] {
    return this.found.diagnostics;
  }

  field(name: string): Place {
    return new Place(`${this.path}/${name}`, this.rules, this.found);
  }

  item(index: number): Place {
    return new Place(`${this.path}[${index}]`, this.rules, this.found);
  }

  ruled(rules: Partial<Rules>): Place {
    return new Place(this.path, { ...this.rules, ...rules }, this.found);
  }

  refuse(message: string, code = 'SCHEMA_VALIDATION_FAILED'): void {
    this.tell({ severity: 'ERROR', code, message, location: this.location });
  }

  warn(message: string, code: string): void {
    this.tell({ severity: 'WARNING', code, message, location: this.location });
  }

  /** Of the whole machine: it has no location. */
  refuseWhole(message: string, code: string): void {
    this.tell({ severity: 'ERROR', code, message });
  }

  /** More need not be looked for. */
  get isFull(): boolean {
    return this.found.errors >= limits.diagnosticsMax;
  }

  private tell(diagnostic: Diagnostic): void {
    const alike = diagnostic.severity === 'ERROR' ? 'errors' : 'warnings';
    if (this.found[alike] >= limits.diagnosticsMax) return;
    this.found[alike]++;
    this.found.diagnostics.push(diagnostic);
  }
}
