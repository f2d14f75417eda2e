import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { deflateSync } from 'node:zlib';

const examples = new URL('../../../examples/', import.meta.url);
const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}`, examples));

type Handler = (event: unknown) => Promise<unknown>;
interface HttpAnswer {
  statusCode: number;
  headers: Record<string, string>;
  body: string;
  isBase64Encoded?: boolean;
}

async function load(name: string): Promise<Handler> {
  const loaded: { handler: Handler } = await import(new URL(`${name}/index.mjs`, examples).href);
  return loaded.handler;
}

/** The part of a function URL's event that the examples read. */
function httpEvent(body: string | Buffer, contentType: string) {
  const binary = Buffer.isBuffer(body);
  return {
    version: '2.0',
    headers: { 'content-type': contentType },
    requestContext: { http: { method: 'POST', path: '/' } },
    body: binary ? body.toString('base64') : body,
    isBase64Encoded: binary,
  };
}

const fruit = 'apple banana cherry date elderberry fig grape';

test('word-length-map and word-length-reduce make 39 out of seven fruits', async () => {
  const [map, reduce] = [await load('word-length-map'), await load('word-length-reduce')];
  const lengths = [5, 6, 6, 4, 10, 3, 5];
  for (const event of [fruit, fruit.split(' '), { text: fruit }, { words: fruit.split(' ') }]) {
    assert.deepEqual(await map(event), lengths);
    const answer = (await map(httpEvent(JSON.stringify(event), 'application/json'))) as HttpAnswer;
    assert.equal(answer.statusCode, 200);
    assert.deepEqual(JSON.parse(answer.body), lengths);
  }
  const plain = (await map(httpEvent(Buffer.from(fruit), 'text/plain'))) as HttpAnswer;
  assert.deepEqual(JSON.parse(plain.body), lengths);
  assert.equal(await reduce(lengths), 39);
  assert.equal(await reduce({ lengths }), 39);
  const sum = (await reduce(httpEvent(JSON.stringify(lengths), 'application/json'))) as HttpAnswer;
  assert.deepEqual([sum.statusCode, sum.body], [200, '39']);
});

test('the word functions refuse what they cannot read', async () => {
  const [map, reduce] = [await load('word-length-map'), await load('word-length-reduce')];
  await assert.rejects(map({ nothing: 1 }), /give a text/);
  await assert.rejects(map([1, 2]), /give a text/);
  await assert.rejects(reduce(['a']), /give an array of numbers/);
  for (const handler of [map, reduce]) {
    const answer = (await handler(httpEvent('{"nothing":1}', 'application/json'))) as HttpAnswer;
    assert.equal(answer.statusCode, 400);
    assert.match(JSON.parse(answer.body).error, /^give /);
  }
});

function pngSize(png: Buffer) {
  assert.equal(png.subarray(0, 8).toString('latin1'), '\x89PNG\r\n\x1a\n');
  return { width: png.readUInt32BE(16), height: png.readUInt32BE(20) };
}

async function loadThumbnail(): Promise<Handler> {
  const installed = existsSync(new URL('thumbnail/node_modules', examples));
  assert.ok(installed, 'run scripts/build examples: the dependencies are not installed');
  return load('thumbnail');
}

test('thumbnail makes a PNG of 128 pixels on the longer side, of a JPEG and of a PNG', async () => {
  const thumbnail = await loadThumbnail();
  const cases = [
    ['landscape.jpg', 'image/jpeg', { width: 128, height: 85 }],
    ['flame.png', 'image/png', { width: 91, height: 128 }],
  ] as const;
  for (const [name, type, size] of cases) {
    const answer = (await thumbnail(httpEvent(fixture(name), type))) as HttpAnswer;
    assert.equal(answer.statusCode, 200);
    assert.equal(answer.headers['content-type'], 'image/png');
    assert.deepEqual(pngSize(Buffer.from(answer.body, 'base64')), size);
    const image = fixture(name).toString('base64');
    const invoked = (await thumbnail({ image })) as {
      image: string;
      width: number;
      height: number;
    };
    assert.deepEqual(pngSize(Buffer.from(invoked.image, 'base64')), size);
    assert.deepEqual({ width: invoked.width, height: invoked.height }, size);
  }
});

test('thumbnail never enlarges', async () => {
  const thumbnail = await loadThumbnail();
  const small = (await thumbnail({ image: fixture('landscape.jpg').toString('base64') })) as {
    image: string;
  };
  const again = (await thumbnail(small)) as { image: string };
  assert.deepEqual(pngSize(Buffer.from(again.image, 'base64')), { width: 128, height: 85 });
});

function pngChunk(type: string, data: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  return Buffer.concat([length, Buffer.from(type), data, Buffer.alloc(4)]);
}

function png(width: number, height: number, interlaced: boolean, data: Buffer): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 6, 0, 0, interlaced ? 1 : 0], 8);
  const chunks = [
    pngChunk('IHDR', header),
    pngChunk('IDAT', data),
    pngChunk('IEND', Buffer.alloc(0)),
  ];
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...chunks]);
}

test('thumbnail answers 400 to what is no image, damaged, or a bomb', async () => {
  const thumbnail = await loadThumbnail();
  const bomb = deflateSync(Buffer.alloc(64 * 1024 * 1024));
  const cases: [body: string | Buffer, error: RegExp][] = [
    [Buffer.from('hello'), /neither a JPEG nor a PNG/],
    [Buffer.alloc(0), /there is no image/],
    ['text', /send the bytes of a JPEG or PNG/],
    [fixture('landscape.jpg').subarray(0, 100), /has no frame header|damaged/],
    [fixture('flame.png').subarray(0, 1000), /cannot be decoded/],
    [png(60_000, 60_000, false, bomb), /60000 x 60000 pixels; at most 24 megapixels/],
    [png(16, 16, true, bomb), /holds more data than its size allows/],
    [png(0, 16, false, bomb), /is empty/],
  ];
  for (const [body, error] of cases) {
    const answer = (await thumbnail(httpEvent(body, 'image/png'))) as HttpAnswer;
    assert.equal(answer.statusCode, 400, String(error));
    assert.match(JSON.parse(answer.body).error, error);
  }
  await assert.rejects(thumbnail({}), /there is no image/);
});

test('the lock file of thumbnail names no registry', () => {
  const lock = readFileSync(new URL('thumbnail/package-lock.json', examples), 'utf8');
  assert.doesNotMatch(lock, /"resolved"/);
});

function logStats(event: unknown): unknown {
  const script =
    'import json,sys;from lambda_function import lambda_handler;' +
    'print(json.dumps(lambda_handler(json.load(sys.stdin),None)))';
  const ran = spawnSync('python3', ['-B', '-c', script], {
    cwd: fileURLToPath(new URL('log-stats/', examples)),
    input: JSON.stringify(event),
  });
  assert.equal(ran.status, 0, ran.stderr.toString());
  return JSON.parse(ran.stdout.toString());
}

const statistics = {
  lines: 9,
  parsed: 8,
  unparsed: 1,
  statuses: { 200: 4, 201: 1, 301: 1, 404: 1, 500: 1 },
  paths: { '/': 2, '/api/orders': 3, '/images/flame.png': 1, '/missing': 1, '/old': 1 },
  // 0 87 196 310 1024 5120 5120 20480: rank 4 of 8, and rank 8
  bytes: { total: 32_337, p50: 310, p95: 20_480 },
};

test('log-stats counts by status and path, with nearest-rank sizes, in every form of input', () => {
  const log = fixture('access.log');
  assert.deepEqual(logStats({ log: log.toString() }), statistics);
  for (const body of [log, log.toString(), JSON.stringify({ log: log.toString() })]) {
    const answer = logStats(httpEvent(body, 'text/plain')) as HttpAnswer;
    assert.equal(answer.statusCode, 200);
    assert.deepEqual(JSON.parse(answer.body), statistics);
  }
});

test('log-stats takes lines of any kind and refuses only the lack of a log', () => {
  const odd = logStats({ log: 'x\n{"a":1}\n"\u0000"\n' }) as typeof statistics;
  assert.deepEqual([odd.parsed, odd.unparsed, odd.bytes.p50], [0, 3, null]);
  assert.equal((logStats(httpEvent('', 'text/plain')) as HttpAnswer).statusCode, 400);
});
