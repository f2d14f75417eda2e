/**
 * The configurations of `deploy/` as tests run them: the files themselves, with other nodes, another port, and
 * paths that need no privileges. What is to be replaced and cannot be found is an error, so that no test
 * goes on with a file that an operator does not have.
 */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface BalancerPlace {
  /** `host:port` */
  readonly listen: string;
  /** Each `host:port`. */
  readonly nodes: readonly string[];
  /** For the files that it makes: there already, and its own. */
  readonly directory: string;
  /**
   * Answers tell in `x-upstream` which nodes were asked, as `host:port`, in order; HAProxy tells the last one, and
   * in `x-upstream-retries` how often it tried again.
   */
  readonly tellsUpstream?: boolean;
}

const deploy = resolve(fileURLToPath(import.meta.url), '../../../deploy');

/** Runs in the foreground; SIGHUP reloads. */
export const nginxCommand = (file: string): string[] => ['nginx', '-e', 'stderr', '-c', file];

/** Runs in the foreground, as a master and a worker; SIGUSR2 reloads. */
export const haproxyCommand = (file: string): string[] => ['haproxy', '-W', '-db', '-f', file];

/** `deploy/nginx.conf` with what the place says. */
export function nginxConf({ listen, nodes, directory, tellsUpstream }: BalancerPlace): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `    ${name}_temp_path ${join(directory, `nginx-${name}`)};\n`)
    .join('');
  const tell = 'add_header x-upstream $upstream_addr always;';
  const isRoot = process.getuid?.() === 0;
  return edited(readFileSync(join(deploy, 'nginx.conf'), 'utf8'), [
    // a worker of another user could not enter a directory of ours
    ['user www-data;\n', isRoot ? 'daemon off;\nuser root;\n' : 'daemon off;\n'],
    ['pid /run/nginx.pid;', `pid ${join(directory, 'nginx.pid')};`],
    ['error_log /var/log/nginx/error.log;', 'error_log stderr;'],
    // the limit of a process without privileges may be lower
    ['worker_rlimit_nofile 65536;\n', ''],
    ['worker_processes auto;', 'worker_processes 2;'],
    ['worker_connections 16384;', 'worker_connections 4096;'],
    ['    access_log /var/log/nginx/access.log;\n', `    access_log off;\n${temporary}`],
    ['listen 80;', `listen ${listen};`],
    ...(tellsUpstream === true
      ? [
          edit('server_tokens off;', `$&\n        ${tell}`),
          edit('add_header X-Amzn-ErrorType', `${tell} $&`),
        ]
      : []),
    edit(serverLines, (line) => nodes.map((node) => line.replace(firstNode, node)).join('')),
  ]);
}

/** `deploy/haproxy.cfg` with what the place says. */
export function haproxyCfg({ listen, nodes, tellsUpstream }: BalancerPlace): string {
  const tell = [
    'http-after-response set-header x-upstream %si:%sp if { srv_id -m found }',
    'http-after-response set-header x-upstream-retries %rc',
  ];
  return edited(readFileSync(join(deploy, 'haproxy.cfg'), 'utf8'), [
    ['    log global\n    option httplog\n', ''],
    ['    user haproxy\n    group haproxy\n    log /dev/log local0\n    maxconn 16384\n', ''],
    ['bind :80', `bind ${listen}`],
    ...(tellsUpstream === true ? [edit('balance roundrobin', ['$&', ...tell].join('\n    '))] : []),
    edit(serverLines, (line) =>
      nodes
        .map((node, at) => line.replace(firstNode, node).replace('node1', `node${at + 1}`))
        .join(''),
    ),
  ]);
}

type Edit = readonly [old: string | RegExp, is: string | ((first: string) => string)];

const firstNode = '10.0.0.1:8080';
/** The lines of the three nodes, of which the first is the pattern of all. */
const serverLines = /^( +server .*10\.0\.0\.1:8080.*\n)( +server .*10\.0\.0\.[23]:8080.*\n){2}/gm;

function edit(...one: Edit): Edit {
  return one;
}

function edited(text: string, edits: readonly Edit[]): string {
  return edits.reduce((before, [old, is]) => {
    const after =
      typeof is === 'string'
        ? before.replace(old, is)
        : before.replace(old, (_, first: string) => is(first));
    if (after === before) throw new Error(`the configuration has no ${old}`);
    return after;
  }, text);
}
