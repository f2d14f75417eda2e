/**
 * What stands on the stage and mounts what it is told, three lines a request: a verb, a place on the stage, and a
 * path of the host or another place. It answers with what went wrong, if anything, and `= STATUS`.
 *
 *     bind      a path of the host at a place that is made, read-only
 *     unbind    takes such a place away; who has it mounted keeps it
 *     make      a cell, which hands on what is mounted below it
 *     give      what is bound at one place also at another
 *     let-go    a cell hands nothing on any more, and has nothing mounted
 *
 * In Python where there is one, for it asks the kernel itself: some tens of microseconds instead of the
 * milliseconds of a program for each step. Else in the shell.
 */
import { execFile } from 'node:child_process';
import { findPython } from '../runtimes.js';

export type MountVerb = 'bind' | 'unbind' | 'make' | 'give' | 'let-go';

const questionTimeoutMs = 10_000;

const python = `
import ctypes, os, sys
libc = ctypes.CDLL(None, use_errno=True)
RDONLY, NOSUID, NODEV, REMOUNT, BIND, PRIVATE, SHARED = 1, 2, 4, 32, 4096, 1 << 18, 1 << 20
DETACH = 2

def check(status, path):
    if status != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), os.fsdecode(path))

def mount(source, place, flags):
    flags = ctypes.c_ulong(flags)
    check(libc.mount(source, place, None, flags, None), source or place)

def unmount(place):
    check(libc.umount2(place, DETACH), place)

def bind(place, source):
    os.makedirs(place, exist_ok=True)
    mount(source, place, BIND)
    mount(None, place, REMOUNT | BIND | RDONLY | NOSUID | NODEV)

def unbind(place, _source):
    try:
        unmount(place)
    finally:
        os.rmdir(place)

def make(place, _source):
    for name in (b"/task/lib", b"/opt/lib"):
        os.makedirs(place + name, exist_ok=True)
    mount(place, place, BIND)
    mount(None, place, SHARED)

def give(place, source):
    mount(source, place, BIND)

def let_go(place, _source):
    mount(None, place, PRIVATE)
    unmount(place)

verbs = {b"bind": bind, b"unbind": unbind, b"make": make, b"give": give, b"let-go": let_go}
if len(sys.argv) > 1:
    os.chdir(sys.argv[1])
    lines = iter(lambda: sys.stdin.buffer.readline().rstrip(b"\\n"), b"")
    for verb in lines:
        place, source = (sys.stdin.buffer.readline().rstrip(b"\\n") for _ in range(2))
        try:
            verbs[verb](place, source)
            answer = "= 0\\n"
        except Exception as error:
            answer = "%s\\n= 1\\n" % str(error).replace("\\n", " ")
        sys.stdout.buffer.write(os.fsencode(answer))
        sys.stdout.buffer.flush()
`;

const shell = `
cd -- "$1" || exit 1
while IFS= read -r verb && IFS= read -r place && IFS= read -r source; do
  case $verb in
  bind) said=$(exec 2>&1; mkdir -p -- "$place" && mount -n --bind -- "$source" "$place" &&
    mount -n -o remount,bind,ro,nosuid,nodev -- "$place") ;;
  unbind) said=$(exec 2>&1; umount -n -l -- "$place"; rmdir -- "$place") ;;
  make) said=$(exec 2>&1; mkdir -p -- "$place/task/lib" "$place/opt/lib" &&
    mount -n --bind -- "$place" "$place" && mount -n --make-shared -- "$place") ;;
  give) said=$(exec mount -n --bind -- "$source" "$place" 2>&1) ;;
  let-go) said=$(exec 2>&1; mount -n --make-private -- "$place" && umount -n -l -- "$place") ;;
  *) said='no such verb'; false ;;
  esac
  status=$?
  printf '%s\\n= %s\\n' "$said" $status
done`;

/** To be followed by the directory of the stage. */
export const shellProgram: readonly string[] = ['/bin/sh', '-c', shell, 'sh'];

/** The quickest that this host has. */
export async function mountProgram(): Promise<readonly string[]> {
  const interpreter = await findPython();
  if (interpreter === null) return shellProgram;
  const command = [interpreter, '-I', '-S', '-B', '-c', python];
  return (await runs(command)) ? command : shellProgram;
}

/** Some installations of Python lack the module that calls the C library. */
function runs([program = '', ...args]: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => {
    execFile(program, args, { timeout: questionTimeoutMs }, (error) => resolve(error === null));
  });
}
