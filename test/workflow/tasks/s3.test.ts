import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ObjectTooLong, type S3Api, S3Failure } from '../../../src/workflow/buckets/index.js';
import type { JsonObject } from '../../../src/workflow/json.js';
import { outputOf, TaskBench } from './task-bench.js';

const s3 = 'arn:aws:states:::aws-sdk:s3';
const where = { Bucket: 'b', Key: 'k' };

/** What was asked, and what is answered or thrown. */
class FakeS3 implements S3Api {
  readonly asked: { asked: JsonObject; body?: string }[] = [];
  text = '';
  failure: Error | null = null;

  async getObject(asked: JsonObject) {
    await this.#note({ asked });
    return { head: { ContentType: 'text/plain' }, bytes: Buffer.from(this.text) };
  }

  async putObject(asked: JsonObject, body: Uint8Array) {
    await this.#note({ asked, body: Buffer.from(body).toString() });
    return { ETag: '"e"' };
  }

  async listObjectsV2(asked: JsonObject) {
    await this.#note({ asked });
    return { KeyCount: 0 };
  }

  async #note(asked: { asked: JsonObject; body?: string }): Promise<void> {
    this.asked.push(asked);
    if (this.failure !== null) throw this.failure;
  }
}

test('an object is read as a text, with what S3 says of it', async () => {
  const buckets = new FakeS3();
  const bench = new TaskBench(buckets);
  buckets.text = 'ü';
  const output = outputOf(await bench.run(`${s3}:getObject`, where));
  assert.deepEqual(output, { ContentType: 'text/plain', Body: 'ü' });
  assert.deepEqual(buckets.asked, [{ asked: where }]);
});

for (const [Body, written] of [
  ['text', 'text'],
  [{ a: [1] }, '{"a":[1]}'],
  [false, 'false'],
  [0, '0'],
  [null, ''],
  [undefined, ''],
] as const) {
  test(`a Body of ${JSON.stringify(Body)} is written as '${written}'`, async () => {
    const buckets = new FakeS3();
    const bench = new TaskBench(buckets);
    const parameters = Body === undefined ? where : { ...where, Body };
    const output = outputOf(await bench.run(`${s3}:putObject`, parameters));
    assert.deepEqual(output, { ETag: '"e"' });
    assert.deepEqual(buckets.asked, [{ asked: where, body: written }]);
  });
}

test('objects are listed', async () => {
  const buckets = new FakeS3();
  const bench = new TaskBench(buckets);
  const asked = { Bucket: 'b', Prefix: 'p' };
  assert.deepEqual(outputOf(await bench.run(`${s3}:listObjectsV2`, asked)), { KeyCount: 0 });
  assert.deepEqual(buckets.asked, [{ asked }]);
});

for (const [failure, error] of [
  [new S3Failure('NoSuchKey', 'why'), 'S3.NoSuchKeyException'],
  [new S3Failure('NoSuchBucket', 'why'), 'S3.NoSuchBucketException'],
  [new S3Failure('AccessDenied', 'why'), 'S3.S3Exception'],
  [new S3Failure(null, 'why'), 'S3.SdkClientException'],
  [new ObjectTooLong('k', 5), 'States.DataLimitExceeded'],
] as const) {
  test(`${failure.code ?? failure.message} is ${error} to a state machine`, async () => {
    const buckets = new FakeS3();
    const bench = new TaskBench(buckets);
    buckets.failure = failure;
    const reports = await bench.run(`${s3}:getObject`, where);
    assert.deepEqual(reports, [{ kind: 'failed', at: 'task', error, cause: failure.message }]);
  });
}

test('without buckets a task names the setting that is missing', async () => {
  const [report] = await new TaskBench().run(`${s3}:getObject`, where);
  if (report?.kind !== 'failed') assert.fail(report?.kind);
  assert.equal(report.error, 'States.TaskFailed');
  assert.match(report.cause, /aws-sdk:s3:getObject; set 'workflowObjects' in the --config/);
});
