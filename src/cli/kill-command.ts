/**
 * `hearth kill`: ends a node of this machine as a crash would, for drills. The node hears nothing of it, finishes
 * nothing and tells nobody. Which process it is, the node itself says; that it is one of Hearth's on this machine is
 * looked up before, so that no other process is hit.
 */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { promisify } from 'node:util';
import type { Command } from 'commander';
import { isLoopback, parseHostPort } from '../types/index.js';
import { LambdaClient } from './api-client.js';
import type { ClusterPage } from './api-types.js';
import { type ClientOptions, client } from './client-command.js';
import { resolveEndpoint } from './endpoint.js';
import { asFailure, CommandFailure } from './failure.js';
import { type Io, print } from './io.js';
import { requestSigner } from './request-signer.js';

type Member = ClusterPage['nodes'][number];

const answerTimeoutMs = 5000;

export function addKillCommand(program: Command, io: Io): void {
  client(program.command('kill <node>'))
    .description(
      'Kill a node of this machine (SIGKILL): a drill. Nothing that it runs is finished.',
    )
    .addHelpText(
      'after',
      `
The node is \`master\`, its HTTP address, or the beginning of its id, as \`hearth nodes\` shows them.

Examples:
  hearth kill master                 whoever it is now
  hearth kill 127.0.0.1:8082`,
    )
    .action((node: string, options: ClientOptions) => kill(io, node, options));
}

async function kill(io: Io, asked: string, options: ClientOptions): Promise<void> {
  const sign = await requestSigner(options.secretFile, io);
  const endpoint = resolveEndpoint(options.endpoint, io.env);
  const pageOf = async (url: string): Promise<ClusterPage> => {
    const lambda = new LambdaClient(url, answerTimeoutMs, sign);
    return lambda.cluster().finally(() => lambda.close());
  };
  const member = find(await pageOf(endpoint), asked);
  const pid = processOf(await pageOf(`http://${member.http}`), member);
  await checkIsHere(member, pid);
  try {
    process.kill(pid, 'SIGKILL');
  } catch (thrown) {
    throw asFailure(thrown, `process ${pid} cannot be killed`);
  }
  const { id, role, http } = member;
  const text = `killed node ${id.slice(0, 8)}, the ${role}: HTTP ${http}, process ${pid}`;
  print(io, options.json ? JSON.stringify({ node: id, role, http, process: pid }) : text);
}

function find({ master, nodes }: ClusterPage, asked: string): Member {
  if (asked === 'master' && master === null) {
    throw new CommandFailure('nobody is the Master at this moment; try again shortly.');
  }
  const found = nodes.filter(({ id, http }) =>
    asked === 'master' ? id === master : http === asked || (asked !== '' && id.startsWith(asked)),
  );
  const [member] = found;
  if (member !== undefined && found.length === 1) return member;
  const why = found.length === 0 ? 'is no node' : `is the beginning of ${found.length} ids`;
  throw new CommandFailure(`'${asked}' ${why}; \`hearth nodes\` shows them all.`);
}

function processOf(page: ClusterPage, { id, http }: Member): number {
  if (page.self !== id) throw new CommandFailure(`${http} is answered by another node than ${id}.`);
  if (page.process === undefined) {
    throw new CommandFailure(
      `the node at ${http} does not tell its process; it is too old for that.`,
    );
  }
  return page.process;
}

/** Rejects where the process is not a node of this machine: on another, or in a container, numbers are others. */
async function checkIsHere({ http }: Member, pid: number): Promise<void> {
  const { host } = parseHostPort(http, 'the address of the node');
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const isHere = isLoopback(host) || own.some(({ address }) => address === host);
  if (isHere && /\bhearth\S* node /.test(await commandLine(pid))) return;
  throw new CommandFailure(
    `the node at ${http} is not a process of this machine; run this where it runs.`,
  );
}

/** Empty where there is no such process. */
async function commandLine(pid: number): Promise<string> {
  if (process.platform === 'linux') {
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return line.replaceAll('\0', ' ');
  }
  const asked = promisify(execFile)('ps', ['-ww', '-o', 'command=', '-p', String(pid)]);
  return asked.then(
    ({ stdout }) => stdout,
    () => '',
  );
}
