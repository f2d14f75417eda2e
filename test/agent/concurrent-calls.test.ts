import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import { concurrencyOf, type LogSink, type SandboxResult } from '../../src/agent/index.js';
import { frameType } from '../../src/wire/index.js';
import { FakeBody } from './fake-body.js';
import { answerOf, callOf, type ErrorAnswer, logOf, specOf } from './fixture.js';
import { booted, call } from './made-sandbox.js';

const deadline = { timeout: 30_000 };
const three = { concurrency: 3 };
const errorOf = (result: SandboxResult) => answerOf(result) as ErrorAnswer;

async function streamsOf(body: FakeBody, count: number): Promise<number[]> {
  const streams: number[] = [];
  while (streams.length < count) streams.push(await body.called());
  return streams;
}

describe('several invocations in one sandbox', () => {
  it('are answered in any order, each with its own answer', deadline, async (t) => {
    const body = new FakeBody();
    const { sandbox, clock } = await booted(t, body, undefined, three);
    for (let round = 0; round < 3; round++) {
      const answers = [call(), call(), call()].map((one) => sandbox.invoke(one));
      const [first = 0, second = 0, third = 0] = await streamsOf(body, 3);
      assert.equal(new Set([first, second, third]).size, 3);
      clock.advance(10);
      body.send(frameType.result, third, '3');
      assert.equal((await answers[2])?.durationMs, 10);
      clock.advance(10);
      body.send(frameType.error, first, '{"errorType":"E","errorMessage":"1"}');
      body.send(frameType.result, second, '2');
      const [one, two, three] = await Promise.all(answers);
      assert(one !== undefined && two !== undefined && three !== undefined);
      assert.deepEqual(
        [errorOf(one).errorMessage, answerOf(two), answerOf(three)],
        ['1', 2, 3],
        `round ${round}`,
      );
      assert.deepEqual(
        [one, two].map(({ durationMs }) => durationMs),
        [20, 20],
      );
    }
    assert.equal(sandbox.alive, true);
  });

  it(
    'are as many as the function allows, and another as soon as one is answered',
    deadline,
    async (t) => {
      const body = new FakeBody();
      const { sandbox } = await booted(t, body, undefined, three);
      const answers = [call(), call(), call()].map((one) => sandbox.invoke(one));
      assert.equal(sandbox.alive, true);
      assert.throws(() => sandbox.invoke(call()), /takes no call now/);
      const [, second = 0] = await streamsOf(body, 3);
      body.send(frameType.result, second, '2');
      await answers[1];
      const fourth = sandbox.invoke(call());
      body.send(frameType.result, await body.called(), '4');
      assert.equal(answerOf(await fourth), 4);
    },
  );

  it(
    'are one where nothing else is said, and in every runtime but that of Node.js',
    deadline,
    async (t) => {
      const { sandbox } = await booted(t, new FakeBody(), undefined, {
        ...three,
        runtime: 'python3.11',
      });
      void sandbox.invoke(call());
      assert.throws(() => sandbox.invoke(call()), /takes no call now/);
      const image = { uri: 'a:1', entryPoint: [], command: [], workingDirectory: '' };
      const allowed = [
        {},
        three,
        { concurrency: 0 },
        { ...three, runtime: 'provided.al2023' },
        { ...three, image },
      ];
      assert.deepEqual(
        allowed.map((changes) => concurrencyOf(specOf('/x', changes))),
        [1, 3, 1, 1, 1],
      );
    },
  );

  it('end together when one of them does not end in time, and say so', deadline, async (t) => {
    const body = new FakeBody();
    const { sandbox, clock } = await booted(t, body, undefined, three);
    const slow = callOf({}, { timeoutS: 2, deadlineWallMs: clock.wallMs() + 2000 });
    const patient = call();
    const answers = [patient, slow, call()].map((one) => sandbox.invoke(one));
    const [, , third = 0] = await streamsOf(body, 3);
    body.send(frameType.result, third, '3');
    assert.equal(answerOf((await answers[2]) as SandboxResult), 3);
    clock.advance(1990);
    assert.equal(sandbox.alive, true);
    clock.advance(30);
    const [beside, late] = (await Promise.all(answers)) as [SandboxResult, SandboxResult];
    assert.equal(late.errorType, 'Sandbox.Timedout');
    assert.match(errorOf(late).errorMessage, /Task timed out after 2.00 seconds$/);
    assert.equal(beside.errorType, 'Sandbox.Failure');
    assert.equal(
      errorOf(beside).errorMessage,
      `RequestId: ${patient.requestId} Error: The sandbox ended while it ran this invocation, because another invocation in it timed out`,
    );
    assert.equal(sandbox.alive, false);
  });

  it('have each its own deadline, also after others were answered', deadline, async (t) => {
    const body = new FakeBody();
    const { sandbox, clock } = await booted(t, body, undefined, three);
    const until = (ms: number) => callOf({}, { deadlineWallMs: clock.wallMs() + ms });
    const answers = [until(1000), until(2000), until(3000)].map((one) => sandbox.invoke(one));
    for (const stream of await streamsOf(body, 3)) {
      body.send(frameType.result, stream, String(stream));
      assert.equal(answerOf((await answers[stream - 1]) as SandboxResult), stream);
      clock.advance(990);
    }
    for (const ms of [1000, 60_000]) {
      const later = sandbox.invoke(until(ms));
      const stream = await body.called();
      if (ms > 1000) clock.advance(10_000);
      body.send(frameType.result, stream, '4');
      assert.equal(answerOf(await later), 4);
    }
  });

  it('all hear of the exit of the process', deadline, async (t) => {
    const body = new FakeBody();
    const { sandbox } = await booted(t, body, undefined, three);
    const calls = [call(), call()];
    const answers = calls.map((one) => sandbox.invoke(one));
    await streamsOf(body, 2);
    body.socket?.destroy();
    body.events?.exited({ code: 7, signal: null });
    body.events?.drained();
    for (const [index, result] of (await Promise.all(answers)).entries()) {
      assert.equal(result.errorType, 'Runtime.ExitError');
      assert(errorOf(result).errorMessage.startsWith(`RequestId: ${calls[index]?.requestId} `));
    }
  });

  const fatal = '{"errorType":"RangeError","errorMessage":"secret of one"}';
  for (const [title, culprit] of [
    ['is told whole to who made it, and to the others that it was not they', 1],
    ['is told to none of them where nobody knows who made it', 0],
  ] as const) {
    it(`and an error that ends the process: it ${title}`, deadline, async (t) => {
      const body = new FakeBody();
      const { sandbox } = await booted(t, body, undefined, three);
      const answers = [call(), call(), call()].map((one) => sandbox.invoke(one));
      const streams = await streamsOf(body, 3);
      body.send(frameType.fatal, culprit === 0 ? 0 : (streams[culprit] ?? 0), fatal);
      for (const [index, result] of (await Promise.all(answers)).entries()) {
        assert.equal(result.functionError, true);
        if (culprit === index && culprit !== 0) {
          assert.equal(errorOf(result).errorMessage, 'secret of one');
        } else {
          assert.equal(result.errorType, 'Sandbox.Failure');
          assert.match(errorOf(result).errorMessage, /because its process failed$/);
        }
      }
      assert.equal(sandbox.alive, false);
    });
  }

  it('may be streamed beside plain ones, each with a window of its own', deadline, async (t) => {
    const body = new FakeBody();
    const { sandbox } = await booted(t, body, undefined, three);
    const seen: string[] = [];
    const into = (name: string) => {
      let give: (bytes: number) => void = () => undefined;
      return call({
        begin: (contentType, taken) => {
          seen.push(`${name}: ${contentType}`);
          give = taken;
        },
        write: (chunk) => {
          seen.push(`${name}: ${Buffer.from(chunk).subarray(0, 1)}`);
          give(chunk.length);
        },
      });
    };
    const answers = [into('a'), call(), into('b')].map((one) => sandbox.invoke(one));
    const [a = 0, plain = 0, b = 0] = await streamsOf(body, 3);
    body.send(frameType.begin, a, 'text/a');
    body.send(frameType.begin, b, 'text/b');
    const piece = Buffer.alloc(64 * 1024, '1');
    body.send(frameType.chunk, b, piece);
    body.send(frameType.chunk, a, piece);
    body.send(frameType.result, plain, '"plain"');
    assert.equal(answerOf((await answers[1]) as SandboxResult), 'plain');
    body.send(frameType.chunk, a, piece);
    const credit = await body.received();
    assert.deepEqual([credit.type, credit.stream], [frameType.credit, a]);
    body.send(frameType.end, b);
    body.send(frameType.end, a, '{"errorType":"E","errorMessage":"half"}');
    const [first, , third] = (await Promise.all(answers)) as SandboxResult[];
    assert(first !== undefined && third !== undefined);
    assert.deepEqual([first.streamed, first.functionError], [true, true]);
    assert.deepEqual([third.streamed, third.functionError], [true, false]);
    assert.deepEqual(seen, ['a: text/a', 'b: text/b', 'b: 1', 'a: 1', 'a: 1']);
  });

  it('end the sandbox where one of them is answered twice', deadline, async (t) => {
    const body = new FakeBody();
    const { sandbox } = await booted(t, body, undefined, three);
    const answers = [call(), call()].map((one) => sandbox.invoke(one));
    const [, second = 0] = await streamsOf(body, 2);
    body.send(frameType.result, second, '2');
    body.send(frameType.result, second, '2');
    const [one, two] = (await Promise.all(answers)) as [SandboxResult, SandboxResult];
    assert.equal(answerOf(two), 2);
    assert.match(errorOf(one).errorMessage, /broke its protocol/);
    assert.equal(sandbox.alive, false);
  });

  it(
    'keep the sandbox from being frozen until the last of them is answered',
    deadline,
    async (t) => {
      const body = new FakeBody();
      const { sandbox, clock } = await booted(t, body, undefined, three);
      const answers = [call(), call()].map((one) => sandbox.invoke(one));
      const [first = 0, second = 0] = await streamsOf(body, 2);
      body.send(frameType.result, first, '1');
      await answers[0];
      clock.advance(10);
      sandbox.freezeIfIdleSince(clock.nowMs());
      assert.deepEqual(body.done, []);
      body.send(frameType.result, second, '2');
      await answers[1];
      sandbox.freezeIfIdleSince(clock.nowMs() - 1);
      assert.deepEqual(body.done, [], 'idle since the last answer, not since the first');
      sandbox.freezeIfIdleSince(clock.nowMs());
      assert.deepEqual(body.done, ['freeze']);
    },
  );
});

