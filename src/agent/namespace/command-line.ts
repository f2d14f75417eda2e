/**
 * A sandbox as arguments of bubblewrap: namespaces of its own of every kind, a root directory that is made
 * of nothing but what the runtime needs, all of it read-only, and one small directory that can be written.
 * Pure: what it needs to know of the host comes in as data.
 *
 * What bubblewrap does without being asked: no new privileges, no set-user-id and no devices on what it binds,
 * no capabilities for a user that is not root.
 */

/** Something of the host's as it is seen inside, read-only. */
export interface View {
  readonly host: string;
  readonly inside: string;
}

/** `/bin` and its like: links into `/usr` on most hosts, directories on the others. */
export interface SystemDirectory {
  readonly path: string;
  /** null for a directory. */
  readonly linkTo: string | null;
}

export interface SandboxLayout {
  readonly systemDirectories: readonly SystemDirectory[];
  /** In this order: later ones may lie within earlier ones. */
  readonly views: readonly View[];
  /** Directories of the host within what is bound that are nobody's business. */
  readonly hidden: readonly string[];
  readonly temporaryBytes: number;
  /** False: it stays in the network namespace in which bubblewrap is started, which is not the host's. */
  readonly ownNetwork: boolean;
  /** Set over what bubblewrap itself was started with. */
  readonly environment: Readonly<Record<string, string>>;
  /** A descriptor that bubblewrap inherits: the filter of system calls; null where there is none. */
  readonly seccomp: number | null;
  /** Offered since bubblewrap 0.8. */
  readonly forbidUserNamespaces: boolean;
  /** Absolute, as seen inside. */
  readonly command: readonly string[];
}

/** Who a function is inside: Lambda's own number. */
export const insideUid = 993;
export const hostname = 'sandbox';

export function bubblewrapArguments(layout: SandboxLayout): string[] {
  const { command, environment, seccomp, systemDirectories, temporaryBytes, views } = layout;
  return [
    ...['--unshare-user', '--unshare-ipc', '--unshare-pid', '--unshare-uts'],
    '--unshare-cgroup-try',
    ...(layout.ownNetwork ? ['--unshare-net'] : []),
    ...(layout.forbidUserNamespaces ? ['--disable-userns'] : []),
    ...['--uid', String(insideUid), '--gid', String(insideUid), '--hostname', hostname],
    ...['--die-with-parent', '--new-session', '--cap-drop', 'ALL'],
    ...(seccomp === null ? [] : ['--seccomp', String(seccomp)]),
    ...['--ro-bind', '/usr', '/usr'],
    ...systemDirectories.flatMap(systemArguments),
    ...views.flatMap(({ host, inside }) => ['--ro-bind', host, inside]),
    ...layout.hidden.flatMap((path) => ['--perms', '0000', '--tmpfs', path, '--remount-ro', path]),
    // some of its settings are of the sandbox's own namespaces, and would be its own to change
    ...['--dir', '/opt', '--proc', '/proc', '--ro-bind', '/proc/sys', '/proc/sys'],
    ...['--dev', '/dev', '--remount-ro', '/dev'],
    ...['--perms', '1777', '--size', String(temporaryBytes), '--tmpfs', '/tmp'],
    ...['--remount-ro', '/', '--chdir', '/tmp'],
    ...Object.entries(environment).flatMap(([name, value]) => ['--setenv', name, value]),
    '--',
    ...command,
  ];
}

function systemArguments({ path, linkTo }: SystemDirectory): string[] {
  return linkTo === null ? ['--ro-bind', path, path] : ['--symlink', linkTo, path];
}
