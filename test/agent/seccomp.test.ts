import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import { encodeProgram, failWith, verdict } from '../../src/agent/seccomp/bpf.js';
import { seccompFilter, seccompProgram } from '../../src/agent/seccomp/filter.js';
import {
  auditArchitecture,
  type Processor,
  type Syscall,
  syscallNumber,
} from '../../src/agent/seccomp/syscalls.js';

const processors: readonly Processor[] = ['x64', 'arm64'];
const refused = failWith(1);
const missing = failWith(38);
const noFamily = failWith(97);
const { allow, killProcess } = verdict;

interface Call {
  readonly number: number;
  readonly architecture: number;
  readonly args?: readonly number[];
}

/** A little machine that runs the encoded program on one call, as the kernel would. */
function run(program: Buffer, { number, architecture, args = [] }: Call): number {
  const data = Buffer.alloc(64);
  data.writeUInt32LE(number, 0);
  data.writeUInt32LE(architecture, 4);
  args.forEach((value, index) => {
    data.writeBigUInt64LE(BigInt.asUintN(64, BigInt(value)), 16 + 8 * index);
  });
  let accumulator = 0;
  for (let at = 0; ; ) {
    assert.ok(8 * at < program.length, 'ran off the end');
    const code = program.readUInt16LE(8 * at);
    const operand = program.readUInt32LE(8 * at + 4);
    const jump = (holds: boolean): number => 1 + program.readUInt8(8 * at + (holds ? 2 : 3));
    switch (code) {
      case 0x20:
        accumulator = data.readUInt32LE(operand);
        at += 1;
        break;
      case 0x54:
        accumulator = (accumulator & operand) >>> 0;
        at += 1;
        break;
      case 0x15:
        at += jump(accumulator === operand);
        break;
      case 0x35:
        at += jump(accumulator >= operand);
        break;
      case 0x45:
        at += jump((accumulator & operand) !== 0);
        break;
      case 0x06:
        return operand;
      default:
        assert.fail(`an instruction that is not in use: ${code}`);
    }
  }
}

function verdictOf(processor: Processor, name: Syscall, ...args: number[]): number {
  const number = syscallNumber(name, processor);
  assert.ok(number !== null, `${name} on ${processor}`);
  const filter = seccompFilter(processor) as Buffer;
  return run(filter, { number, architecture: auditArchitecture[processor], args });
}

for (const processor of processors) {
  describe(`system call filter for ${processor}`, () => {
    const filter = seccompFilter(processor) as Buffer;
    const architecture = auditArchitecture[processor];

    it('lets ordinary calls through', () => {
      // read, write, openat, execve, futex, mmap, epoll_ctl, getrandom, kill, setsid by their numbers
      const ordinary = {
        x64: [0, 1, 257, 59, 202, 9, 233, 318, 62, 112, 158, 334],
        arm64: [63, 64, 56, 221, 98, 222, 21, 278, 129, 157, 293],
      }[processor];
      for (const number of ordinary) assert.equal(run(filter, { number, architecture }), allow);
    });

    it('refuses what reaches past the sandbox', () => {
      const names = ['mount', 'pivot_root', 'chroot', 'unshare', 'setns', 'ptrace', 'bpf'] as const;
      const more = ['keyctl', 'process_vm_writev', 'perf_event_open', 'userfaultfd'] as const;
      for (const name of [...names, ...more, 'set_mempolicy_home_node', 'syslog'] as const) {
        assert.equal(verdictOf(processor, name), refused, name);
      }
    });

    it('says that calls with a fallback are not there', () => {
      for (const name of ['clone3', 'io_uring_setup', 'fsopen', 'open_tree_attr'] as const) {
        assert.equal(verdictOf(processor, name), missing, name);
      }
    });

    it('lets threads and forks through, and no new namespace', () => {
      const clone = (flags: number): number => verdictOf(processor, 'clone', flags);
      assert.equal(clone(0x003d_0f00), allow);
      assert.equal(clone(0x0120_0011), allow);
      for (const flag of [0x2_0000, 0x200_0000, 0x400_0000, 0x800_0000, 0x1000_0000]) {
        assert.equal(clone(flag | 17), refused, flag.toString(16));
      }
      for (const flag of [0x2000_0000, 0x4000_0000]) assert.equal(clone(flag | 17), refused);
    });

    it('refuses to type into terminals, whatever is in the half that the kernel ignores', () => {
      assert.equal(verdictOf(processor, 'ioctl', 0, 0x5413), allow);
      assert.equal(verdictOf(processor, 'ioctl', 0, 0x5412), refused);
      assert.equal(verdictOf(processor, 'ioctl', 0, 0x541c), refused);
      assert.equal(verdictOf(processor, 'ioctl', 0, 0x1_0000_5412), refused);
    });

    it('knows four families of sockets', () => {
      for (const family of [1, 2, 10]) {
        assert.equal(verdictOf(processor, 'socket', family, 1, 6), allow, String(family));
      }
      assert.equal(verdictOf(processor, 'socket', 16, 3, 0), allow);
      assert.equal(verdictOf(processor, 'socket', 16, 3, 12), noFamily);
      for (const family of [0, 3, 17, 38, 40, 44]) {
        assert.equal(verdictOf(processor, 'socket', family, 1, 0), noFamily, String(family));
      }
    });

    it('keeps the personality harmless, and device nodes out', () => {
      assert.equal(verdictOf(processor, 'personality', 0xffff_ffff), allow);
      assert.equal(verdictOf(processor, 'personality', 0x40_0000), refused);
      assert.equal(verdictOf(processor, 'mknodat', -100, 0, 0o010644), allow);
      assert.equal(verdictOf(processor, 'mknodat', -100, 0, 0o100644), allow);
      assert.equal(verdictOf(processor, 'mknodat', -100, 0, 0o020666), refused);
      assert.equal(verdictOf(processor, 'mknodat', -100, 0, 0o060666), refused);
    });

    it('kills what calls by the numbers of another processor', () => {
      for (const other of [0x4000_0003, 0x4000_0028, 0]) {
        assert.equal(run(filter, { number: 1, architecture: other }), killProcess);
      }
    });

    it('only jumps forward, and stays within what the kernel loads', () => {
      const program = seccompProgram(processor) ?? [];
      assert.ok(program.length < 4096);
      program.forEach(({ code, whenTrue, whenFalse }, index) => {
        const isJump = (code & 7) === 5;
        assert.ok(isJump || whenTrue + whenFalse === 0);
        assert.ok(index + 1 + Math.max(whenTrue, whenFalse) < program.length + (isJump ? 0 : 1));
      });
      assert.deepEqual(encodeProgram(program), filter);
    });
  });
}

describe('system call filter', () => {
  it('refuses the second numbering of x86-64', () => {
    const filter = seccompFilter('x64') as Buffer;
    for (const number of [0x4000_0000, 0x4000_0209, 0xffff_ffff]) {
      assert.equal(run(filter, { number, architecture: auditArchitecture.x64 }), missing);
    }
  });

  it('is not offered for a processor that it does not know', () => {
    assert.equal(seccompFilter('ppc64'), null);
  });
});
