/** What a sandbox's first process is before it is bubblewrap: each of these becomes the next. */
import type { NamespaceHost } from './host.js';

/** As Lambda. */
const openFilesMax = 1024;

/** Put before bubblewrap. `uid` is the sandbox's user, null where it is the node's own. */
export function startCommand({ tools, root }: NamespaceHost, uid: number | null): string[] {
  const { prlimit } = tools;
  const limit = ['--core=0', `--nofile=${openFilesMax}:${openFilesMax}`, '--'];
  const become = ['--reuid', String(uid), '--regid', String(uid), '--clear-groups', '--'];
  return [
    ...(prlimit === null ? [] : [prlimit, ...limit]),
    ...(root?.stage.prefix ?? []),
    ...(tools.root === null || uid === null ? [] : [tools.root.setpriv, ...become]),
  ];
}
