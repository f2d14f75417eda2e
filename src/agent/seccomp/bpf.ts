/**
 * Classic BPF, as much of it as a filter of system calls needs: load a word of the call's description, jump
 * forward on a comparison, return a verdict. Programs are data, 8 bytes an instruction, so that a test
 * can run them and bubblewrap can load them.
 *
 * Sources: linux/filter.h, linux/seccomp.h, seccomp(2).
 */

export interface Instruction {
  readonly code: number;
  /** How many instructions to skip where a comparison holds, and where not. */
  readonly whenTrue: number;
  readonly whenFalse: number;
  readonly operand: number;
}

/** Of `struct seccomp_data`: byte offsets of its 32-bit words on a little-endian machine. */
export const callWord = { number: 0, architecture: 4 } as const;

/** The low half of an argument: all that the kernel looks at where it takes an `int`. */
export function argumentWord(index: number): number {
  return 16 + 8 * index;
}

export const opcode = {
  load: 0x20,
  and: 0x54,
  jumpEqual: 0x15,
  jumpAtLeast: 0x35,
  jumpAnyBit: 0x45,
  verdict: 0x06,
} as const;

export const verdict = { allow: 0x7fff_0000, killProcess: 0x8000_0000 } as const;

/** The system call is not made and fails with this error number. */
export function failWith(errno: number): number {
  return 0x0005_0000 | errno;
}

export function load(offset: number): Instruction {
  return step(opcode.load, offset);
}

export function and(mask: number): Instruction {
  return step(opcode.and, mask);
}

export function decide(value: number): Instruction {
  return step(opcode.verdict, value);
}

/** Runs `body` where the loaded word equals `value`, else goes on behind it. */
export function ifEqual(value: number, body: readonly Instruction[]): Instruction[] {
  return [jump(opcode.jumpEqual, value, 0, body.length), ...body];
}

/** Runs `body` where the loaded word is none of `values`. */
export function unlessAny(values: readonly number[], body: readonly Instruction[]): Instruction[] {
  const tests = values.map((value, index) =>
    jump(opcode.jumpEqual, value, values.length - 1 - index + body.length, 0),
  );
  return [...tests, ...body];
}

export function ifAtLeast(value: number, body: readonly Instruction[]): Instruction[] {
  return [jump(opcode.jumpAtLeast, value, 0, body.length), ...body];
}

/** Runs `body` where the loaded word has any of the bits. */
export function ifAnyBit(bits: number, body: readonly Instruction[]): Instruction[] {
  return [jump(opcode.jumpAnyBit, bits, 0, body.length), ...body];
}

/** As the kernel takes it: `struct sock_filter[]`, little-endian. */
export function encodeProgram(program: readonly Instruction[]): Buffer {
  const bytes = Buffer.alloc(8 * program.length);
  program.forEach(({ code, whenTrue, whenFalse, operand }, index) => {
    bytes.writeUInt16LE(code, 8 * index);
    bytes.writeUInt8(whenTrue, 8 * index + 2);
    bytes.writeUInt8(whenFalse, 8 * index + 3);
    bytes.writeUInt32LE(operand >>> 0, 8 * index + 4);
  });
  return bytes;
}

function step(code: number, operand: number): Instruction {
  return { code, whenTrue: 0, whenFalse: 0, operand };
}

function jump(code: number, operand: number, whenTrue: number, whenFalse: number): Instruction {
  return { code, whenTrue, whenFalse, operand };
}
