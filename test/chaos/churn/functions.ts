/** The functions that are called while a cluster is churned: what they do stands in the event. */
import { eventually } from '../../e2e/cluster-harness.js';
import { nodeZip, role } from '../../e2e/functions.js';
import { inLanes } from './lanes.js';
import type { Scene } from './scene.js';

const plain = `
exports.handler = async (event) => {
  if (event.fail) throw new Error('as it was asked');
  if (event.exit) process.exit(1);
  if (event.hang) await new Promise(() => setInterval(() => {}, 1000));
  await new Promise((done) => setTimeout(done, event.ms || 0));
  console.log('done', event.ms || 0);
  return event;
};`;
const streaming = `
exports.handler = awslambda.streamifyResponse(async (event, stream) => {
  for (let piece = 0; piece < 8; piece++) {
    stream.write('x'.repeat(1000));
    await new Promise((done) => setTimeout(done, 5));
  }
  stream.end();
});`;

/** Called all the time, and so warm. */
export const warmNames = names('warm', 8);
/** So many that each is idle for long enough before its next turn. */
export const burstNames = names('burst', 50);
export const eventNames = names('event', 4);
export const streamNames = names('stream', 4);
export const crashNames = names('crash', 4);

const runtime = { Runtime: 'nodejs20.x', Handler: 'index.handler', Role: role, MemorySize: 128 };
const deployWithinMs = 60_000;
const retention = '/2019-09-25/functions';

export async function deployAll(scene: Scene): Promise<void> {
  const names = [...warmNames, ...burstNames, ...eventNames, ...crashNames];
  await inLanes(4, names.length, (index) => create(scene, names[index] ?? '', plain, 1));
  for (const name of streamNames) await create(scene, name, streaming, 10);
  for (const name of eventNames) {
    const OnSuccess = { Destination: 'arn:aws:kinesis:us-east-1:123456789012:stream/churn' };
    const body = { MaximumRetryAttempts: 1, DestinationConfig: { OnSuccess } };
    await good(() => scene.ask('PUT', `${retention}/${name}/event-invoke-config`, { body }));
  }
}

export async function create(
  scene: Scene,
  name: string,
  source = plain,
  timeoutS = 10,
): Promise<void> {
  const Code = { ZipFile: await zipOf(source) };
  const body = { FunctionName: name, ...runtime, Timeout: timeoutS, Code };
  await good(() => scene.ask('POST', '/2015-03-31/functions', { body }));
}

/** Another program that does the same, as base64. */
export async function otherCode(label: string): Promise<string> {
  return zipOf(`// ${label}\n${plain}`);
}

/** Asks until it is done: a machine that is busy may have no majority for a moment. */
async function good(ask: () => ReturnType<Scene['ask']>): Promise<void> {
  // one that was answered by nothing may have been done
  const isDone = ({ status }: { status: number }): boolean =>
    (status >= 200 && status < 300) || status === 409;
  await eventually(ask, isDone, deployWithinMs);
}

async function zipOf(source: string): Promise<string> {
  return (await nodeZip(source)).toString('base64');
}

function names(kind: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${kind}-${index}`);
}
