/**
 * One node of `hearth up` as a child process. It runs in a session of its own, so that Ctrl-C reaches
 * `hearth up` alone, which then ends its nodes in order; the IPC channel is its life line: a node whose
 * parent dies sees it close and stops.
 */
import { fork } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { nodeFlags, programRoot } from '../lib/index.js';
import { asFailure } from './failure.js';
import { nodeArguments, type PlannedNode } from './up-plan.js';

export interface NodeExit {
  /** `exit code 1`, `signal SIGKILL` */
  readonly how: string;
  /** The node's own last sentence, empty where it said none. */
  readonly reason: string;
}

export interface NodeProcess {
  readonly plan: PlannedNode;
  readonly pid: number;
  /** Its release, where it is known not to be that of `hearth up`. */
  readonly version?: string | null;
  /** Resolves when the node takes requests; pending forever where it never does. */
  readonly ready: Promise<void>;
  /** Resolves when the process is gone. Never rejects. */
  readonly exited: Promise<NodeExit>;
  /** Asks it to drain and stop, now: nobody sends to it any more. */
  terminate(): void;
  kill(): void;
}

export type StartNodeProcess = (plan: PlannedNode, ownMark: string) => NodeProcess;

const program = join(programRoot, 'bin/hearth');
const readyMessage = z.looseObject({ ready: z.literal(true) });
/** Only a node that ended like this was told to end, and has cleared up after itself. */
export const cleanExit = 'exit code 0';

/** What is read from the end of a dead node's log to find its last sentence. */
const logTailBytes = 16 * 1024;

/** `ownMark`: by which nodes that a rollout starts, and are no children, know whether `hearth up` lives. */
export function startNodeProcess(plan: PlannedNode, ownMark: string): NodeProcess {
  const log = openSync(plan.logFile, 'a', 0o600);
  const child = fork(plan.program ?? program, nodeArguments(plan), {
    stdio: ['ignore', log, log, 'ipc'],
    detached: true,
    execArgv: [...nodeFlags],
    env: { ...process.env, HEARTH_UP: '1', HEARTH_UP_PID: ownMark },
  });
  closeSync(log);
  return {
    plan,
    pid: child.pid ?? 0,
    ready: new Promise((resolve) => {
      child.on('message', (message) => {
        if (readyMessage.safeParse(message).success) resolve();
      });
    }),
    exited: new Promise((resolve) => {
      child.once('error', (error) => resolve({ how: 'not started', reason: error.message }));
      child.once('exit', (code, signal) => {
        const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
        void lastSentence(plan.logFile).then((reason) => resolve({ how, reason }));
      });
    }),
    terminate: () => void child.kill('SIGINT'),
    kill: () => void child.kill('SIGKILL'),
  };
}

/** The last `hearth: ...` line of a log: how a command says why it ends. */
async function lastSentence(logFile: string): Promise<string> {
  try {
    const file = await open(logFile, 'r');
    try {
      const { size } = await file.stat();
      const buffer = Buffer.alloc(Math.min(size, logTailBytes));
      await file.read(buffer, 0, buffer.length, size - buffer.length);
      const lines = buffer.toString('utf8').split('\n');
      return lines.findLast((line) => line.startsWith('hearth: '))?.slice('hearth: '.length) ?? '';
    } finally {
      await file.close();
    }
  } catch (thrown) {
    return asFailure(thrown, `its log ${logFile} cannot be read`).message;
  }
}
