/** Answers that stream from the Node.js runtime, as frames on its socket. */
import { strict as assert } from 'node:assert';
import { describe, it, type TestContext } from 'node:test';
import { bundle } from './fixture.js';
import { nameOf, pythonCommand, RuntimePeer, runtimeCommands } from './runtime-peer.js';

const deadline = { timeout: 20_000 };

async function streaming(t: TestContext, handler: string, windowBytes = 256 * 1024) {
  const code = `const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    ${handler}`;
  const peer = await RuntimePeer.start(t, runtimeCommands.node, bundle(t, { 'index.js': code }), {
    streamWindowBytes: windowBytes,
  });
  await peer.frame('ready');
  return peer;
}

/** Reads a streamed answer to its end, crediting everything at once. */
async function readAll(peer: RuntimePeer, stream: number) {
  const begin = await peer.frame('begin');
  const chunks: Buffer[] = [];
  for (;;) {
    const frame = await peer.next();
    assert.equal(frame.stream, stream);
    if (nameOf(frame.type) === 'end') {
      return {
        contentType: begin.payload.toString(),
        body: Buffer.concat(chunks),
        chunks,
        error: frame.payload.toString(),
      };
    }
    assert.equal(nameOf(frame.type), 'chunk');
    chunks.push(frame.payload);
    peer.credit(stream, frame.payload.length);
  }
}