describe('what several invocations print in one sandbox', () => {
  it(
    'goes to the request of each, and each answer has the tail of its own',
    deadline,
    async (t) => {
      const lines: string[] = [];
      const logs: LogSink = {
        output: (_, requestId, chunk) => lines.push(`${requestId} ${Buffer.from(chunk)}`),
        report: () => undefined,
      };
      const body = new FakeBody();
      const { sandbox } = await booted(t, body, logs, three);
      const [one, two] = [call(), call()];
      body.events?.output(Buffer.from('before'));
      const answers = [one, two].map((each) => sandbox.invoke(each));
      const [first = 0, second = 0] = await streamsOf(body, 2);
      body.send(frameType.log, second, 'b1');
      body.send(frameType.log, first, 'a1');
      body.send(frameType.log, 0, 'nobody');
      body.send(frameType.log, second, 'b2');
      body.send(frameType.result, second, '2');
      const { 1: answered } = answers;
      assert.equal(logOf((await answered) as SandboxResult), 'b1b2');
      body.send(frameType.log, second, 'late');
      body.send(frameType.log, first, 'a2');
      body.send(frameType.result, first, '1');
      assert.equal(logOf((await answers[0]) as SandboxResult), 'a1a2');
      assert.deepEqual(lines, [
        ' before',
        `${two.requestId} b1`,
        `${one.requestId} a1`,
        ' nobody',
        `${two.requestId} b2`,
        ' late',
        `${one.requestId} a2`,
      ]);
    },
  );

  it('past the protocol is of the one that runs alone, else of none', deadline, async (t) => {
    const lines: string[] = [];
    const logs: LogSink = {
      output: (_, requestId, chunk) => lines.push(`${requestId} ${Buffer.from(chunk)}`),
      report: () => undefined,
    };
    const body = new FakeBody();
    const { sandbox } = await booted(t, body, logs, three);
    const [one, two] = [call(), call()];
    const answers = [one, two].map((each) => sandbox.invoke(each));
    const [first = 0, second = 0] = await streamsOf(body, 2);
    body.events?.output(Buffer.from('either'));
    body.send(frameType.result, first, '1');
    await answers[0];
    body.events?.output(Buffer.from('child'));
    body.send(frameType.result, second, '2');
    assert.equal(logOf((await answers[1]) as SandboxResult), 'child');
    assert.deepEqual(lines, [' either', `${two.requestId} child`]);
  });
});
