/**
 * What a sandbox's root directory has that is not the host's own: a small /etc, and Hearth's runtimes. They are
 * written once when a driver starts, as files that anyone can read, whatever the host's are like.
 */
import { execFile } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { together } from '../../lib/index.js';
import { stageRuntimeFiles } from '../runtime-files.js';
import { hostname, insideUid } from './command-line.js';

/** The name server that slirp4netns offers inside. */
const outboundNameServer = '10.0.2.3';
const run = promisify(execFile);
const programTimeoutMs = 10_000;
/** Of the host's /etc: what programs need to start, and what they need that look up names and certificates. */
const toStart = ['ld.so.cache', 'alternatives'];
const toLookUp = [
  ...['services', 'protocols', 'mime.types', 'os-release'],
  ...['ssl/certs', 'ssl/openssl.cnf', 'ssl/cert.pem', 'ca-certificates', 'crypto-policies'],
  ...['pki/tls/certs', 'pki/tls/openssl.cnf', 'pki/ca-trust/extracted'],
];

/** Hundreds of links: programs are ten times as quick as functions, and starting them one by one is most of what they take. */
const copying = `
  to=$1; shift; umask 022; set -e
  for name; do
    [ -e "/etc/$name" ] || continue
    case $name in */*) mkdir -p "$to/\${name%/*}" ;; esac
    cp -RP "/etc/$name" "$to/$name"
  done`;

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

/** Writes them below a directory that exists; `isWhole` false: only what a shell needs. */
export async function writeRootFiles(directory: string, isWhole: boolean): Promise<RootFiles> {
  const files = {
    etc: join(directory, 'etc'),
    resolver: join(directory, 'resolv.conf'),
    runtime: join(directory, 'runtime'),
  };
  await together([
    writeEtc(files.etc, isWhole ? [...toStart, ...toLookUp] : toStart),
    writeFile(files.resolver, `nameserver ${outboundNameServer}\n`, { mode: 0o644 }),
    stageRuntimeFiles(files.runtime),
  ]);
  // whatever the umask is
  await run('chmod', ['-R', 'a+rX', directory], { timeout: programTimeoutMs });
  return files;
}

async function writeEtc(directory: string, copied: readonly string[]): Promise<void> {
  await mkdir(directory, { mode: 0o755 });
  for (const [name, text] of Object.entries(written)) {
    await writeFile(join(directory, name), text, { mode: 0o644 });
  }
  await symlink('/usr/share/zoneinfo/UTC', join(directory, 'localtime'));
  await run('/bin/sh', ['-c', copying, 'sh', directory, ...copied], { timeout: programTimeoutMs });
}
