/** The Node.js runtime with several invocations at once, as frames on its socket. */
import { strict as assert } from 'node:assert';
import { describe, it, type TestContext } from 'node:test';
import { bundle } from './fixture.js';
import { idOf, nameOf, RuntimePeer, runtimeCommands } from './runtime-peer.js';

const deadline = { timeout: 20_000 };

async function started(t: TestContext, handler: string, concurrency = 10): Promise<RuntimePeer> {
  const code = `const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    ${handler}`;
  const root = bundle(t, { 'index.js': code });
  const peer = await RuntimePeer.start(t, runtimeCommands.node, root, { concurrency });
  await peer.frame('ready');
  return peer;
}

async function answers(peer: RuntimePeer, count: number): Promise<Map<number, string>> {
  const found = new Map<number, string>();
  while (found.size < count) {
    const { stream, type, payload } = await peer.next();
    found.set(stream, `${nameOf(type)} ${payload}`);
  }
  return found;
}

describe('a Node.js function that runs several invocations at once', () => {
  it('knows them apart, however they print, fail and wait', deadline, async (t) => {
    const peer = await started(
      t,
      `const { promisify } = require('node:util');
      const release = [];
      exports.handler = async (event, context) => {
        console.log('first of ' + event);
        await new Promise((resolve) => {
          release[event] = resolve;
          if (release.filter(Boolean).length === 3) release[3]();
        });
        setTimeout(() => release[event - 1]?.(), 5);
        await wait(1);
        console.error('then of ' + event);
        await promisify((done) => process.nextTick(done))();
        process.stdout.write('raw of ' + event + '\\n');
        if (event === 2) throw new RangeError('failed ' + event);
        setTimeout(() => console.log('late of ' + event), 20);
        return context.awsRequestId;
      };`,
    );
    for (const event of ['1', '2', '3']) peer.invoke(event);
    const found = await answers(peer, 3);
    assert.deepEqual([...found.keys()], [3, 2, 1]);
    assert.equal(found.get(1), `result "${idOf(1)}"`);
    assert.match(found.get(2) ?? '', /^error \{"errorType":"RangeError","errorMessage":"failed 2"/);
    for (const late of [1, 3]) await peer.printed(new RegExp(`late of ${late}`));
    for (const stream of [1, 2, 3]) {
      const text = peer.logText(stream);
      const words = text.match(/(first|then|raw|late|Invoke Error)/g);
      assert.deepEqual(words, ['first', 'then', 'raw', stream === 2 ? 'Invoke Error' : 'late']);
      assert.doesNotMatch(text, new RegExp(`of [^${stream}]`));
      assert.match(text, new RegExp(`\\t${idOf(stream)}\\tINFO\\tfirst`));
    }
  });

  it(
    'answers a callback at once, and a handler that says nothing when nothing is left',
    deadline,
    async (t) => {
      const peer = await started(
        t,
        `exports.handler = (event, context, callback) => {
        if (event.callback) {
          setTimeout(() => callback(null, context.callbackWaitsForEmptyEventLoop), 5);
          setTimeout(() => undefined, 60_000).unref();
        }
        if (event.done) context.succeed(setInterval(() => undefined, 10).hasRef());
        if (event.late) setTimeout(() => console.log('worked'), 30);
      };`,
      );
      const quiet = [peer.invoke('{"late":true}'), peer.invoke('{}')];
      const callback = peer.invoke('{"callback":true}');
      const found = await answers(peer, 3);
      assert.equal(found.get(callback), 'result true');
      for (const stream of quiet) assert.equal(found.get(stream), 'result null');
      assert.match(peer.logText(quiet[0]), /worked/);
      peer.invoke('{"done":true}');
      assert.equal((await peer.frame('result')).payload.toString(), 'true');
    },
  );

  it('has no trace id in the environment, and says how many there may be', deadline, async (t) => {
    const code = `exports.handler = async () => String(process.env._X_AMZN_TRACE_ID);`;
    const several = await started(t, code);
    several.invoke();
    assert.equal((await several.frame('result')).payload.toString(), '"undefined"');
    const one = await started(t, code, 1);
    one.invoke();
    assert.equal((await one.frame('result')).payload.toString(), '"Root=1-2-3"');
  });

  for (const [title, code, type] of [
    ['thrown', `setTimeout(() => { throw new RangeError('mine') }, 5)`, 'RangeError'],
    [
      'of a promise that nobody handles',
      `wait(5).then(() => { throw new RangeError('mine') })`,
      'Runtime.UnhandledPromiseRejection',
    ],
  ] as const) {
    it(`knows whose an error is that ends it: ${title}`, deadline, async (t) => {
      const peer = await started(
        t,
        `exports.handler = async (event) => {
          if (event === 2) ${code};
          await wait(60_000);
        };`,
      );
      for (const event of ['1', '2', '3']) peer.invoke(event);
      const frame = await peer.frame('fatal');
      assert.equal(frame.stream, 2);
      assert.match(frame.payload.toString(), new RegExp(`"errorType":"${type}"`));
      assert.match(peer.logText(2), /mine/);
      assert.deepEqual(await peer.exited, [1, null]);
    });
  }

  it(
    'streams several answers, and goes on in the right one when it is given credit',
    deadline,
    async (t) => {
      const peer = await started(
        t,
        `exports.handler = awslambda.streamifyResponse(async (event, stream) => {
        // one that is ended first never says that it was drained
        const drained = new Promise((resolve) => stream.once('drain', resolve));
        stream.write('x'.repeat(300_000));
        await drained;
        console.log('drained ' + event);
        stream.end(' end ' + event);
      });`,
      );
      const bodies = new Map<number, string>();
      for (const event of ['1', '2']) bodies.set(peer.invoke(event), '');
      for (let ended = 0; ended < 2; ) {
        const { stream, type, payload } = await peer.next();
        if (nameOf(type) === 'chunk') {
          bodies.set(stream, `${bodies.get(stream)}${payload}`);
          peer.credit(stream, payload.length);
        } else if (nameOf(type) === 'end') ended++;
      }
      for (const [stream, body] of bodies) {
        assert.equal(body.length, 300_000 + ` end ${stream}`.length);
        assert(body.endsWith(` end ${stream}`));
        assert.match(peer.logText(stream), new RegExp(`drained ${stream}`));
      }
    },
  );
});
