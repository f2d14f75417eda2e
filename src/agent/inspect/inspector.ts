/** Which inspector looks at which runtime, and how many look at a time: uploads do not get all processors. */
import type { Clock } from '../../lib/index.js';
import { CustomInspector } from './custom.js';
import {
  type Inspection,
  type InspectionSettings,
  type UploadedCode,
  UploadInspection,
} from './inspection.js';
import { JavaScriptInspector } from './javascript.js';
import { PythonInspector } from './python.js';
import type { CodeInspector, CodeToInspect, Finding } from './types.js';

export class Inspector {
  readonly #javascript: CodeInspector;
  readonly #python = new PythonInspector();
  readonly #custom = new CustomInspector();
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    clock: Clock,
    private readonly settings: InspectionSettings,
  ) {
    this.#javascript = new JavaScriptInspector(clock);
  }

  /** For one upload. `strict`: the caller wants what is broken to be refused, whatever the operator says. */
  begin(code: UploadedCode, strict: boolean): Inspection {
    const { codeChecks, codePolicy } = this.settings;
    const settings = { codeChecks: strict ? ('refuse' as const) : codeChecks, codePolicy };
    return new UploadInspection((each) => this.#oneByOne(each), code, settings);
  }

  #oneByOne(code: CodeToInspect): Promise<readonly Finding[]> {
    const turn = this.#last.then(() => this.#inspect(code));
    this.#last = turn.catch(() => {});
    return turn;
  }

  /** A layer is looked at by all that may be in it. */
  async #inspect(code: CodeToInspect): Promise<readonly Finding[]> {
    const { runtime } = code;
    if (runtime.startsWith('nodejs')) return this.#javascript.inspect(code);
    if (runtime.startsWith('python')) return this.#python.inspect(code);
    if (runtime !== '') return this.#custom.inspect(code);
    if (!code.wanted.dangerous) return [];
    const [scripts, modules] = [
      await this.#javascript.inspect(code),
      await this.#python.inspect(code),
    ];
    return [...scripts, ...modules];
  }
}
