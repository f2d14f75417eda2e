import { strict as assert } from 'node:assert';
import { readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { type LogBucket, S3Bucket } from '../../../src/agent/logs/bucket.js';
import { LogShipper } from '../../../src/agent/logs/shipper.js';
import { seededRandom, silentLogger } from '../../../src/lib/index.js';
import { report, StoreFixture, source } from './fixture.js';
import { SignedBucket } from './signed-bucket.js';

const node = 'a'.repeat(32);
const inTime = { timeout: 60_000 };

class MemoryBucket implements LogBucket {
  readonly objects = new Map<string, Buffer>();
  puts = 0;
  /** null: it takes what it is given. */
  answer: (() => Promise<void>) | null = null;

  async put(key: string, body: Buffer): Promise<void> {
    this.puts += 1;
    await this.answer?.();
    this.objects.set(key, body);
  }

  close(): void {}
}

function linesOf(objects: ReadonlyMap<string, Buffer>): string[] {
  const keys = [...objects.keys()].sort();
  return keys.flatMap((key) => {
    const text = gunzipSync(objects.get(key) ?? Buffer.alloc(0)).toString();
    return text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).text);
  });
}

/** A started shipper, stopped at the end. */
async function shipper(
  logs: StoreFixture,
  bucket: LogBucket,
  prefix = 'some/prefix',
): Promise<LogShipper> {
  const { store, reader, clock, directory } = logs;
  const random = seededRandom(1);
  const deps = { store, reader, clock, bucket, random, logger: silentLogger, node: () => node };
  const made = new LogShipper(deps, { directory, prefix });
  await made.start();
  logs.ends.push(() => made.stop());
  return made;
}

test('about every minute what is new becomes one object of compressed lines, named by node and time', async (context) => {
  const logs = await StoreFixture.make(context);
  const bucket = new MemoryBucket();
  await shipper(logs, bucket);
  const { store, clock } = logs;
  const from = source('one');
  logs.print(from, 'request', 'first\nsec');
  await logs.written();
  clock.advance(30_000);
  assert.equal(bucket.puts, 0);
  logs.print(from, 'request', 'ond\n');
  store.report(from, report('request', { startedWallMs: clock.wallMs() }));
  await logs.written();
  clock.advance(30_000);
  await logs.until(() => store.counters.shippedObjects === 1);
  const [key = '', body = Buffer.alloc(0)] = [...bucket.objects][0] ?? [];
  assert.match(key, /^some\/prefix\/a{32}\/2026-01-01\/20260101T000000000Z-\d{16}\.jsonl\.gz$/);
  const lines = gunzipSync(body)
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(lines.map(({ kind, text }) => [kind, text]).slice(0, 3), [
    ['start', 'START RequestId: request Version: $LATEST'],
    ['output', 'first'],
    ['output', 'second'],
  ]);
  assert.deepEqual(lines[1].node, node);
  assert.equal(lines.at(-1).report.memoryMb, 128);
  // nothing new, no object
  clock.advance(120_000);
  await logs.turns(50);
  assert.equal(bucket.puts, 1);
});

test('a bucket that fails is tried again, ever more seldom, and gets everything once it answers', async (context) => {
  const logs = await StoreFixture.make(context);
  const bucket = new MemoryBucket();
  bucket.answer = () => Promise.reject(new Error('the bucket is dead'));
  await shipper(logs, bucket);
  const { store, clock } = logs;
  logs.print(source('one'), 'request', 'line 0\n');
  await logs.written();
  const triesMs: number[] = [];
  for (let passedMs = 0; passedMs < 600_000; passedMs += 5000) {
    clock.advance(5000);
    await logs.turns(100);
    if (bucket.puts > triesMs.length) triesMs.push(clock.nowMs());
  }
  assert.ok(triesMs.length >= 8 && triesMs.length <= 25, String(triesMs));
  const gaps = triesMs.slice(1).map((atMs, index) => atMs - (triesMs[index] ?? 0));
  assert.ok(Math.max(...gaps) <= 65_000, String(gaps));
  assert.ok(Math.min(...gaps.slice(-3)) >= 30_000, String(gaps));
  logs.print(source('one'), 'request', 'line 1\n');
  await logs.written();
  bucket.answer = null;
  clock.advance(65_000);
  await logs.until(() => store.counters.shippedObjects > 0);
  clock.advance(65_000);
  await logs.until(() => linesOf(bucket.objects).length === 3);
  assert.deepEqual(linesOf(bucket.objects).slice(1), ['line 0', 'line 1']);
  assert.equal(store.counters.spilledRecords, 0);
});

