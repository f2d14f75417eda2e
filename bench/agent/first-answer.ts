/** One question to a function that gives back what it gets, and how long the first answer takes to come. */
import type { Sandbox, SandboxResult } from '../../src/agent/index.js';
import { systemClock } from '../../src/lib/index.js';
import { callOf } from './sandboxes.js';

export const question = Buffer.from('{"hello":"world"}');

/** From nothing but what `start` needs; ends the sandbox. Throws where the answer is wrong. */
export async function firstAnswerMs(start: () => Promise<Sandbox>): Promise<number> {
  const startMs = systemClock.nowMs();
  const sandbox = await start();
  const result = await sandbox.invoke(callOf(question));
  const tookMs = systemClock.nowMs() - startMs;
  check(result);
  await sandbox.end();
  return tookMs;
}

/** Throws where the answer is wrong. */
export async function ask(sandbox: Sandbox): Promise<void> {
  check(await sandbox.invoke(callOf(question)));
}

/** Languages put their spaces where they like. */
function check({ payload, functionError }: SandboxResult): void {
  const answer = Buffer.from(payload).toString();
  if (!functionError && JSON.stringify(JSON.parse(answer)) === question.toString()) return;
  throw new Error(`a wrong answer: ${answer}`);
}
