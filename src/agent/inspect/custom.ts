/** Functions that bring their runtime: the program `bootstrap` must be there and be one. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CodeInspector, CodeToInspect, Finding } from './types.js';

const executableBits = 0o111;

export class CustomInspector implements CodeInspector {
  async inspect(code: CodeToInspect): Promise<readonly Finding[]> {
    const { directory, handler, hasLayers, wanted } = code;
    // a layer may bring it
    if (!wanted.broken || handler === '' || hasLayers) return [];
    const stats = await stat(join(directory, 'bootstrap')).catch(() => null);
    if (stats?.isFile() && (stats.mode & executableBits) !== 0) return [];
    const message = stats?.isFile()
      ? 'it may not be executed; set its executable bits before zipping'
      : 'there is no such file, and it is the program that a provided runtime starts';
    return [{ kind: 'broken', rule: 'bootstrap', file: 'bootstrap', line: 0, message }];
  }
}