test('a shipper that comes after another goes on after its mark, in the middle of a line too', async (context) => {
  const logs = await StoreFixture.make(context);
  const bucket = new MemoryBucket();
  const first = await shipper(logs, bucket);
  logs.print(source('one'), 'request', 'line 0\nha');
  await logs.written();
  await logs.done(first.stop());
  assert.deepEqual(linesOf(bucket.objects).slice(1), ['line 0']);
  await logs.reopen();
  const second = await shipper(logs, bucket);
  logs.print(source('one'), 'request', 'lf\nline 2\n');
  await logs.written();
  await logs.done(second.stop());
  assert.equal(bucket.objects.size, 2);
  const lines = linesOf(bucket.objects).filter((line) => !line.startsWith('START'));
  assert.deepEqual(lines, ['line 0', 'half', 'line 2']);
});

test('an object that the bucket took without the mark being kept is shipped again, and no line is missing', async (context) => {
  const logs = await StoreFixture.make(context);
  const bucket = new MemoryBucket();
  await shipper(logs, bucket);
  logs.print(source('one'), 'request', 'line 0\n');
  await logs.written();
  let puts = 0;
  bucket.answer = async () => {
    puts += 1;
    // it has arrived, and the answer is lost
    if (puts === 1) throw new Error('cut');
  };
  logs.clock.advance(60_000);
  await logs.until(() => puts === 1);
  await logs.until(() => logs.store.counters.shipRetries === 1);
  logs.clock.advance(65_000);
  await logs.until(() => logs.store.counters.shippedObjects === 1);
  assert.deepEqual(linesOf(bucket.objects).slice(1), ['line 0']);
});

test(
  'what the disk has no room for before it is shipped is counted, and the rest is shipped',
  inTime,
  async (context) => {
    const logs = await StoreFixture.make(context, { bytesMax: 2 * 1024 * 1024 });
    const bucket = new MemoryBucket();
    bucket.answer = () => Promise.reject(new Error('the bucket is dead'));
    await shipper(logs, bucket);
    const { store, clock } = logs;
    const text = `${'x'.repeat(1000)}\n`;
    const printed = 6000;
    for (let number = 0; number < printed; number++) {
      logs.print(source('one', { logStream: `stream ${number % 3}` }), '', text);
      if (number % 100 === 99) await logs.written();
    }
    const { spilledRecords } = store.counters;
    assert.ok(spilledRecords > 3000 && spilledRecords < 5500, String(spilledRecords));
    bucket.answer = null;
    for (let minutes = 0; minutes < 5; minutes++) {
      clock.advance(65_000);
      await logs.turns(300);
    }
    await logs.until(() => linesOf(bucket.objects).length === printed - spilledRecords);
    assert.equal(store.counters.spilledRecords, spilledRecords);
  },
);

test('a bucket that never answers keeps nobody from stopping', async (context) => {
  const logs = await StoreFixture.make(context);
  const bucket = new MemoryBucket();
  bucket.answer = () => new Promise(() => {});
  const made = await shipper(logs, bucket);
  logs.print(source('one'), 'request', 'line 0\n');
  await logs.written();
  logs.clock.advance(60_000);
  await logs.until(() => bucket.puts === 1);
  const stopped = made.stop();
  logs.clock.advance(5000);
  await logs.done(stopped);
});

