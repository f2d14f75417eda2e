/** What comes and goes: each part does so many times what its row in `hour.ts` says. */
import { setTimeout as delay } from 'node:timers/promises';
import { monotonicMs } from '../records.js';
import { abandon, readAnswer } from './abandon.js';
import {
  burstNames,
  crashNames,
  create,
  eventNames,
  otherCode,
  streamNames,
  warmNames,
} from './functions.js';
import type { ChurnPart, Quotas } from './hour.js';
import { inLanes } from './lanes.js';
import type { Scene } from './scene.js';

type Step = (scene: Scene, index: number, lane: number) => Promise<unknown>;

interface Doing {
  /** How many are under way at a time. */
  readonly lanes: number;
  readonly step: Step;
}

const api = '/2015-03-31/functions';
/** Long enough for the others of a burst to need sandboxes of their own. */
const burstMs = 150;
const burstSize = 3;
/** What a node may do in peace between two of its restarts. */
const peaceMs = 1000;

const doings: Readonly<Record<Exclude<ChurnPart, 'sandboxes'>, Doing>> = {
  requests: {
    lanes: 6,
    // a lane has a function of its own, which so is never idle for long, however slow the machine is
    step: (scene, index, lane) =>
      scene.call(of(warmNames, lane), { fail: index % 50 === 0, text: 'x'.repeat(index % 500) }),
  },
  functions: { lanes: 3, step: wholeLife },
  events: { lanes: 4, step: submit },
  connections: { lanes: 4, step: (scene, index) => abandon(scene, of(warmNames, index), index) },
  streams: { lanes: 2, step: streamOrFollow },
  crashes: {
    lanes: 2,
    step: (scene, index) =>
      scene.call(of(crashNames, index), index % 2 === 0 ? { hang: true } : { exit: true }),
  },
  restarts: {
    lanes: 1,
    step: async (scene, index) => {
      await scene.restart(scene.restless, index % 2 === 0 ? 'killed' : 'stopped');
      await delay(peaceMs);
    },
  },
};

let rounds = 0;

/** All parts at once; resolves when each has had its quota, with the seconds that each took. */
export async function churn(scene: Scene, quotas: Quotas): Promise<string> {
  const beganMs = monotonicMs();
  const took: string[] = [];
  const timed = async (part: string, done: Promise<void>): Promise<void> => {
    await done;
    took.push(`${part} ${((monotonicMs() - beganMs) / 1000).toFixed(0)} s`);
  };
  // names of what is created differ from round to round
  const base = ++rounds * 1_000_000;
  const parts = Object.entries(doings).map(([part, doing]) =>
    timed(
      part,
      inLanes(doing.lanes, quotas[part as ChurnPart], (index, lane) =>
        doing.step(scene, base + index, lane),
      ),
    ),
  );
  await Promise.all([...parts, timed('sandboxes', bursts(scene, quotas.sandboxes))]);
  return took.join(', ');
}

/** Until so many sandboxes have been made for them. */
async function bursts(scene: Scene, sandboxes: number): Promise<void> {
  const lanes = 2;
  let made = 0;
  // a burst that is served by warm ones makes none; that must not go on for ever
  const roundsMax = sandboxes;
  await inLanes(lanes, roundsMax, async (index) => {
    if (made >= sandboxes) return;
    const calls = Array.from({ length: burstSize }, () =>
      scene.call(of(burstNames, index), { ms: burstMs }),
    );
    const told = await Promise.all(calls);
    made += told.filter(({ start }) => start !== null && start !== 'warm').length;
  });
}

async function wholeLife(scene: Scene, index: number): Promise<void> {
  const name = `passing-${index}`;
  await create(scene, name);
  await scene.call(name, {});
  await scene.ask('PUT', `${api}/${name}/code`, { body: { ZipFile: await otherCode(name) } });
  await scene.ask('POST', `${api}/${name}/versions`, { body: {} });
  await scene.ask('POST', `${api}/${name}/aliases`, {
    body: { Name: 'live', FunctionVersion: '1' },
  });
  const url = { AuthType: 'NONE' };
  await scene.ask('POST', `/2021-10-31/functions/${name}/url`, { body: url });
  const statement = { StatementId: 'one', Action: 'lambda:InvokeFunction', Principal: '*' };
  await scene.ask('POST', `${api}/${name}/policy`, { body: statement });
  await scene.call(`${name}:live`, {});
  await scene.ask('DELETE', `${api}/${name}`);
}

function submit(scene: Scene, index: number): Promise<unknown> {
  const key = index % 10 === 0 ? { 'x-hearth-idempotency-key': `key-${index}` } : {};
  const headers = { 'x-amz-invocation-type': 'Event', ...key };
  return scene.call(of(eventNames, index), { fail: index % 50 === 0 }, headers);
}

function streamOrFollow(scene: Scene, index: number): Promise<void> {
  const url = scene.nodes.url(scene.someNode());
  if (index % 4 >= 2) {
    const path = `/_hearth/logs/${of(warmNames, index)}?follow=true`;
    return readAnswer(url + path, 'GET', true);
  }
  const name = of(streamNames, index);
  const path = `/2021-11-15/functions/${name}/response-streaming-invocations`;
  return readAnswer(url + path, 'POST', index % 2 === 1);
}

function of(names: readonly string[], index: number): string {
  return names[index % names.length] ?? '';
}