describe('a Node.js function that streams', () => {
  it('sends what it writes as it writes it, with its content type', deadline, async (t) => {
    const peer = await streaming(
      t,
      `exports.handler = awslambda.streamifyResponse(async (event, stream, context) => {
        stream.setContentType('text/event-stream');
        stream.write('a' + event.n);
        await wait(50);
        stream.write(Buffer.from('b'));
        stream.write({ c: context.awsRequestId.length });
        stream.end();
      });`,
    );
    for (const n of [1, 2]) {
      const stream = peer.invoke(`{"n":${n}}`);
      const answer = await readAll(peer, stream);
      assert.equal(answer.contentType, 'text/event-stream');
      assert.equal(answer.body.toString(), `a${n}b{"c":36}`);
      assert.equal(answer.chunks[0]?.toString(), `a${n}`);
      assert.equal(answer.error, '');
    }
  });

  it('gives an HTTP answer its status and headers before the body', deadline, async (t) => {
    const peer = await streaming(
      t,
      `exports.handler = awslambda.streamifyResponse(async (event, stream) => {
        const metadata = { statusCode: 201, headers: { 'x-a': 'b' } };
        const http = awslambda.HttpResponseStream.from(stream, metadata);
        http.write('hello');
        http.end();
      });`,
    );
    const answer = await readAll(peer, peer.invoke());
    assert.equal(answer.contentType, 'application/vnd.awslambda.http-integration-response');
    const prelude = '{"statusCode":201,"headers":{"x-a":"b"}}';
    assert.equal(answer.body.toString(), `${prelude}${'\0'.repeat(8)}hello`);
  });

  it(
    'is made to wait by its caller: it is never ahead by more than the window',
    deadline,
    async (t) => {
      const windowBytes = 100_000;
      const total = 1_000_000;
      const peer = await streaming(
        t,
        `const { pipeline } = require('node:stream/promises');
      const { Readable } = require('node:stream');
      let made = 0;
      function* source() { for (; made < ${total}; made += 10_000) yield Buffer.alloc(10_000, 97); }
      exports.handler = awslambda.streamifyResponse(async (event, stream) => {
        setTimeout(() => console.log('made ' + made), 100);
        await pipeline(Readable.from(source()), stream);
      });`,
        windowBytes,
      );
      const stream = peer.invoke();
      await peer.frame('begin');
      let received = 0;
      while (received < windowBytes) {
        const { payload } = await peer.frame('chunk');
        assert(payload.length <= 64 * 1024);
        received += payload.length;
      }
      assert.equal(received, windowBytes, 'exactly the window, without credit');
      while (!peer.logText().includes('made '))
        await new Promise((resolve) => setImmediate(resolve));
      const made = Number(/made (\d+)/.exec(peer.logText())?.[1]);
      assert(made < windowBytes + 100_000, `the function was held up, at ${made}`);
      assert.equal(peer.unread.length, 0);
      peer.credit(stream, total);
      while (received < total) received += (await peer.frame('chunk')).payload.length;
      assert.equal((await peer.frame('end')).payload.length, 0);
      assert.equal(received, total);
    },
  );

  it(
    'breaks off with its error where it fails in the middle, and runs again',
    deadline,
    async (t) => {
      const peer = await streaming(
        t,
        `exports.handler = awslambda.streamifyResponse(async (event, stream) => {
        stream.write('half');
        await wait(20);
        if (event.fail) throw new RangeError('in the middle');
        stream.end('whole');
      });`,
      );
      const broken = await readAll(peer, peer.invoke('{"fail":true}'));
      assert.equal(broken.body.toString(), 'half');
      const error = JSON.parse(broken.error) as Record<string, unknown>;
      assert.equal(error.errorType, 'RangeError');
      assert.equal(error.errorMessage, 'in the middle');
      assert.match(peer.logText(), /Invoke Error \t\{"errorType":"RangeError"/);
      const whole = await readAll(peer, peer.invoke());
      assert.equal(whole.body.toString(), 'halfwhole');
    },
  );

  it('answers with an ordinary error where it fails before the first byte', deadline, async (t) => {
    const peer = await streaming(
      t,
      `exports.handler = awslambda.streamifyResponse(async () => { throw new Error('early'); });
      exports.plain = awslambda.streamifyResponse(() => 1);`,
    );
    peer.invoke();
    assert.equal((await peer.error('error')).errorMessage, 'early');
    peer.invoke('{not json');
    assert.equal((await peer.error('error')).errorType, 'Runtime.UnmarshalError');
  });

  it('is over only when its promise is settled as well', deadline, async (t) => {
    const peer = await streaming(
      t,
      `exports.handler = awslambda.streamifyResponse(async (event, stream) => {
        stream.end();
        await wait(50);
        console.log('cleaned up');
      });`,
    );
    const stream = peer.invoke();
    const answer = await readAll(peer, stream);
    assert.equal(answer.contentType, 'application/octet-stream');
    assert.equal(answer.body.length, 0);
    assert.match(peer.logText(stream), /cleaned up/);
  });

  it('is told what it does wrong', deadline, async (t) => {
    const peer = await streaming(
      t,
      `exports.handler = awslambda.streamifyResponse((event, stream) => {
        if (event.late) {
          stream.write('x');
          stream.setContentType('text/html');
        }
        if (event.destroy) return Promise.resolve(stream.destroy());
        return 'no promise';
      });`,
    );
    peer.invoke();
    const plain = await peer.error('error');
    assert.equal(plain.errorMessage, 'Streaming does not support non-async handlers.');
    peer.invoke('{"destroy":true}');
    assert.equal((await peer.error('error')).errorMessage, 'Response stream is not finished.');
    const late = await readAll(peer, peer.invoke('{"late":true}'));
    assert.match(late.error, /Runtime.InvalidStreamingOperation/);
  });
});

describe('modules of layers', () => {
  const module = (text: string) => `exports.from = ${JSON.stringify(text)};`;
  const files = {
    'nodejs/node_modules/plain/index.js': module('plain'),
    'nodejs/node_modules/both/index.js': module('common'),
    'nodejs/node20/node_modules/both/index.js': module('node20'),
    'nodejs/node_modules/esm/package.json': '{"type":"module","exports":"./main.js"}',
    'nodejs/node_modules/esm/main.js': 'export const from = "esm";',
    'python/common.py': 'source = "python"',
    'python/lib/VERSION/site-packages/common.py': 'source = "site-packages"',
    'python/only.py': 'source = "only"',
  };

  for (const [kind, file, code] of [
    [
      'CommonJS',
      'index.js',
      `exports.handler = async () => [require('plain').from, require('both').from];`,
    ],
    [
      'an ES module',
      'index.mjs',
      `import plain from 'plain'; import both from 'both'; import { from } from 'esm';
      export const handler = async () => [plain.from, both.from, from, (await import('esm')).from];`,
    ],
  ] as const) {
    it(`are found by ${kind}, of this Node.js first`, deadline, async (t) => {
      const layers = bundle(t, files);
      const peer = await RuntimePeer.start(
        t,
        runtimeCommands.node,
        bundle(t, { [file]: code }),
        { layersRoot: layers },
        { NODE_PATH: `${layers}/nodejs/node20/node_modules:${layers}/nodejs/node_modules` },
      );
      await peer.frame('ready');
      peer.invoke();
      const [first, second, ...rest] = JSON.parse(
        (await peer.frame('result')).payload.toString(),
      ) as string[];
      assert.deepEqual([first, second], ['plain', 'node20']);
      assert(rest.every((from) => from === 'esm'));
    });
  }

  it('are missed by name where no layer has them', deadline, async (t) => {
    const layers = bundle(t, files);
    const peer = await RuntimePeer.start(
      t,
      runtimeCommands.node,
      bundle(t, { 'index.mjs': `import 'absent'; export const handler = async () => 1;` }),
      { layersRoot: layers },
      { NODE_PATH: `${layers}/nodejs/node_modules` },
    );
    const error = await peer.error('initError');
    assert.equal(error.errorType, 'Runtime.ImportModuleError');
    assert.match(error.errorMessage, /'absent'/);
  });

  it('are found by Python, of this Python first', deadline, async (t) => {
    const layers = bundle(t, pythonFiles(files));
    const code = 'import common, only\ndef handler(e, c): return [common.source, only.source]';
    const peer = await RuntimePeer.start(
      t,
      await pythonCommand(),
      bundle(t, { 'index.py': code }),
      { layersRoot: layers },
    );
    await peer.frame('ready');
    peer.invoke();
    const answer = JSON.parse((await peer.frame('result')).payload.toString()) as string[];
    assert.deepEqual(answer, ['site-packages', 'only']);
  });

  /** Of any Python that may be here. */
  function pythonFiles(all: Readonly<Record<string, string>>): Record<string, string> {
    const made: Record<string, string> = {};
    for (const [name, text] of Object.entries(all)) {
      for (let minor = 8; minor < 20; minor++)
        made[name.replace('VERSION', `python3.${minor}`)] = text;
    }
    return made;
  }
});
