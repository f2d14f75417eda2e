/**
 * Preloaded into every thread of a node (`--import`): tells over a Unix socket what memory its threads hold
 * after their garbage has been collected. What V8 would free one day is no leak, and says nothing about one.
 */
import { rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeHeapSnapshot } from 'node:v8';
import { BroadcastChannel, isMainThread, threadId } from 'node:worker_threads';
import { collectGarbage } from '../../collect-garbage.js';

export interface ThreadMemory {
  /** 0 is the main thread. */
  readonly thread: number;
  /** What its objects hold, in the heap and outside of it. */
  readonly heldBytes: number;
}

/** `memory`, or a directory for snapshots of the heaps. */
type Question = string;

/** In the temporary directory of the node. */
export const socketName = 'memory';

/** The one that a node starts first, and has for as long as it lives; others come and go, and do not count. */
const controlThread = 1;
/** What it may take on a machine that is busy. */
const answerWithinMs = 20_000;

const channel = new BroadcastChannel('hearth-test-memory');

if (isMainThread) listen(join(tmpdir(), socketName));
else answerMain();
// no thread stays for it
channel.unref();

function listen(path: string): void {
  // of one that was killed
  rmSync(path, { force: true });
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (question) => {
      void ask(String(question)).then((answer) => socket.end(JSON.stringify(answer)));
    });
  });
  server.listen(path).unref();
}

async function ask(question: Question): Promise<ThreadMemory[]> {
  const control = new Promise<ThreadMemory>((resolve, reject) => {
    const late = setTimeout(
      () => reject(new Error('the control thread is silent')),
      answerWithinMs,
    );
    channel.onmessage = (message) => {
      const answer = (message as { data: ThreadMemory }).data;
      if (answer.thread !== controlThread) return;
      clearTimeout(late);
      resolve(answer);
    };
  });
  channel.unref();
  channel.postMessage(question);
  const own = tell(question);
  return [own, await control];
}

function answerMain(): void {
  channel.onmessage = (message) => {
    channel.postMessage(tell((message as { data: Question }).data));
  };
}

function tell(question: Question): ThreadMemory {
  if (question !== 'memory') {
    writeHeapSnapshot(join(question, `${process.pid}-${threadId}-${Date.now()}.heapsnapshot`));
  }
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return { thread: threadId, heldBytes: heapUsed + external };
}
