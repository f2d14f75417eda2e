/**
 * The filter of system calls that namespace sandboxes have, in the daemon's words. The daemon's own lets
 * through what no function needs and ways out begin with: kinds of sockets that a network namespace does not
 * hold back, ptrace, io_uring. A profile can only refuse by what arguments are, so that what is not refused
 * differs in one thing: `personality` may be asked for and not changed.
 */
import {
  deviceTypes,
  errno,
  familyNetlink,
  fileTypeMask,
  netlinkRoute,
  newNamespaceFlags,
  notPermitted,
  notThere,
  socketFamilies,
  terminalRequests,
} from '../seccomp/filter.js';

type Comparison = 'SCMP_CMP_EQ' | 'SCMP_CMP_NE' | 'SCMP_CMP_GE' | 'SCMP_CMP_MASKED_EQ';

interface Argument {
  readonly index: number;
  readonly op: Comparison;
  readonly value: number;
  readonly valueTwo?: number;
}

interface Rule {
  readonly names: readonly string[];
  readonly action: 'SCMP_ACT_ERRNO';
  readonly errnoRet: number;
  /** All of them. */
  readonly args: readonly Argument[];
}

const personalityQuestion = 0xffff_ffff;
const flagBits = 32;
/** The first release that takes error numbers from a profile; others would break every thread of glibc. */
const versionMin = [20, 10, 10];

/** As JSON; null where this daemon would misread it. */
export function seccompProfile(daemonVersion: string): string | null {
  if (!isAtLeast(daemonVersion, versionMin)) return null;
  const syscalls: readonly Rule[] = [
    refuse(notPermitted, errno.EPERM),
    refuse(notThere, errno.ENOSYS),
    ...bitsOf(newNamespaceFlags).map((bit) =>
      refuse(['clone'], errno.EPERM, {
        index: 0,
        op: 'SCMP_CMP_MASKED_EQ',
        value: bit,
        valueTwo: bit,
      }),
    ),
    ...terminalRequests.map((value) =>
      refuse(['ioctl'], errno.EPERM, { index: 1, op: 'SCMP_CMP_EQ', value }),
    ),
    refuse(['personality'], errno.EPERM, {
      index: 0,
      op: 'SCMP_CMP_NE',
      value: personalityQuestion,
    }),
    ...deviceTypes.flatMap((type) => [
      refuse(['mknod'], errno.EPERM, ofType(1, type)),
      refuse(['mknodat'], errno.EPERM, ofType(2, type)),
    ]),
    ...socketRules(),
  ];
  return JSON.stringify({ defaultAction: 'SCMP_ACT_ALLOW', syscalls });
}

/** Families one by one up to the last that is allowed, and all above it. */
function socketRules(): Rule[] {
  const error = errno.EAFNOSUPPORT;
  const allowed = new Set([...socketFamilies, familyNetlink]);
  const above = Math.max(...allowed) + 1;
  const families = Array.from({ length: above }, (_, family) => family);
  return [
    ...families
      .filter((family) => !allowed.has(family))
      .map((value) => refuse(['socket'], error, { index: 0, op: 'SCMP_CMP_EQ', value })),
    refuse(['socket'], error, { index: 0, op: 'SCMP_CMP_GE', value: above }),
    refuse(
      ['socket'],
      error,
      { index: 0, op: 'SCMP_CMP_EQ', value: familyNetlink },
      { index: 2, op: 'SCMP_CMP_NE', value: netlinkRoute },
    ),
  ];
}

function refuse(names: readonly string[], errnoRet: number, ...args: readonly Argument[]): Rule {
  return { names, action: 'SCMP_ACT_ERRNO', errnoRet, args };
}

/** Of a mode's bits, those that say what kind of file it is. */
function ofType(index: number, type: number): Argument {
  return { index, op: 'SCMP_CMP_MASKED_EQ', value: fileTypeMask, valueTwo: type };
}

function bitsOf(flags: number): number[] {
  const bits = Array.from({ length: flagBits }, (_, bit) => 2 ** bit);
  return bits.filter((bit) => (flags & bit) !== 0);
}

function isAtLeast(version: string, least: readonly number[]): boolean {
  const parts = version.split(/[.+~-]/).map(Number);
  for (const [index, part] of least.entries()) {
    const given = parts[index] ?? Number.NaN;
    if (given !== part) return given > part;
  }
  return true;
}
