import { strict as assert } from 'node:assert';
import { EventEmitter, once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { noLogs } from '../../src/agent/index.js';
import { seededRandom } from '../../src/lib/index.js';
import { limits } from '../../src/types/index.js';
import { frameType, streamChunkBytesMax } from '../../src/wire/index.js';
import { becomeReady, FakeBody } from './fake-body.js';
import { answerOf, type ErrorAnswer } from './fixture.js';
import { booted, call, make } from './made-sandbox.js';

const deadline = { timeout: 30_000 };

describe('freezing', () => {
  it('waits for a linger without work, and a call thaws before it is fed', deadline, async (t) => {
    const body = new FakeBody();
    const { sandbox, clock } = await booted(t, body);
    sandbox.freezeIfIdleSince(clock.nowMs() - 1);
    assert.deepEqual(body.done, []);
    clock.advance(10);
    sandbox.freezeIfIdleSince(clock.nowMs() - 1);
    sandbox.freezeIfIdleSince(clock.nowMs() - 1);
    assert.deepEqual(body.done, ['freeze']);
    const answer = sandbox.invoke(call());
    assert.deepEqual(body.done, ['freeze', 'thaw'], 'thawed when the call is written');
    body.send(frameType.result, await body.called(), '1');
    assert.equal(answerOf(await answer), 1);
  });

  it(
    'never happens while a call is under way, and costs nothing in steady use',
    deadline,
    async (t) => {
      const body = new FakeBody();
      const { sandbox, clock } = await booted(t, body);
      for (let round = 0; round < 20; round++) {
        const answer = sandbox.invoke(call());
        clock.advance(10);
        sandbox.freezeIfIdleSince(clock.nowMs());
        body.send(frameType.result, await body.called(), '1');
        await answer;
        clock.advance(1);
        sandbox.freezeIfIdleSince(clock.nowMs() - 5);
      }
      assert.deepEqual(body.done, []);
    },
  );

  it('leaves alone what says hello while it is still being limited', deadline, async (t) => {
    const heard = new EventEmitter();
    const logs = { ...noLogs, output: () => heard.emit('line') };
    /** Whose launch ends when what the runtime said has been heard, and a look for idle ones has come by. */
    class SlowlyLimited extends FakeBody {
      override async launch(...given: Parameters<FakeBody['launch']>): Promise<void> {
        const line = once(heard, 'line');
        await super.launch(...given);
        await line;
        sandbox.freezeIfIdleSince(clock.nowMs());
      }
    }
    const body = new SlowlyLimited(async (runtime) => {
      runtime.send(frameType.hello, 0, JSON.stringify({ protocol: 2, token: runtime.token }));
      runtime.send(frameType.log, 0, 'after the hello');
      await runtime.received();
      runtime.send(frameType.ready, 0);
    });
    const { sandbox, clock } = make(t, body, logs);
    await sandbox.boot();
    assert.deepEqual(body.done, []);
  });

  it('does not keep a sandbox from being removed', deadline, async (t) => {
    const body = new FakeBody();
    const { sandbox, clock } = await booted(t, body);
    sandbox.freezeIfIdleSince(clock.nowMs());
    await sandbox.end();
    sandbox.freezeIfIdleSince(clock.nowMs());
    assert.deepEqual(body.done, ['freeze', 'release', 'remove']);
  });
});

describe('a streamed answer', () => {
  const pieces = ['one ', 'two ', 'three'];

  it('is gathered where nobody takes it in pieces', deadline, async (t) => {
    const body = new FakeBody();
    const { sandbox } = await booted(t, body);
    const answer = sandbox.invoke(call());
    const stream = await body.called();
    body.send(frameType.begin, stream, 'text/plain');
    for (const piece of pieces) body.send(frameType.chunk, stream, piece);
    body.send(frameType.end, stream);
    const { payload, streamed, functionError } = await answer;
    assert.equal(Buffer.from(payload).toString(), 'one two three');
    assert.deepEqual([streamed, functionError], [false, false]);
  });

  it(
    'goes to who takes it, piece by piece, and is credited as it is taken',
    deadline,
    async (t) => {
      const body = new FakeBody();
      const { sandbox } = await booted(t, body);
      const seen: string[] = [];
      let give: (bytes: number) => void = () => undefined;
      const answer = sandbox.invoke(
        call({
          begin: (contentType, taken) => {
            seen.push(contentType);
            give = taken;
          },
          write: (chunk) => seen.push(String(chunk.length)),
        }),
      );
      const stream = await body.called();
      const chunk = Buffer.alloc(streamChunkBytesMax);
      body.send(frameType.begin, stream, 'text/plain');
      for (let sent = 0; sent < limits.streamWindowBytes; sent += chunk.length) {
        body.send(frameType.chunk, stream, chunk);
      }
      while (seen.length < 5) await new Promise((resolve) => setImmediate(resolve));
      for (let count = 0; count < 2; count++) give(chunk.length);
      const credit = await body.received();
      assert.equal(credit.type, frameType.credit);
      assert.equal(credit.payload.readUInt32BE(0), 2 * chunk.length);
      body.send(frameType.chunk, stream, chunk);
      body.send(frameType.end, stream);
      const { payload, streamed } = await answer;
      assert.deepEqual([payload.length, streamed], [0, true]);
      assert.deepEqual(seen, ['text/plain', ...Array(5).fill(String(chunk.length))]);
    },
  );

  it('that is too long to gather is the error of any answer too long', deadline, async (t) => {
    const body = new FakeBody();
    const { sandbox } = await booted(t, body);
    const answer = sandbox.invoke(call());
    const stream = await body.called();
    let window: number = limits.streamWindowBytes;
    body.send(frameType.begin, stream, '');
    const chunk = Buffer.alloc(streamChunkBytesMax);
    for (let sent = 0; sent <= limits.invokeAnswerBytesMax; sent += chunk.length) {
      while (window < chunk.length) window += (await body.received()).payload.readUInt32BE(0);
      window -= chunk.length;
      body.send(frameType.chunk, stream, chunk);
    }
    body.send(frameType.end, stream);
    assert.equal(
      (answerOf(await answer) as ErrorAnswer).errorType,
      'Function.ResponseSizeTooLarge',
    );
    assert.equal(sandbox.alive, true);
  });

  it('can break off with an error', deadline, async (t) => {
    const body = new FakeBody();
    const { sandbox } = await booted(t, body);
    const answer = sandbox.invoke(call({ begin: () => undefined, write: () => undefined }));
    const stream = await body.called();
    body.send(frameType.begin, stream, '');
    body.send(frameType.chunk, stream, 'half');
    body.send(frameType.end, stream, '{"errorType":"E","errorMessage":"m"}');
    const result = await answer;
    assert.deepEqual([result.streamed, result.functionError], [true, true]);
    assert.equal((answerOf(result) as ErrorAnswer).errorType, 'E');
  });

  it(
    'that breaks off with an error longer than any answer tells of that instead',
    deadline,
    async (t) => {
      const body = new FakeBody();
      const { sandbox } = await booted(t, body);
      const answer = sandbox.invoke(call({ begin: () => undefined, write: () => undefined }));
      const stream = await body.called();
      body.send(frameType.begin, stream, '');
      body.send(frameType.end, stream, Buffer.alloc(limits.invokeAnswerBytesMax + 1, ' '));
      const { errorType } = answerOf(await answer) as ErrorAnswer;
      assert.equal(errorType, 'Function.ResponseSizeTooLarge');
    },
  );

  const breaches: readonly (readonly [string, (body: FakeBody, stream: number) => void])[] = [
    ['a piece before the beginning', (body, stream) => body.send(frameType.chunk, stream, 'x')],
    ['an end before the beginning', (body, stream) => body.send(frameType.end, stream)],
    [
      'two beginnings',
      (body, stream) => {
        body.send(frameType.begin, stream);
        body.send(frameType.begin, stream);
      },
    ],
    [
      'an answer in one piece within',
      (body, stream) => {
        body.send(frameType.begin, stream);
        body.send(frameType.result, stream, '1');
      },
    ],
    [
      'an empty piece',
      (body, stream) => {
        body.send(frameType.begin, stream);
        body.send(frameType.chunk, stream);
      },
    ],
    [
      'more than was credited',
      (body, stream) => {
        body.send(frameType.begin, stream);
        for (let sent = 0; sent <= limits.streamWindowBytes; sent += streamChunkBytesMax) {
          body.send(frameType.chunk, stream, Buffer.alloc(streamChunkBytesMax));
        }
      },
    ],
    [
      'another stream',
      (body, stream) => {
        body.send(frameType.begin, stream + 1);
      },
    ],
  ];
  for (const [what, breach] of breaches) {
    it(`ends the sandbox where it breaks the protocol: ${what}`, deadline, async (t) => {
      const body = new FakeBody();
      const { sandbox } = await booted(t, body);
      const answer = sandbox.invoke(call({ begin: () => undefined, write: () => undefined }));
      breach(body, await body.called());
      const result = await answer;
      assert.equal(result.errorType, 'Sandbox.Failure');
      assert.match((answerOf(result) as ErrorAnswer).errorMessage, /broke its protocol/);
      assert.equal(sandbox.alive, false);
    });
  }
});

describe('what is printed', () => {
  it('goes to the log under the request that it belongs to', deadline, async (t) => {
    const lines: string[] = [];
    const body = new FakeBody(async (self) => {
      self.events?.output(Buffer.from('booting'));
      await becomeReady(self);
    });
    const { sandbox } = await booted(t, body, {
      output: (source, requestId, chunk) =>
        lines.push(`${source.functionName} ${requestId} ${Buffer.from(chunk).toString()}`),
      report: () => undefined,
    });
    const one = call();
    const answer = sandbox.invoke(one);
    const stream = await body.called();
    body.send(frameType.log, stream, 'within');
    body.send(frameType.result, stream, '1');
    const { log } = await answer;
    assert.equal(Buffer.from(log).toString(), 'bootingwithin');
    body.events?.output(Buffer.from('late'));
    assert.deepEqual(lines, [
      'little  booting',
      `little ${one.requestId} within`,
      `little ${one.requestId} late`,
    ]);
  });

  it('without end is read slower, and read on after a while', deadline, async (t) => {
    const body = new FakeBody();
    const { sandbox, clock } = await booted(t, body);
    const answer = sandbox.invoke(call());
    const stream = await body.called();
    for (let printed = 0; printed < 100; printed++) body.events?.output(Buffer.alloc(65_536));
    assert.deepEqual(body.done, ['hold']);
    body.send(frameType.result, stream, '1');
    clock.advance(10_000);
    assert.deepEqual(body.done, ['hold', 'release']);
    assert.equal(answerOf(await answer), 1);
  });
});

describe('the end of a sandbox', () => {
  it('for memory is told as that', deadline, async (t) => {
    const body = new FakeBody();
    const { sandbox } = await booted(t, body);
    const one = call();
    const answer = sandbox.invoke(one);
    await body.called();
    body.used = { memoryPeakBytes: 1, cpuMs: 1, memoryKills: 1 };
    body.socket?.destroy();
    body.events?.exited({ code: null, signal: 'SIGKILL' });
    body.events?.drained();
    const result = await answer;
    assert.equal(result.errorType, 'Runtime.OutOfMemory');
    assert.match(
      (answerOf(result) as ErrorAnswer).errorMessage,
      /^RequestId: .* Error: Runtime exited with error: signal: killed \(out of memory: its limit is 128 MB\)$/,
    );
  });

  it(
    'for memory is told as that, too, where a runtime within it reports its own',
    deadline,
    async (t) => {
      const body = new FakeBody();
      const { sandbox } = await booted(t, body);
      const answer = sandbox.invoke(call());
      const stream = await body.called();
      body.used = { memoryPeakBytes: 1, cpuMs: 1, memoryKills: 1 };
      const errorMessage = 'Error: Runtime exited with error: signal: killed';
      body.send(
        frameType.fatal,
        stream,
        JSON.stringify({ errorType: 'Runtime.ExitError', errorMessage }),
      );
      assert.equal((await answer).errorType, 'Runtime.OutOfMemory');
    },
  );

  it(
    'counts memory for what it was, not for a child that was killed long ago',
    deadline,
    async (t) => {
      const body = new FakeBody();
      body.used = { memoryPeakBytes: 1, cpuMs: 1, memoryKills: 1 };
      const { sandbox } = await booted(t, body);
      const answer = sandbox.invoke(call());
      await body.called();
      body.socket?.destroy();
      body.events?.exited({ code: 3, signal: null });
      body.events?.drained();
      assert.equal((await answer).errorType, 'Runtime.ExitError');
    },
  );
});

/** Every way to go wrong that is cheap to make up: known and unknown frames, in any order, cut, doubled, and noise. */
function fuzzed(seed: number): (body: FakeBody, stream: number) => void {
  const random = seededRandom(seed);
  const int = (below: number): number => Math.floor(random.next() * below);
  return (body, stream) => {
    for (let count = 1 + int(8); count > 0; count--) {
      const kind = int(10);
      if (kind === 0) {
        body.socket?.write(Buffer.from(Array.from({ length: 1 + int(40) }, () => int(256))));
      } else if (kind === 1) {
        body.events?.output(Buffer.from('printed'));
      } else {
        const payload = kind === 2 ? Buffer.alloc(int(100_000)) : Buffer.from('{"errorType":"E"}');
        const streams = [stream, stream, stream, 0, stream + 1, 0xffff_ffff];
        body.send(int(16), streams[int(streams.length)] ?? 0, int(3) === 0 ? '' : payload);
      }
    }
    if (int(3) === 0) body.socket?.destroy();
    if (int(3) === 0) {
      body.events?.exited({ code: int(256), signal: null });
      if (int(2) === 0) body.events?.drained();
    }
  };
}

describe('a sandbox that says anything', () => {
  it('gives every caller one answer, and leaves nothing', { timeout: 120_000 }, async (t) => {
    const rounds = Number(process.env.HEARTH_FUZZ_ROUNDS ?? 400);
    for (let seed = 1; seed <= rounds; seed++) {
      const attack = fuzzed(seed);
      const whileBooting = seed % 4 === 0;
      const body = new FakeBody(async (self) => {
        if (whileBooting) attack(self, 0);
        await becomeReady(self);
      });
      const concurrency = seed % 3 === 0 ? 3 : 1;
      const { sandbox, clock, directory } = make(t, body, noLogs, { concurrency });
      const advance = setInterval(() => clock.advance(500), 1);
      const up = await sandbox.boot().then(
        () => true,
        () => false,
      );
      for (let calls = 0; up && calls < 3 && sandbox.alive; calls++) {
        const answers = Array.from({ length: concurrency }, () => {
          const deadlineWallMs = clock.wallMs() + 2000;
          return sandbox.invoke({ ...call(), deadlineWallMs, timeoutS: 2 });
        });
        body.called().then(
          (stream) => attack(body, stream),
          () => undefined,
        );
        for (const result of await Promise.all(answers)) {
          assert.equal(typeof result.functionError, 'boolean', `seed ${seed}`);
        }
      }
      await sandbox.end();
      clearInterval(advance);
      assert.equal(sandbox.alive, false);
      assert.equal(existsSync(directory), false, `seed ${seed}`);
      assert.deepEqual(
        body.done.filter((what) => what === 'remove'),
        ['remove'],
        `seed ${seed}`,
      );
      assert.deepEqual(readdirSync(join(directory, '..')), []);
    }
  });
});
