import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { SimulatedClock } from '../../../src/lib/index.js';
import { limits } from '../../../src/types/index.js';
import { S3Buckets } from '../../../src/workflow/buckets/index.js';
import { SignedBucket } from '../../agent/logs/signed-bucket.js';

const inTime = { timeout: 30_000 };

class Bench {
  readonly clock = new SimulatedClock(Date.now());
  private constructor(
    readonly server: SignedBucket,
    private readonly credentialsFile: string,
  ) {}

  static async make(context: TestContext): Promise<Bench> {
    const server = await new SignedBucket('shop').start(context);
    const file = join(tmpdir(), `hearth-s3-${process.pid}-${server.endpoint.split(':')[2]}`);
    const { accessKeyId, secretAccessKey } = server;
    const text = `aws_access_key_id=${accessKeyId}\naws_secret_access_key=${secretAccessKey}\n`;
    await writeFile(file, text);
    context.after(() => rm(file));
    return new Bench(server, file);
  }

  buckets(context: TestContext, names: readonly string[] | null = null): S3Buckets {
    const { credentialsFile, clock } = this;
    const { endpoint } = this.server;
    const options = { endpoint, region: 'us-east-1', credentialsFile, buckets: names };
    const made = new S3Buckets(options, clock);
    context.after(() => made.close());
    return made;
  }
}

test('what is asked is signed with the credentials of the nodes', inTime, async (context) => {
  const bench = await Bench.make(context);
  await bench.buckets(context).put('shop', 'a/b', Buffer.from('text'));
  assert.equal(bench.server.objects.get('a/b')?.toString(), 'text');
});

test('what a state machine may not use is not asked for', inTime, async (context) => {
  const bench = await Bench.make(context);
  const buckets = bench.buckets(context, ['shop']);
  const body = Buffer.from('text');
  for (const [asked, problem] of [
    [{ Bucket: 'other', Key: 'k' }, /may not use the bucket other; 'workflowObjects.buckets'/],
    [{ Bucket: 'shop/../other', Key: 'k' }, /no name of a bucket/],
    [{ Bucket: 'arn:aws:s3:us-east-1:1:accesspoint/x', Key: 'k' }, /no name of a bucket/],
    [{ Key: 'k' }, /null is no name of a bucket/],
    [{ Bucket: 'shop', Key: 'a/../../other/k' }, /is no key/],
    [{ Bucket: 'shop' }, /Key must be a text/],
    [{ Bucket: 'shop', Key: 'k', ACL: 'public-read' }, /'ACL' of putObject is not offered/],
  ] as const) {
    await assert.rejects(buckets.putObject(asked, body), { name: 'S3Failure', message: problem });
  }
  assert.equal(bench.server.requests, 0);
});

test('what is longer than it may be is not written', inTime, async (context) => {
  const bench = await Bench.make(context);
  const body = Buffer.alloc(limits.workflowObjectBytesMax + 1);
  const written = bench.buckets(context).put('shop', 'k', body);
  await assert.rejects(written, { message: /too long; the limit is 67108864 bytes/ });
  assert.equal(bench.server.requests, 0);
});

test('a server that says nothing has its time', inTime, async (context) => {
  const bench = await Bench.make(context);
  bench.server.trouble = 'silence';
  const written = bench.buckets(context).put('shop', 'k', Buffer.from('text'));
  const failed = assert.rejects(written, { message: /has not answered within 120 seconds/ });
  while (bench.server.requests === 0) await new Promise((resolve) => setImmediate(resolve));
  bench.clock.advance(120_000);
  await failed;
});

test('who does not wait any more ends the request', inTime, async (context) => {
  const bench = await Bench.make(context);
  bench.server.trouble = 'silence';
  const nobody = new AbortController();
  const where = { Bucket: 'shop', Key: 'k' };
  const asked = bench.buckets(context).putObject(where, Buffer.from('text'), nobody.signal);
  const failed = assert.rejects(asked);
  while (bench.server.requests === 0) await new Promise((resolve) => setImmediate(resolve));
  nobody.abort();
  await failed;
});

test('what the server refuses is said as the SDK for Java says it', inTime, async (context) => {
  const bench = await Bench.make(context);
  await assert.rejects(bench.buckets(context).put('nowhere', 'k', Buffer.from('text')), {
    code: 'NoSuchBucket',
    message: /^no \(Service: S3, Status Code: 403, Request ID: .*\) \(SDK Attempt Count: 1\)$/,
  });
});
