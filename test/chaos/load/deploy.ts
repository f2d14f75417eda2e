/** Before the load: its functions, their aliases, the stream of outcomes, and one call of everything through every node. */
import { readFile, writeFile } from 'node:fs/promises';
import { functionArn, streamArn } from '../../../src/types/index.js';
import { createBody } from '../../e2e/histories/create-body.js';
import { functions } from '../../e2e/histories/settings.js';
import type { Arena, ArenaNode } from '../arena/types.js';
import { monotonicMs } from '../records.js';
import {
  aliasName,
  type CalledFunction,
  calledFunctions,
  firstLabel,
  ledgerVariable,
  lists,
  outcomeStream,
  registers,
  sources,
  toldFunction,
} from './functions.js';
import { requestId } from './schedule.js';
import { comesTrue, told } from './teller.js';

const readyTimeoutMs = 30_000;
const memoryMb = 128;
const timeoutS = 10;

export async function deployAll(arena: Arena, seed: number, ledgerFile: string): Promise<void> {
  const [first] = arena.nodes;
  if (first === undefined) throw new Error('there are no nodes');
  await writeFile(ledgerFile, '');
  for (const called of calledFunctions) await deployCalled(first, called, ledgerFile);
  for (const name of [...registers, ...lists]) {
    await told(first, 'POST', functions, await createBody(name), 201);
  }
  const destination = { OnSuccess: { Destination: streamArn(outcomeStream) } };
  const config = `/2019-09-25/functions/${toldFunction}/event-invoke-config`;
  await told(first, 'PUT', config, { DestinationConfig: destination }, 200);
  await callAll(arena, seed);
  const lines = (await readFile(ledgerFile, 'utf8')).split('\n').length - 1;
  const expected = calledFunctions.length * arena.nodes.length + 1;
  if (lines < expected) {
    throw new Error(`of ${expected} calls functions have written down ${lines} in ${ledgerFile}`);
  }
}

async function deployCalled(
  node: ArenaNode,
  { name, runtime, isSwitched }: CalledFunction,
  ledgerFile: string,
): Promise<void> {
  const file = runtime.startsWith('python') ? 'index.py' : 'index.js';
  const settings = {
    Runtime: runtime,
    MemorySize: memoryMb,
    Timeout: timeoutS,
    Environment: { Variables: { [ledgerVariable]: ledgerFile } },
    ...(isSwitched ? { Description: String(firstLabel(name)) } : {}),
  };
  const body = await createBody(name, { source: sources[runtime], file, settings });
  await told(node, 'POST', functions, body, 201);
  const isActive = await comesTrue(async () => {
    const { body } = await told(node, 'GET', `${functions}/${name}/configuration`, undefined, 200);
    return body.State === 'Active';
  }, monotonicMs() + readyTimeoutMs);
  if (!isActive) throw new Error(`${functionArn(name)} does not become active`);
  if (!isSwitched) return;
  const published = await told(node, 'POST', `${functions}/${name}/versions`, {}, 201);
  const alias = { Name: aliasName, FunctionVersion: published.body.Version };
  await told(node, 'POST', `${functions}/${name}/aliases`, alias, 201);
}

/** Through each node, so that all of them know it; and once later. */
async function callAll(arena: Arena, seed: number): Promise<void> {
  let count = 0;
  const call = async (node: ArenaNode, name: string): Promise<void> => {
    const event = { id: requestId(seed, 'first', count++), ms: 0 };
    const path = `${functions}/${encodeURIComponent(name)}/invocations`;
    const isCalled = await comesTrue(async () => {
      const { body } = await told(node, 'POST', path, event, 200);
      return body.id === event.id;
    }, monotonicMs() + readyTimeoutMs);
    if (!isCalled) throw new Error(`node ${node.number} does not call ${name}`);
  };
  await Promise.all(
    arena.nodes.map(async (node) => {
      for (const { name, isSwitched } of calledFunctions) {
        await call(node, isSwitched ? `${name}:${aliasName}` : name);
      }
    }),
  );
  await callLater(arena, requestId(seed, 'first', count));
}

/** The stream is there once the first outcome stands in it. */
async function callLater(arena: Arena, id: string): Promise<void> {
  const [node] = arena.nodes;
  if (node === undefined) return;
  const path = `/2014-11-13/functions/${toldFunction}/invoke-async`;
  await told(node, 'POST', path, { id, ms: 0 }, 202);
  const isThere = await comesTrue(async () => {
    await told(node, 'GET', `/_hearth/streams/${outcomeStream}`, undefined, 200);
    return true;
  }, monotonicMs() + readyTimeoutMs);
  if (!isThere) throw new Error(`no outcome has come to the stream ${outcomeStream}`);
}
