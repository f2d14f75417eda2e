/** Workflows over a real server that speaks S3: its client by itself, and a distributed Map on a real node. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { systemClock } from '../../../src/lib/index.js';
import { S3Buckets, S3Failure } from '../../../src/workflow/buckets/index.js';
import { askWorkflows } from '../../ask-workflows.js';
import { Command, eventually, freePorts, healthy } from '../../e2e/cluster-harness.js';
import { startS3 } from '../../s3-server.js';

const inTime = { timeout: 120_000 };
const rows = 1000;
const batch = 50;

test('objects are written, read and listed, up to their limits', inTime, async (context) => {
  const { endpoint, credentialsFile } = await startS3(context, ['shop', 'other']);
  const options = { endpoint, region: 'us-east-1', credentialsFile, buckets: ['shop', 'nowhere'] };
  const buckets = new S3Buckets(options, systemClock);
  context.after(() => buckets.close());
  await buckets.put('shop', 'in/ü 1.txt', Buffer.from('one'));
  for (let number = 0; number < 12; number++) {
    await buckets.put('shop', `many/${number}`, Buffer.from('x'));
  }
  assert.equal(Buffer.from(await buckets.get('shop', 'in/ü 1.txt', 3)).toString(), 'one');
  await refuses(buckets.get('shop', 'in/ü 1.txt', 2), null, /too long; the limit is 2 bytes/);
  await refuses(buckets.get('shop', 'none', 3), 'NoSuchKey', /\(Service: S3, Status Code: 404, /);
  await refuses(buckets.get('nowhere', 'none', 3), 'NoSuchBucket', /Status Code: 404/);
  await refuses(buckets.get('other', 'none', 3), 'AccessDenied', /'workflowObjects.buckets'/);
  await refuses(buckets.get('shop', '../other/x', 3), null, /is no key/);
  const [first, ...rest] = await buckets.list('shop', 'in/', 10);
  assert.deepEqual([first?.Key, first?.Size, rest], ['in/ü 1.txt', 3, []]);
  assert.equal((await buckets.list('shop', 'many/', 7)).length, 7);
  const page = await buckets.listObjectsV2({ Bucket: 'shop', Prefix: 'many/', MaxKeys: 5 });
  assert.equal(page.KeyCount, 5);
  const { head } = await buckets.getObject({ Bucket: 'shop', Key: 'in/ü 1.txt' }, 3);
  assert.match(String(head.LastModified), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  assert.equal(head.ContentLength, 3);
});

test(
  'a Map over 1,000 rows of CSV leaves a manifest and the results of its batches',
  inTime,
  async (context) => {
    const { endpoint, credentialsFile, root, directory } = await startS3(context, ['shop']);
    const text = Array.from({ length: rows }, (_, row) => `${row},${row * 2}\n`);
    await writeFile(join(root, 'shop', 'orders.csv'), `id,amount\n${text.join('')}`);
    const config = join(directory, 'config.json');
    const workflowObjects = { endpoint, credentialsFile, buckets: ['shop'] };
    await writeFile(config, JSON.stringify({ workflowObjects }));
    const port = await freePorts();
    const node = Command.node(0, port, directory, '--config', config);
    context.after(() => node.stop());
    const url = `http://127.0.0.1:${port}`;
    await healthy(url);
    const ask = (operation: string, input: unknown): Promise<Answer> =>
      askWorkflows<Answer>(url, operation, input);

    const { stateMachineArn } = await ask('CreateStateMachine', {
      name: 'orders',
      roleArn: 'arn:aws:iam::123456789012:role/states',
      definition: JSON.stringify(definition),
    });
    const input = JSON.stringify({ most: String(rows), size: batch, failing: '100' });
    const { executionArn } = await ask('StartExecution', { stateMachineArn, input });
    const ended = await eventually(
      () => ask('DescribeExecution', { executionArn }),
      ({ status }) => status !== 'RUNNING',
    );
    assert.equal(ended.status, 'SUCCEEDED', JSON.stringify(ended));
    const output = JSON.parse(ended.output);
    const { MapRunArn, ResultWriterDetails } = output.run;
    const id = MapRunArn.slice(MapRunArn.lastIndexOf(':') + 1);
    const Key = `results/${id}/manifest.json`;
    assert.deepEqual(ResultWriterDetails, { Bucket: 'shop', Key });

    const file = (name: string): Promise<string> =>
      readFile(join(root, 'shop', 'results', id, name), 'utf8');
    const children = [];
    const listed = await ask('ListExecutions', { mapRunArn: MapRunArn });
    for (const child of listed.executions) {
      children.push(await ask('DescribeExecution', { executionArn: child.executionArn }));
    }
    children.sort((one, other) => firstOf(one) - firstOf(other));
    assert.equal(children.length, rows / batch);
    const succeeded = children.filter(({ status }) => status === 'SUCCEEDED').map(resultOf);
    const failed = children.filter(({ status }) => status === 'FAILED').map(resultOf);
    assert.deepEqual([succeeded.length, failed.length], [19, 1]);
    assert.equal(await file('SUCCEEDED_0.json'), JSON.stringify(succeeded));
    assert.equal(await file('FAILED_0.json'), JSON.stringify(failed));
    const listing = (name: string, results: unknown): unknown => ({
      Key: `results/${id}/${name}`,
      Size: Buffer.byteLength(JSON.stringify(results)),
    });
    const manifest = JSON.stringify({
      DestinationBucket: 'shop',
      MapRunArn,
      ResultFiles: {
        FAILED: [listing('FAILED_0.json', failed)],
        PENDING: [],
        SUCCEEDED: [listing('SUCCEEDED_0.json', succeeded)],
      },
    });
    assert.equal(await file('manifest.json'), manifest);
    // sums of 0, 2, 4 ..., in batches of 50
    assert.equal(succeeded[0]?.Output, '{"sum":2450}');

    assert.equal(output.manifest.Body, manifest);
    assert.equal(output.listed.KeyCount, 3);
    assert.equal(output.none.Error, 'S3.NoSuchKeyException');
    assert.match(output.none.Cause, /\(Service: S3, Status Code: 404, Request ID: /);
  },
);

const s3 = 'arn:aws:states:::aws-sdk:s3';
const definition = {
  StartAt: 'Run',
  States: {
    Run: {
      Type: 'Map',
      Label: 'Each',
      ItemReader: {
        Resource: 'arn:aws:states:::s3:getObject',
        Parameters: { Bucket: 'shop', Key: 'orders.csv' },
        ReaderConfig: {
          InputType: 'CSV',
          CSVHeaderLocation: 'FIRST_ROW',
          MaxItemsPath: '$.most',
        },
      },
      ItemBatcher: { MaxItemsPerBatchPath: '$.size', BatchInput: { 'failing.$': '$.failing' } },
      MaxConcurrency: 5,
      ToleratedFailurePercentage: 10,
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'Look',
        States: {
          Look: {
            Type: 'Choice',
            Choices: [
              {
                Variable: '$.Items[0].id',
                StringEqualsPath: '$.BatchInput.failing',
                Next: 'Refuse',
              },
            ],
            Default: 'Sum',
          },
          Refuse: { Type: 'Fail', Error: 'Refused', Cause: 'as it was told' },
          Sum: {
            Type: 'Pass',
            QueryLanguage: 'JSONata',
            Output: '{% {"sum": $sum($states.input.Items.$number(amount))} %}',
            End: true,
          },
        },
      },
      ResultWriter: {
        Resource: 'arn:aws:states:::s3:putObject',
        Parameters: { Bucket: 'shop', Prefix: 'results' },
      },
      ResultPath: '$.run',
      Next: 'Manifest',
    },
    Manifest: {
      Type: 'Task',
      Resource: `${s3}:getObject`,
      Parameters: {
        'Bucket.$': '$.run.ResultWriterDetails.Bucket',
        'Key.$': '$.run.ResultWriterDetails.Key',
      },
      ResultPath: '$.manifest',
      Next: 'List',
    },
    List: {
      Type: 'Task',
      Resource: `${s3}:listObjectsV2`,
      Parameters: { Bucket: 'shop', Prefix: 'results/' },
      ResultPath: '$.listed',
      Next: 'None',
    },
    None: {
      Type: 'Task',
      Resource: `${s3}:getObject`,
      Parameters: { Bucket: 'shop', Key: 'none' },
      Catch: [{ ErrorEquals: ['S3.NoSuchKeyException'], ResultPath: '$.none', Next: 'Done' }],
      Next: 'Done',
    },
    Done: { Type: 'Succeed' },
  },
};

// biome-ignore lint/suspicious/noExplicitAny: answers of an API, looked at by a test
type Answer = Record<string, any>;

function firstOf({ input }: Answer): number {
  return Number(JSON.parse(input).Items[0].id);
}

/** As https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html shows them. */
function resultOf(child: Answer): Answer {
  const { executionArn, input, name, output, status, stateMachineArn } = child;
  const time = (seconds: number): string => new Date(Math.round(seconds * 1000)).toISOString();
  const isSucceeded = status === 'SUCCEEDED';
  return {
    ...(isSucceeded ? {} : { Cause: child.cause, Error: child.error }),
    ExecutionArn: executionArn,
    Input: input,
    InputDetails: { Included: true },
    Name: name,
    ...(isSucceeded ? { Output: output, OutputDetails: { Included: true } } : {}),
    RedriveCount: 0,
    RedriveStatus: isSucceeded ? 'NOT_REDRIVABLE' : 'REDRIVABLE',
    ...(isSucceeded
      ? { RedriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven' }
      : {}),
    StartDate: time(child.startDate),
    StateMachineArn: stateMachineArn,
    Status: status,
    StopDate: time(child.stopDate),
  };
}

async function refuses(asked: Promise<unknown>, code: string | null, text: RegExp): Promise<void> {
  await assert.rejects(asked, (thrown) => {
    assert.ok(thrown instanceof S3Failure, String(thrown));
    assert.equal(thrown.code, code, thrown.message);
    assert.match(thrown.message, text);
    return true;
  });
}