test(
  'the client signs as S3 wants it, with credentials from a file or the environment',
  inTime,
  async (context) => {
    const logs = await StoreFixture.make(context);
    const server = await new SignedBucket('the-logs').start(context);
    const { endpoint, accessKeyId, secretAccessKey } = server;
    const credentialsFile = join(logs.directory, 'credentials');
    const options = { bucket: 'the-logs', endpoint, region: 'eu-central-1', credentialsFile };
    await writeFile(credentialsFile, '[default]\naws_access_key_id = any\n');
    await assert.rejects(
      put({ ...options }, 'a'),
      /lacks aws_access_key_id or aws_secret_access_key/,
    );
    const file = (secret: string): string =>
      `[default]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secret}\n`;
    await writeFile(credentialsFile, file(secretAccessKey));
    await put(options, 'prefix/a node/2026-01-01/x+y=z.gz');
    assert.equal(server.objects.get('prefix/a node/2026-01-01/x+y=z.gz')?.toString(), 'body');
    await writeFile(credentialsFile, file('wrong'));
    await assert.rejects(put(options, 'b'), { name: 'SignatureDoesNotMatch' });
    process.env.AWS_ACCESS_KEY_ID = accessKeyId;
    process.env.AWS_SECRET_ACCESS_KEY = secretAccessKey;
    process.env.AWS_SESSION_TOKEN = server.sessionToken = 'a token';
    context.after(() => {
      for (const name of ['ACCESS_KEY_ID', 'SECRET_ACCESS_KEY', 'SESSION_TOKEN']) {
        delete process.env[`AWS_${name}`];
      }
    });
    await put({ ...options, credentialsFile: null }, 'c');
    await assert.rejects(put({ ...options, credentialsFile: null, bucket: 'other' }, 'c'), {
      name: 'NoSuchBucket',
    });
    server.trouble = 'cut';
    await assert.rejects(put({ ...options, credentialsFile: null }, 'd'));
    assert.deepEqual(server.refused, ['SignatureDoesNotMatch', 'NoSuchBucket']);
    assert.equal(server.objects.size, 2);

    async function put(to: typeof options | Options, key: string): Promise<void> {
      const bucket = new S3Bucket(to, logs.clock);
      try {
        await bucket.put(key, Buffer.from('body'));
      } finally {
        bucket.close();
      }
    }
  },
);

test(
  'a server that answers errors, cuts connections or says nothing is tried again until it is well',
  inTime,
  async (context) => {
    const logs = await StoreFixture.make(context);
    const server = await new SignedBucket('the-logs').start(context);
    const { endpoint, accessKeyId, secretAccessKey } = server;
    const credentialsFile = join(logs.directory, 'credentials');
    await writeFile(
      credentialsFile,
      `aws_access_key_id=${accessKeyId}\naws_secret_access_key=${secretAccessKey}\n`,
    );
    const options = { bucket: 'the-logs', endpoint, region: 'us-east-1', credentialsFile };
    const { store, clock } = logs;
    await shipper(logs, new S3Bucket(options, clock));
    logs.print(source('one'), 'request', 'line 0\n');
    await logs.written();
    for (const [index, trouble] of (['error', 'cut', 'silence'] as const).entries()) {
      server.trouble = trouble;
      clock.advance(65_000);
      await logs.until(() => server.requests === index + 1);
      if (trouble === 'silence') clock.advance(30_000);
      await logs.until(() => store.counters.shipRetries === index + 1);
    }
    server.trouble = 'none';
    clock.advance(65_000);
    await logs.until(() => store.counters.shippedObjects === 1);
    assert.deepEqual(linesOf(server.objects).slice(1), ['line 0']);
  },
);

test('the client of S3 is loaded only when something is shipped', () => {
  const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../../../src');
  const mentions = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => readFileSync(join(root, name), 'utf8').split('\n'))
    .filter((line) => line.includes("'@aws-sdk/"));
  assert.ok(mentions.length > 1);
  for (const line of mentions) assert.match(line, /^import type |await import\(/);
});

type Options = ConstructorParameters<typeof S3Bucket>[0];
