/**
 * Which system calls a function may not make. Namespaces and the lack of capabilities refuse most of them
 * anyway; the filter is there for the next fault in the kernel, whose way in is nearly always a call that no
 * function needs. It refuses what the defaults of Docker and Flatpak refuse, and lets everything through
 * that Node.js, Python, Go, Rust and Java use. A refusal is an error number, such that the C libraries fall
 * back: only a call of another processor's numbering kills.
 */
import {
  and,
  argumentWord,
  callWord,
  decide,
  encodeProgram,
  failWith,
  type Instruction,
  ifAnyBit,
  ifAtLeast,
  ifEqual,
  load,
  unlessAny,
  verdict,
} from './bpf.js';
import { auditArchitecture, type Processor, type Syscall, syscallNumber } from './syscalls.js';

export const errno = { EPERM: 1, ENOSYS: 38, EAFNOSUPPORT: 97 } as const;

export const notPermitted: readonly Syscall[] = [
  // file systems and the root directory
  ...(['mount', 'umount2', 'pivot_root', 'chroot', 'quotactl', 'quotactl_fd', 'swapon'] as const),
  ...(['swapoff', 'name_to_handle_at', 'open_by_handle_at', 'fanotify_init', 'sysfs'] as const),
  ...(['ustat', 'lookup_dcookie', 'nfsservctl', 'acct', 'uselib'] as const),
  // namespaces
  ...(['unshare', 'setns', 'sethostname', 'setdomainname', 'vserver'] as const),
  // other processes
  ...(['ptrace', 'process_vm_readv', 'process_vm_writev', 'process_madvise', 'kcmp'] as const),
  ...(['pidfd_getfd', 'migrate_pages', 'move_pages'] as const),
  // the kernel itself
  ...(['bpf', 'perf_event_open', 'userfaultfd', 'add_key', 'request_key', 'keyctl'] as const),
  ...(['kexec_load', 'kexec_file_load', 'init_module', 'finit_module', 'delete_module'] as const),
  ...(['create_module', 'query_module', 'get_kernel_syms', 'reboot', 'syslog', '_sysctl'] as const),
  // the machine
  ...(['iopl', 'ioperm', 'modify_ldt', 'vhangup', 'settimeofday', 'clock_settime'] as const),
  ...(['clock_adjtime', 'adjtimex', 'mbind', 'get_mempolicy', 'set_mempolicy'] as const),
  'set_mempolicy_home_node',
];

/** Who calls these has something else to do where the kernel is too old for them. */
export const notThere: readonly Syscall[] = [
  // its flags are in memory, where a filter cannot look
  'clone3',
  ...(['io_uring_setup', 'io_uring_enter', 'io_uring_register'] as const),
  ...(['open_tree', 'open_tree_attr', 'move_mount', 'mount_setattr'] as const),
  ...(['fsopen', 'fsconfig', 'fsmount', 'fspick'] as const),
];

/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET. */
export const newNamespaceFlags = 0x7e02_0000;
/** TIOCSTI and TIOCLINUX type into a terminal on behalf of who sits at it. */
export const terminalRequests = [0x5412, 0x541c];
/** AF_UNIX, AF_INET, AF_INET6; of AF_NETLINK only routes, which C libraries list the addresses by. */
export const socketFamilies = [1, 2, 10];
export const familyNetlink = 16;
export const netlinkRoute = 0;
/** PER_LINUX, PER_LINUX32, both with UNAME26, and the question what it is. */
const harmlessPersonalities = [0, 8, 0x2_0000, 0x2_0008, 0xffff_ffff];
export const fileTypeMask = 0o170000;
export const deviceTypes = [0o020000, 0o060000];
/** From here on a number is of the x32 numbering. */
const x32Bit = 0x4000_0000;

/** The program, or null for a processor that it does not know. */
export function seccompProgram(processor: string): readonly Instruction[] | null {
  if (processor !== 'x64' && processor !== 'arm64') return null;
  const of = rulesFor(processor);
  const refuse = [decide(failWith(errno.EPERM))];
  return [
    load(callWord.architecture),
    ...unlessAny([auditArchitecture[processor]], [decide(verdict.killProcess)]),
    load(callWord.number),
    ...(processor === 'x64' ? ifAtLeast(x32Bit, [decide(failWith(errno.ENOSYS))]) : []),
    ...notPermitted.flatMap((name) => of(name, refuse)),
    ...notThere.flatMap((name) => of(name, [decide(failWith(errno.ENOSYS))])),
    ...of('clone', argument(0, ifAnyBit(newNamespaceFlags, refuse))),
    ...of(
      'ioctl',
      argument(
        1,
        terminalRequests.flatMap((value) => ifEqual(value, refuse)),
      ),
    ),
    ...of('personality', argument(0, unlessAny(harmlessPersonalities, refuse))),
    ...of('mknod', argument(1, deviceRule(refuse))),
    ...of('mknodat', argument(2, deviceRule(refuse))),
    ...of('socket', socketRule()),
    decide(verdict.allow),
  ];
}

/** As bubblewrap's `--seccomp` reads it, or null for a processor that the filter does not know. */
export function seccompFilter(processor: string): Buffer | null {
  const program = seccompProgram(processor);
  return program === null ? null : encodeProgram(program);
}

/** What happens on one call; nothing where the processor has no such call. */
function rulesFor(
  processor: Processor,
): (name: Syscall, body: readonly Instruction[]) => Instruction[] {
  return (name, body) => {
    const number = syscallNumber(name, processor);
    return number === null ? [] : ifEqual(number, body);
  };
}

/** A rule on an argument: what it does not refuse is allowed. */
function argument(index: number, rule: readonly Instruction[]): Instruction[] {
  return [load(argumentWord(index)), ...rule, decide(verdict.allow)];
}

function deviceRule(refuse: readonly Instruction[]): Instruction[] {
  return [and(fileTypeMask), ...deviceTypes.flatMap((type) => ifEqual(type, refuse))];
}

function socketRule(): Instruction[] {
  const refuse = [decide(failWith(errno.EAFNOSUPPORT))];
  const netlink = argument(2, unlessAny([netlinkRoute], refuse));
  return argument(0, [...ifEqual(familyNetlink, netlink), ...unlessAny(socketFamilies, refuse)]);
}
