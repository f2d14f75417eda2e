/** Functions that mean harm: the code of each, in the language in which it can do most. */

/** Every process forks for ever. */
export const forkBomb = `
import os
def handler(event, context):
    while True:
        try:
            os.fork()
        except OSError:
            pass
`;

/** How many threads there can be, and what is said to the next one. */
export const threadCount = `
import threading
def handler(event, context):
    done = threading.Event()
    count = 0
    try:
        while count < 5000:
            threading.Thread(target=done.wait).start()
            count += 1
        return ["no limit", count]
    except RuntimeError as error:
        return [str(error), count]
    finally:
        done.set()
`;

export const memoryHog = `
exports.handler = async () => {
  const all = [];
  for (;;) all.push(Buffer.alloc(8 << 20, 1));
};`;

/** Memory of the kernel rather than of a process: files without content. Most of its own is gone before. */
export const inodeHog = `
def handler(event, context):
    ballast = b"x" * (80 << 20)
    number = 0
    while True:
        open("/tmp/%d" % number, "w").close()
        number += 1
`;

export const busy = 'exports.handler = async () => { for (;;); };';

/** Prints as fast as it can, past the runtime's own streams as well. */
export const endlessOutput = `
import os, sys
def handler(event, context):
    if event == "native":
        while True:
            os.write(1, b"x" * 65536)
    while True:
        print("y" * 1000)
        sys.stdout.flush()
`;

/** Tries to open each of these paths of the host; those in which it finds anything. */
export const readHost = `
const { readdirSync, readFileSync, statSync } = require('node:fs');
exports.handler = async (paths) => paths.filter((path) => {
  try {
    if (statSync(path).isDirectory()) return readdirSync(path).length > 0;
    readFileSync(path);
    return true;
  } catch { return false; }
});`;

/** Looks for a file by its name, wherever it can go, and into the environments that it can see. */
export const search = `
import os
def handler(event, context):
    found = []
    for directory, names, files in os.walk("/"):
        if directory == "/":
            # what is in /usr is the host's, and public
            names[:] = [name for name in names if name not in ("proc", "usr")]
        if event["name"] in files or event["name"] in names:
            found.append(directory)
    for pid in os.listdir("/proc"):
        if pid.isdigit():
            for name in ("environ", "cmdline"):
                try:
                    with open("/proc/%s/%s" % (pid, name), "rb") as file:
                        if event["secret"].encode() in file.read():
                            found.append("/proc/%s/%s" % (pid, name))
                except OSError:
                    pass
    return found
`;

/** Connects to Unix sockets; those that answer. */
export const connectSockets = `
const { connect } = require('node:net');
exports.handler = async (paths) => {
  const open = await Promise.all(paths.map((path) => new Promise((resolve) => {
    const socket = connect(path, () => { socket.destroy(); resolve(true); });
    socket.on('error', () => resolve(false));
  })));
  return paths.filter((_, index) => open[index]);
};`;

/** Files that it can write wherever they are, by making them and by opening those that are there. */
export const writeAnywhere = `
import os, stat
harmless = {"null", "zero", "full", "random", "urandom", "tty", "ptmx", "stdin", "stdout", "stderr"}
def writable(path):
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_NONBLOCK | os.O_CREAT, 0o600))
        return True
    except OSError:
        return False
def handler(event, context):
    found = []
    for directory, names, files in os.walk("/"):
        if directory == "/":
            names[:] = [name for name in names if name not in ("proc", "tmp")]
        if directory.startswith("/usr/"):
            names.clear()
        if writable(os.path.join(directory, "hearth-was-here")):
            found.append(directory)
        for name in files[:100]:
            path = os.path.join(directory, name)
            is_file = stat.S_ISREG(os.lstat(path).st_mode)
            if (is_file or directory == "/dev" and name not in harmless) and writable(path):
                found.append(path)
    for directory, names, files in os.walk("/proc/sys"):
        for name in files:
            path = os.path.join(directory, name)
            if not stat.S_ISREG(os.lstat(path).st_mode):
                continue
            if os.lstat(path).st_mode & 0o222 and writable(path):
                found.append(path)
    for path in ("/proc/sysrq-trigger", "/proc/kcore", "/proc/kmsg", "/proc/irq/0/smp_affinity"):
        if writable(path):
            found.append(path)
    return found
`;

/** Signals whatever it can name but itself. */
export const killAll = `
import errno, os, signal
def attempt(pid, number):
    try:
        os.kill(pid, number)
        return "sent"
    except OSError as error:
        return errno.errorcode[error.errno]
def handler(event, context):
    if event == "child":
        if os.fork() == 0:
            os.kill(-1, signal.SIGKILL)
            os._exit(0)
        signal.pause()
    return {
        "node": [attempt(pid, signal.SIGKILL) for pid in event],
        "first": [attempt(1, number) for number in (signal.SIGKILL, signal.SIGSTOP, signal.SIGTERM)],
        "parent": attempt(os.getppid(), signal.SIGKILL),
        "all": attempt(-1, signal.SIGKILL),
    }
`;

