/**
 * A door into a network namespace: what connects to a socket file from outside is connected to an
 * address inside. So a client reaches its node whatever is cut between the nodes.
 *
 * usage: door.js SOCKET-FILE HOST:PORT ...
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(import.meta.url);

/** `doors`: socket files and the addresses behind them, as `enter`, before a command, reaches them. */
export class Doors {
  #process: ChildProcess | null = null;

  /** Resolves when all of them are open. */
  async open(enter: readonly string[], doors: ReadonlyMap<string, string>): Promise<void> {
    const [command = '', ...args] = [...enter, process.execPath, program, ...[...doors].flat()];
    const opening = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#process = opening;
    await once(opening.stdout, 'data');
  }

  close(): void {
    this.#process?.stdin?.end();
  }
}

function serve(file: string, address: string): Promise<unknown> {
  const [host = '', port] = address.split(':');
  const server = createServer((outside) => {
    const inside = connect(Number(port), host);
    outside.pipe(inside).pipe(outside);
    outside.on('error', () => inside.destroy());
    inside.on('error', () => outside.destroy());
  });
  return once(server.listen(file), 'listening');
}

if (process.argv[1] === program) {
  const told = process.argv.slice(2);
  for (let i = 0; i < told.length; i += 2) await serve(String(told[i]), String(told[i + 1]));
  process.stdout.write('open\n');
  // ends with whoever started it
  process.stdin.on('end', () => process.exit()).resume();
}
