/** Small functions for end-to-end tests, zipped, and the shortest way to deploy and call one. */
import { Buffer } from 'node:buffer';
import {
  CreateFunctionCommand,
  InvokeCommand,
  type LambdaClient,
  waitUntilFunctionActiveV2,
} from '@aws-sdk/client-lambda';
import { makeZip } from '../catalog/zips.js';

export const role = 'arn:aws:iam::123456789012:role/any';

export async function nodeZip(source: string, name = 'index.js'): Promise<Buffer> {
  return makeZip([{ name, content: source }]);
}

export interface Deployment {
  readonly runtime?: 'nodejs20.x' | 'python3.11';
  readonly handler?: string;
  readonly timeoutS?: number;
  readonly environment?: Record<string, string>;
}

/** Creates a function from one source file and waits until it is active. */
export async function deploy(
  client: LambdaClient,
  name: string,
  source: string,
  {
    runtime = 'nodejs20.x',
    handler = 'index.handler',
    timeoutS = 10,
    environment = {},
  }: Deployment = {},
): Promise<void> {
  const file = runtime.startsWith('python') ? 'index.py' : 'index.js';
  await client.send(
    new CreateFunctionCommand({
      FunctionName: name,
      Runtime: runtime,
      Handler: handler,
      Role: role,
      Timeout: timeoutS,
      Environment: { Variables: environment },
      Code: { ZipFile: await nodeZip(source, file) },
    }),
  );
  await waitUntilFunctionActiveV2({ client, maxWaitTime: 30 }, { FunctionName: name });
}

export interface Answer {
  readonly value: unknown;
  readonly functionError: string | undefined;
  readonly log: string;
}

export async function call(
  client: LambdaClient,
  name: string,
  event: unknown = {},
): Promise<Answer> {
  const answer = await client.send(
    new InvokeCommand({
      FunctionName: name,
      Payload: Buffer.from(JSON.stringify(event)),
      LogType: 'Tail',
    }),
  );
  const text = answer.Payload?.transformToString() ?? '';
  return {
    value: text === '' ? undefined : JSON.parse(text),
    functionError: answer.FunctionError,
    log: Buffer.from(answer.LogResult ?? '', 'base64').toString(),
  };
}