/** What the network lets it do. */
export const network = `
import errno, socket
def attempt(work):
    try:
        work()
        return "done"
    except OSError as error:
        return errno.errorcode.get(error.errno, type(error).__name__)
def connect(family, address):
    with socket.socket(family, socket.SOCK_STREAM) as one:
        one.settimeout(3)
        one.connect(address)
def handler(event, context):
    connects = [attempt(lambda: connect(socket.AF_INET, tuple(target))) for target in event]
    return {
        "connects": connects,
        "name": attempt(lambda: socket.getaddrinfo("example.org", 80)),
        "raw": attempt(lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)),
        "packet": attempt(lambda: socket.socket(17, socket.SOCK_RAW, 0)),
        "vsock": attempt(lambda: socket.socket(40, socket.SOCK_STREAM)),
        "crypto": attempt(lambda: socket.socket(38, socket.SOCK_SEQPACKET)),
    }
`;

/** Links in its temporary directory to a directory of the host, and by names that a cleaner may follow. */
export const links = `
const { mkdirSync, symlinkSync, readdirSync } = require('node:fs');
const { join } = require('node:path');
exports.handler = async (victim) => {
  const home = process.env.TMPDIR;
  symlinkSync(victim, join(home, 'link'));
  symlinkSync(join(victim, 'file'), join(home, 's'));
  mkdirSync(join(home, 'deep'));
  symlinkSync(victim, join(home, 'deep', 'link'));
  try { return readdirSync(join(home, 'link')); } catch (error) { return error.code; }
};`;

/** Calls that a way out begins with: what each says. 0 would be success. */
export const calls = `
import ctypes, errno, os, platform, shutil, stat, subprocess
libc = ctypes.CDLL(None, use_errno=True)
arm = platform.machine() == "aarch64"
def outcome(result):
    return "done" if result >= 0 else errno.errorcode.get(ctypes.get_errno(), "?")
def syscall(x86, other, *args):
    return outcome(libc.syscall(other if arm else x86, *[ctypes.c_long(value) for value in args]))
def run(*command):
    try:
        return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True).stdout.decode().strip()
    except FileNotFoundError:
        return ""
def mknod():
    try:
        os.mknod("/tmp/device", stat.S_IFBLK | 0o666, os.makedev(254, 0))
        return "done"
    except OSError as error:
        return errno.errorcode[error.errno]
def setuid():
    shutil.copy("/bin/sh", "/tmp/sh")
    os.chmod("/tmp/sh", 0o6755)
    return run("/tmp/sh", "-p", "-c", "id -u")
def handler(event, context):
    return {
        "ptrace attach": outcome(libc.ptrace(16, os.getppid(), 0, 0)),
        "ptrace traceme": outcome(libc.ptrace(0, 0, 0, 0)),
        "mount": outcome(libc.mount(b"none", b"/tmp", b"tmpfs", 0, None)),
        "umount": outcome(libc.umount2(b"/tmp", 2)),
        "pivot_root": syscall(155, 41, 0, 0),
        "chroot": outcome(libc.chroot(b"/tmp")),
        "unshare user": outcome(libc.unshare(0x10000000)),
        "unshare mount": outcome(libc.unshare(0x20000)),
        "setns": outcome(libc.setns(os.open("/proc/self/ns/mnt", os.O_RDONLY), 0)),
        "clone user": syscall(56, 220, 0x10000011, 0, 0, 0, 0),
        "bpf": syscall(321, 280, 0, 0, 0),
        "perf_event_open": syscall(298, 241, 0, 0, -1, -1, 0),
        "userfaultfd": syscall(323, 282, 0),
        "keyctl": syscall(250, 219, 0, -1, 0, 0, 0),
        "io_uring_setup": syscall(425, 425, 8, 0),
        "open_by_handle_at": syscall(304, 265, -100, 0, 0),
        "init_module": syscall(175, 105, 0, 0, 0),
        "reboot": syscall(169, 142, 0, 0, 0, 0),
        "sethostname": outcome(libc.sethostname(b"mine", 4)),
        "settimeofday": syscall(164, 170, 0, 0),
        "device node": mknod(),
        "setuid": outcome(libc.setuid(0)),
        "set-user-id program": setuid(),
        "su": run("su", "-c", "id -u"),
        "user": run("id", "-u"),
    }
`;

/** Counts its calls: what a neighbour is. */
export const counter = 'let n = 0; exports.handler = async () => ++n;';
