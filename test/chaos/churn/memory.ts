/** Asks a node that has preloaded `teller.ts` what its threads hold. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { socketName, type ThreadMemory } from './teller.js';

export const teller = fileURLToPath(new URL('./teller.js', import.meta.url));

/** Bytes of all of its threads, after their garbage has been collected. `temporary` is the node's directory. */
export async function heldBytes(temporary: string): Promise<number> {
  const threads = await ask(temporary, 'memory');
  return threads.reduce((total, thread) => total + thread.heldBytes, 0);
}

/** Writes a snapshot of each thread's heap there, for whoever looks for what leaks. */
export async function writeSnapshots(temporary: string, directory: string): Promise<void> {
  await ask(temporary, directory);
}

async function ask(temporary: string, question: string): Promise<ThreadMemory[]> {
  const socket = connect(join(temporary, socketName));
  await once(socket, 'connect');
  socket.write(question);
  return JSON.parse(await text(socket)) as ThreadMemory[];
}
