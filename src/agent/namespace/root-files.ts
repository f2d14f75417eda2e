/**
 * What a sandbox's root directory has that is not the host's own: a small /etc, and Hearth's runtimes. They are
 * written once when a driver starts, as files that anyone can read, whatever the host's are like.
 */
import { execFile } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { exists, together } from '../../lib/index.js';
import { stageRuntimeFiles } from '../runtime-files.js';
import { hostname, insideUid } from './command-line.js';

/** The name server that slirp4netns offers inside. */
const outboundNameServer = '10.0.2.3';
const run = promisify(execFile);
const programTimeoutMs = 10_000;
/** Of the host's /etc: what programs need that look up names, libraries and certificates. */
const copied = [
  ...['ld.so.cache', 'alternatives', 'services', 'protocols', 'mime.types', 'os-release'],
  ...['ssl/certs', 'ssl/openssl.cnf', 'ssl/cert.pem', 'ca-certificates', 'crypto-policies'],
  ...['pki/tls/certs', 'pki/tls/openssl.cnf', 'pki/ca-trust/extracted'],
];

const written = {
  passwd:
    'root:x:0:0:root:/:/bin/false\n' +
    `sbx_user:x:${insideUid}:${insideUid}::/tmp:/bin/sh\n` +
    'nobody:x:65534:65534:nobody:/:/bin/false\n',
  group: `root:x:0:\nsbx_user:x:${insideUid}:\nnogroup:x:65534:\n`,
  hosts: `127.0.0.1 localhost ${hostname}\n::1 localhost\n`,
  hostname: `${hostname}\n`,
  'resolv.conf': '',
  'nsswitch.conf':
    'passwd: files\ngroup: files\nhosts: files dns\nservices: files\nprotocols: files\n',
};

export interface RootFiles {
  /** A directory to be seen as /etc. */
  readonly etc: string;
  /** A file to be seen as /etc/resolv.conf where there is a network. */
  readonly resolver: string;
  /** A directory to be seen as /var/runtime. */
  readonly runtime: string;
}

/** Writes them below a directory that exists. */
export async function writeRootFiles(directory: string): Promise<RootFiles> {
  const files = {
    etc: join(directory, 'etc'),
    resolver: join(directory, 'resolv.conf'),
    runtime: join(directory, 'runtime'),
  };
  await together([
    writeEtc(files.etc),
    writeFile(files.resolver, `nameserver ${outboundNameServer}\n`, { mode: 0o644 }),
    stageRuntimeFiles(files.runtime),
  ]);
  // whatever the umask is
  await run('chmod', ['-R', 'a+rX', directory], { timeout: programTimeoutMs });
  return files;
}

async function writeEtc(directory: string): Promise<void> {
  await mkdir(directory, { mode: 0o755 });
  for (const [name, text] of Object.entries(written)) {
    await writeFile(join(directory, name), text, { mode: 0o644 });
  }
  await symlink('/usr/share/zoneinfo/UTC', join(directory, 'localtime'));
  await together(copied.map((name) => copyFromHost(name, directory)));
}

/** Hundreds of links: the program is ten times as quick as the function. */
async function copyFromHost(name: string, directory: string): Promise<void> {
  const source = join('/etc', name);
  if (!(await exists(source))) return;
  const target = join(directory, name);
  await mkdir(dirname(target), { recursive: true, mode: 0o755 });
  await run('cp', ['-RP', source, target], { timeout: programTimeoutMs });
}
