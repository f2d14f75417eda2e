/**
 * What users have told a cluster to keep, of every kind, and all that its pages tell of it later: to be the same on
 * each node, whatever release it is of.
 */
import { randomBytes } from 'node:crypto';
import {
  CreateAliasCommand,
  CreateFunctionUrlConfigCommand,
  type LambdaClient,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  PutFunctionEventInvokeConfigCommand,
  TagResourceCommand,
  UpdateFunctionCodeCommand,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { eventually } from '../e2e/cluster-harness.js';
import { deploy, nodeZip } from '../e2e/functions.js';

const stream = 'outcomes';
/** Records in it that `keepState` leaves. */
const outcomes = 5;
const arn = 'arn:aws:lambda:us-east-1:123456789012:function:kept';
/** Names begin alike, so that lists can leave out what was made later. */
const names = ['kept', 'kept-python', 'kept-later'] as const;
const functions = '/2015-03-31/functions';
const configs = '/2019-09-25/functions';
const pages = [
  ...names.map((name) => `${functions}/${name}`),
  ...names.map((name) => `${functions}/${name}/versions`),
  `${functions}/kept/aliases`,
  `${functions}/kept:live`,
  `${functions}/kept/concurrency`.replace('2015-03-31', '2019-09-30'),
  `${configs}/kept-later/event-invoke-config`,
  '/2021-10-31/functions/kept/url',
  `/_hearth/streams/${stream}?limit=${outcomes}`,
  '/_hearth/keys',
] as const;

const says = (words: string): string =>
  `exports.handler = async (event) => '${words} ' + process.env.SECRET + ' ' + (event.n ?? '');`;

/** Where it was asked, when a node saw a key used, and what of a stream changes with what comes later. */
const differing: ReadonlySet<string> = new Set([
  'Location',
  'FunctionUrl',
  'lastUsedHere',
  'next',
  'stream',
]);

/** Everything through one node. Asynchronous work is done when it resolves. */
export async function keepState(client: LambdaClient, url: string): Promise<void> {
  const [kept, python, later] = names;
  await deploy(client, kept, says('first'), { environment: { SECRET: 'sealed' } });
  await client.send(new PublishVersionCommand({ FunctionName: kept, Description: 'the first' }));
  await client.send(
    new CreateAliasCommand({ FunctionName: kept, Name: 'live', FunctionVersion: '1' }),
  );
  await client.send(
    new UpdateFunctionCodeCommand({ FunctionName: kept, ZipFile: await nodeZip(says('second')) }),
  );
  await waitUntilFunctionUpdatedV2({ client, maxWaitTime: 30 }, { FunctionName: kept });
  await client.send(
    new PutFunctionConcurrencyCommand({ FunctionName: kept, ReservedConcurrentExecutions: 40 }),
  );
  await client.send(new TagResourceCommand({ Resource: arn, Tags: { team: 'a' } }));
  await client.send(new CreateFunctionUrlConfigCommand({ FunctionName: kept, AuthType: 'NONE' }));
  const source = 'def handler(event, context):\n    return "python"\n';
  await deploy(client, python, source, { runtime: 'python3.11' });
  await deploy(client, later, 'exports.handler = async (event) => event.n;');
  await client.send(
    new PutFunctionEventInvokeConfigCommand({
      FunctionName: later,
      MaximumRetryAttempts: 1,
      DestinationConfig: {
        OnSuccess: { Destination: `arn:aws:kinesis:us-east-1:123456789012:stream/${stream}` },
      },
    }),
  );
  for (let n = 0; n < outcomes; n++) await submit(url, later, { n });
  const key = { description: 'kept', actions: ['lambda:InvokeFunction'], functions: ['kept'] };
  await ask(url, '/_hearth/keys', { method: 'POST', body: JSON.stringify(key) });
  // the stream begins with its first record
  await eventually(
    () => recordsOf(url),
    (records) => records.length === outcomes,
  );
}

/** So much goes through the log that every node makes a snapshot of what it knows (after 8 MiB). */
export async function fillLog(url: string): Promise<void> {
  for (let n = 0; n < 16; n++) {
    await submit(url, 'kept-python', { n, text: randomBytes(450_000).toString('hex') });
  }
}

/** What the pages of a node tell of it. */
export async function keptState(url: string): Promise<unknown> {
  const told: unknown[] = [];
  for (const page of pages) {
    const body = await ask(url, page);
    told.push(
      JSON.parse(JSON.stringify(body), (key, value) => (differing.has(key) ? undefined : value)),
    );
  }
  for (const name of ['kept', 'kept:live', 'kept-python']) {
    const path = `${functions}/${name}/invocations`;
    told.push(await ask(url, path, { method: 'POST', body: '{"n":7}' }));
  }
  return told;
}

export async function recordsOf(url: string): Promise<readonly unknown[]> {
  const path = `/_hearth/streams/${stream}?limit=1000`;
  return ((await ask(url, path)) as { records: unknown[] }).records;
}

/** An asynchronous invocation. Resolves with its id. */
export async function submit(url: string, name: string, event: unknown): Promise<string> {
  const answer = await fetch(`${url}${functions}/${name}/invocations`, {
    method: 'POST',
    headers: { 'x-amz-invocation-type': 'Event' },
    body: JSON.stringify(event),
  });
  if (answer.status !== 202) throw new Error(`${answer.status} ${await answer.text()}`);
  return answer.headers.get('x-amzn-requestid') ?? '';
}

export async function ask(url: string, path: string, init: RequestInit = {}): Promise<unknown> {
  const answer = await fetch(url + path, init);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
  return JSON.parse(text);
}
