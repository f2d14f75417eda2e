/**
 * What a stem cell does while nobody waits for it: once through what the first start and the first call of any
 * function go through, so that the code of Node.js and of the runtime is there. Nothing of it is left to be seen.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { format } from 'node:util';
import { decodeInvoke, encodeInvokeHead, type Init } from '../../../wire/index.js';
import { LambdaContext } from './context.js';
import { loadHandler } from './load-handler.js';
import { followNodePath } from './module-paths.js';
import { streamingOf } from './streaming.js';

const event = '{}';
const code = 'exports.handler = async (event) => event;\n';
const head = {
  deadlineWallMs: 0,
  requestId: '',
  functionArn: '',
  traceId: '',
  clientContext: '',
};

/** In a directory below `temporary`, which is removed. What fails here is no function's business. */
export async function warmUp(temporary: string): Promise<void> {
  const directory = join(temporary, 'warm-up');
  const file = join(directory, 'index.js');
  try {
    mkdirSync(directory);
    writeFileSync(file, code);
    // Node.js remembers where it found none: above this directory it shall not look
    writeFileSync(join(directory, 'package.json'), '{}');
    const handler = await loadHandler(
      directory,
      'index.handler',
      followNodePath(process.env.NODE_PATH),
    );
    streamingOf(handler);
    const invoke = decodeInvoke(Buffer.concat([encodeInvokeHead(head), Buffer.from(event)]));
    const context = new LambdaContext({} as Init, invoke.head, () => undefined);
    const answer = await (handler(
      JSON.parse(invoke.payload.toString()),
      context,
      context.done,
    ) as Promise<unknown>);
    format('%s', JSON.stringify(answer), new Date().toISOString());
  } catch {
    // a directory that cannot be written, for one
  }
  delete createRequire(file).cache[file];
  rmSync(directory, { recursive: true, force: true });
}
