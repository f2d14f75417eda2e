/** Whether sandboxes can be made of namespaces here: asked by making one, for no look at the host tells. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, rm } from 'node:fs/promises';
import { type Random, systemRandom } from '../../lib/index.js';
import { makeRuntimeDir } from '../leftovers.js';
import { bubblewrapArguments } from './command-line.js';
import { closeHost, type NamespaceHost, openHost } from './host.js';
import { startCommand } from './start-command.js';
import { findTools } from './tools.js';

export type NamespaceProbe =
  | { readonly works: true }
  /** One sentence. */
  | { readonly works: false; readonly reason: string };

const probeTimeoutMs = 10_000;
const temporaryBytes = 1024 * 1024;
const complaintCharsMax = 300;
const seccompDescriptor = 3;

/** Makes a sandbox that does nothing, and leaves nothing behind. Never rejects. */
export async function probeNamespaces(random: Random = systemRandom()): Promise<NamespaceProbe> {
  const tools = await findTools();
  if (typeof tools === 'string') return { works: false, reason: tools };
  const runtimeDir = await makeRuntimeDir();
  let host: NamespaceHost | null = null;
  try {
    host = await openHost(tools, runtimeDir, runtimeDir, random, false);
    const complaint = await runNothing(host);
    return complaint === null ? { works: true } : { works: false, reason: sentence(complaint) };
  } catch (error) {
    return { works: false, reason: sentence((error as Error).message) };
  } finally {
    if (host !== null) await closeHost(host);
    await rm(runtimeDir, { recursive: true, force: true });
  }
}

/** Null where it went well, else what was said. */
async function runNothing(host: NamespaceHost): Promise<string | null> {
  const filter = host.seccompFile === null ? null : await open(host.seccompFile, 'r');
  try {
    const [program = '', ...args] = [
      ...startCommand(host, host.root?.uids.take() ?? null),
      host.tools.bubblewrap,
      ...bubblewrapArguments({
        systemDirectories: host.systemDirectories,
        views: [{ host: host.files.etc, inside: '/etc' }],
        hidden: [],
        temporaryBytes,
        ownNetwork: true,
        environment: {},
        seccomp: filter === null ? null : seccompDescriptor,
        forbidUserNamespaces: host.tools.forbidsUserNamespaces,
        command: ['/bin/sh', '-c', ':'],
      }),
    ];
    const child = spawn(program, args, {
      cwd: '/',
      env: {},
      stdio: ['ignore', 'ignore', 'pipe', ...(filter === null ? [] : [filter.fd])],
      timeout: probeTimeoutMs,
      killSignal: 'SIGKILL',
    });
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(0, complaintCharsMax);
    });
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    if (code === 0) return null;
    return said.trim() || `bubblewrap ended with ${signal ?? `exit status ${code}`}`;
  } finally {
    await filter?.close();
  }
}

function sentence(text: string): string {
  const line = text.replaceAll(/\s*\n\s*/g, '; ');
  return line.endsWith('.') ? line : `${line}.`;
}
