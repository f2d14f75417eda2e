import { strict as assert } from 'node:assert';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { FramedSandbox } from '../../src/agent/framed-sandbox.js';
import { noLogs } from '../../src/agent/index.js';
import { ForkLine } from '../../src/agent/zygote/fork-line.js';
import { FramedZygote } from '../../src/agent/zygote/framed-zygote.js';
import { DeadlineQueue, SimulatedClock, silentLogger } from '../../src/lib/index.js';
import { limits } from '../../src/types/index.js';
import { FakeBody } from './fake-body.js';
import { specOf, temporaryDirectory } from './fixture.js';

const deadline = { timeout: 30_000 };

it(
  'has one copy ready before it is asked for, and makes the next one then',
  deadline,
  async (t) => {
    const { zygote, made } = await zygoteOf(t);
    assert.equal(made.length, 1);
    const copy = await zygote.fork();
    assert.equal(copy.id, made[0]?.id);
    assert.equal(made.length, 2);
    assert.equal(made[1]?.alive, false);
  },
);

it('makes another one where the one that was ready has ended', deadline, async (t) => {
  const { zygote, made } = await zygoteOf(t);
  const [ready] = made as [FramedSandbox];
  await zygote.fork().then((copy) => copy.end());
  await made[1]?.end();
  const copy = await zygote.fork();
  assert.deepEqual([ready.alive, copy.alive, copy.id], [false, true, made[2]?.id]);
});

it('has no more copies than it may, the one that is ready among them', deadline, async (t) => {
  const { zygote } = await zygoteOf(t);
  const copies = [];
  for (let n = 0; n < limits.copiesPerZygoteMax; n++) copies.push(await zygote.fork());
  await assert.rejects(zygote.fork(), { code: 'sandbox-unavailable', message: /may have no more/ });
  await copies[0]?.end();
  assert.equal((await zygote.fork()).alive, true);
});

/** A zygote and copies whose processes are played by the test. */
async function zygoteOf(t: TestContext) {
  const clock = new SimulatedClock();
  const deadlines = new DeadlineQueue(clock);
  const host = { clock, deadlines, logger: silentLogger, logs: noLogs };
  const spec = specOf('/var/task', { runtime: 'python3.11' });
  const all: FramedSandbox[] = [];
  // before their directory is removed: one that is being made would put something into it
  t.after(() => Promise.all(all.map((sandbox) => sandbox.end())));
  const place = temporaryDirectory(t);
  const made: FramedSandbox[] = [];
  const sandboxOf = (name: string, own: typeof spec | null) => {
    const directory = join(place, name);
    const plan = { id: `hearth-abcdef-${name}`, spec: own, body: new FakeBody(), directory };
    const sandbox = new FramedSandbox(host, { ...plan, initTimeoutMs: 1000 });
    all.push(sandbox);
    return sandbox;
  };
  const makeCopy = () => {
    const copy = sandboxOf(String(made.length + 1), null);
    made.push(copy);
    return copy;
  };
  const sandbox = sandboxOf('z', spec);
  await sandbox.boot();
  const zygote = new FramedZygote({ spec, sandbox, line: new ForkLine(clock), makeCopy });
  return { zygote, made };
}
