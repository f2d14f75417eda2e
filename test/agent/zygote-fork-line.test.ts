import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { it, type TestContext } from 'node:test';
import type { SandboxResult } from '../../src/agent/index.js';
import { ForkLine } from '../../src/agent/zygote/fork-line.js';
import { SimulatedClock } from '../../src/lib/index.js';
import type { ProcessExit } from '../../src/wire/index.js';

const linux = { skip: process.platform === 'linux' ? false : 'Linux only' };
const unexpected = (): void => assert.fail('no copy has ended');
const order = { socket: '/run/hearth/2/s', token: 't', temporary: '/tmp/2' };

it('takes for a copy only what is a child of the zygote', linux, async (t) => {
  const child = await childOf(t);
  const { line } = lineOf([answer({ pid: child }), answer({ pid: 1 }), answer({ pid: 'all' })]);
  assert.deepEqual(await line.fork(order, unexpected), { pid: child });
  await assert.rejects(line.fork(order, unexpected), /it ended at once/);
  await assert.rejects(line.fork(order, unexpected), /did not say which process/);
});

it('asks for one copy after another, also after one that came to nothing', linux, async (t) => {
  const child = await childOf(t);
  const refusal = { ...answer({ errorType: 'Hearth.NoCopy' }), functionError: true };
  const { line, asked } = lineOf([refusal, answer({ pid: child })]);
  const [first, second] = [line.fork(order, unexpected), line.fork(order, unexpected)];
  await assert.rejects(first, /made no copy: .*Hearth\.NoCopy/);
  assert.deepEqual(await second, { pid: child });
  assert.deepEqual(asked, [order, order]);
});

it('counts no copy twice', linux, async (t) => {
  const child = await childOf(t);
  const { line } = lineOf([answer({ pid: child }), answer({ pid: child })]);
  await line.fork(order, unexpected);
  await assert.rejects(line.fork(order, unexpected), /counts a copy twice/);
});

it('tells of the end of a copy, with the name of its signal', linux, async (t) => {
  const child = await childOf(t);
  const { line } = lineOf([answer({ pid: child })]);
  const exits: ProcessExit[] = [];
  await line.fork(order, (exit) => exits.push(exit));
  assert.equal(line.ended(json({ pid: child, code: null, signal: 9 })), null);
  assert.deepEqual(exits, [{ code: null, signal: 'SIGKILL' }]);
});

it('knows of a copy that ended before anybody heard that it began', async () => {
  const exits: ProcessExit[] = [];
  const { line } = lineOf([
    () => {
      assert.equal(line.ended(json({ pid: 7, code: 3, signal: null })), null);
      return answer({ pid: 7 });
    },
  ]);
  const forked = line.fork(order, (exit) => exits.push(exit));
  await assert.rejects(forked, /it ended at once/);
  assert.deepEqual(exits, [{ code: 3, signal: null }]);
});

it('takes news of copies that there are not for a breach', () => {
  const { line } = lineOf([]);
  assert.match(line.ended(Buffer.from('{')) ?? '', /make no sense/);
  assert.match(line.ended(json({ pid: '1' })) ?? '', /make no sense/);
  assert.equal(line.ended(json({ pid: 7, code: 0, signal: null })), null);
  assert.match(line.ended(json({ pid: 8, code: 0, signal: null })) ?? '', /does not have/);
});

it('ends all copies with the zygote, once', linux, async (t) => {
  const child = await childOf(t);
  const { line } = lineOf([answer({ pid: child })]);
  const exits: ProcessExit[] = [];
  await line.fork(order, (exit) => exits.push(exit));
  line.close();
  line.close();
  assert.deepEqual(exits, [{ code: null, signal: 'SIGKILL' }]);
});

/** A line to a zygote, this process, that answers with these, one order after another. */
function lineOf(answers: readonly (SandboxResult | (() => SandboxResult))[]) {
  const line = new ForkLine(new SimulatedClock());
  const asked: unknown[] = [];
  let busy = false;
  const invoke = async ({ payload }: { readonly payload: Uint8Array }) => {
    assert.equal(busy, false);
    busy = true;
    const next = answers[asked.length];
    asked.push(JSON.parse(Buffer.from(payload).toString()));
    await Promise.resolve();
    busy = false;
    assert(next !== undefined);
    return typeof next === 'function' ? next() : next;
  };
  line.open({ alive: true, invoke }, process.pid);
  return { line, asked };
}

function answer(value: unknown): SandboxResult {
  const payload = json(value);
  const log = Buffer.alloc(0);
  return { payload, log, streamed: false, functionError: false, durationMs: 1, errorType: null };
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

async function childOf(t: TestContext): Promise<number> {
  const child = spawn('/bin/sleep', ['60'], { stdio: 'ignore' });
  await once(child, 'spawn');
  t.after(() => child.kill('SIGKILL'));
  return child.pid as number;
}
