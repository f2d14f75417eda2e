"""The part of the runtime that makes copies of a function: it loads the handler once, and then forks
whenever the node asks for a copy, which goes on as a sandbox of its own with a connection of its own.

A fork copies one thread and shares whatever is behind a descriptor. So a function that has started threads
or opened connections by then is refused, in words for its owner; and what must differ between copies is
made anew in each: random generators, names of temporary files, positions in open files.

The frames are those of src/wire/sandbox-protocol.ts.
"""

import gc
import json
import os
import select
import stat
import sys

runtime = None
conn_fd = -1
INIT, INVOKE, RESULT, ERROR, COPY_ENDED = 2, 5, 6, 7, 20
READY = 3

# pidfd -> (pid, directory of temporary files); of a helper without a directory nothing is told
children = {}
die_with_parent = None
generators = []
read_only_files = []


def run(the_runtime, init):
    """Loads the function and serves the node. Returns in each copy: its own init, and the handler."""
    global runtime, conn_fd, die_with_parent
    runtime = the_runtime
    brought_along = open_descriptors()
    handler = runtime.become(init)
    call_hooks("get_before_snapshot", "Runtime.BeforeSnapshotError", last_first=True)
    runtime.flush_output()
    conn_fd = runtime.conn.fileno()
    reason = why_not(brought_along)
    if reason is not None:
        runtime.fail_init(runtime.error_object(runtime.RuntimeFault("Hearth.NoSnapshot", reason)))
    die_with_parent = find_prctl()
    gc.collect()
    find_generators()
    # pages that the collector never writes to stay shared by all copies
    gc.freeze()
    runtime.send(READY, 0, b"")
    return serve(), handler


def serve():
    poll = select.poll()
    poll.register(conn_fd, select.POLLIN)
    while True:
        for fd, _event in poll.poll():
            if fd != conn_fd:
                poll.unregister(fd)
                reap(fd, poll)
                continue
            kind, number, payload = runtime.receive()
            if kind != INVOKE:
                os._exit(1)
            order = json.loads(runtime.decode_invoke(payload)[2])
            runtime.flush_output()
            zygote = os.getpid()
            try:
                pid = os.fork()
            except OSError as error:
                answer = {"errorType": "Hearth.NoCopy", "errorMessage": str(error)}
                runtime.send(ERROR, number, runtime.encode_error(answer))
                continue
            if pid == 0:
                return begin_copy(order, zygote)
            follow(pid, order["temporary"], poll)
            runtime.send(RESULT, number, b'{"pid":%d}' % pid)


def follow(pid, temporary, poll):
    fd = os.pidfd_open(pid)
    children[fd] = (pid, temporary)
    poll.register(fd, select.POLLIN)


def reap(fd, poll):
    """Tells how a copy has ended, and removes what it has left."""
    pid, temporary = children.pop(fd)
    try:
        # it led a session; while nobody has waited for it the number is its own
        os.killpg(pid, 9)
    except OSError:
        pass
    try:
        status = os.waitpid(pid, 0)[1]
    except ChildProcessError:
        # user code has told the kernel that nobody waits
        status = 0
    os.close(fd)
    if temporary is None:
        return
    if os.path.isdir(temporary):
        # by a process of its own: it can be much, and meanwhile copies are asked for
        try:
            follow(os.posix_spawn("/bin/rm", ["rm", "-rf", "--", temporary], {}), None, poll)
        except OSError:
            pass
    ended = {"pid": pid, "code": None, "signal": None}
    if os.WIFSIGNALED(status):
        ended["signal"] = os.WTERMSIG(status)
    else:
        ended["code"] = os.WEXITSTATUS(status)
    runtime.send(COPY_ENDED, 0, json.dumps(ended).encode("ascii"))


# --- the copy ----------------------------------------------------------------------------------------


def begin_copy(order, zygote):
    """Becomes a sandbox of its own. The zygote's connection has been closed by the runtime's fork hook,
    which comes before those of the function: they still run within the zygote's limits."""
    if die_with_parent is not None:
        die_with_parent()
        if os.getppid() != zygote:
            os._exit(1)
    os.setsid()
    for fd in children:
        os.close(fd)
    children.clear()
    os.makedirs(order["temporary"], 0o700, exist_ok=True)
    runtime.connect(order["socket"], order["token"])
    # The node sends it when this process is within its limits.
    kind, _number, payload = runtime.receive()
    if kind != INIT:
        os._exit(1)
    init = json.loads(payload)
    os.environ["TMPDIR"] = os.environ["HOME"] = order["temporary"]
    os.environ.update(init["environment"])
    reopen_files()
    make_unique()
    call_hooks("get_after_restore", "Runtime.AfterRestoreError", last_first=False)
    return init


def reopen_files():
    """Copies that read one open file would move each other's position."""
    for fd, inheritable in read_only_files:
        try:
            position = os.lseek(fd, 0, os.SEEK_CUR)
            own = os.open("/proc/self/fd/%d" % fd, os.O_RDONLY)
            os.lseek(own, position, os.SEEK_SET)
            os.dup2(own, fd, inheritable)
            os.close(own)
        except OSError:
            pass


def make_unique():
    for reseed in generators:
        try:
            reseed()
        except Exception:
            pass
    tempfile = sys.modules.get("tempfile")
    if tempfile is not None:
        tempfile.tempdir = None
        tempfile._name_sequence = None
    uuid = sys.modules.get("uuid")
    if uuid is not None:
        uuid._last_timestamp = None


def call_hooks(registry, kind, last_first):
    """Those of AWS's module, whether it is Hearth's or one that the function has brought along."""
    module = sys.modules.get("snapshot_restore_py")
    if module is None:
        return
    try:
        hooks = list(getattr(module, registry)())
        for func, args, kwargs in reversed(hooks) if last_first else hooks:
            func(*args, **kwargs)
    except Exception as error:
        trace = runtime.stack_trace(error)
        fault = runtime.RuntimeFault(kind, "%s: %s" % (type(error).__name__, error), trace)
        runtime.fail_init(runtime.error_object(fault))


# --- before the first copy ---------------------------------------------------------------------------


def find_prctl():
    """What the zygote was born with, a fork loses: a copy that is frozen could not end itself after its node."""
    try:
        from ctypes import CDLL

        prctl = CDLL(None).prctl
    except Exception:
        return None
    set_death_signal = 1
    return lambda: prctl(set_death_signal, 9, 0, 0, 0)


def find_generators():
    """Whatever would give the same numbers in every copy. Must come before gc.freeze, which hides objects."""
    random = sys.modules.get("random")
    numpy = sys.modules.get("numpy.random")
    kind = getattr(random, "Random", None)
    legacy = getattr(numpy, "RandomState", None)
    modern = getattr(numpy, "Generator", None)
    for each in gc.get_objects():
        # not isinstance, which asks the object itself: it may be a proxy of something that is not there
        of = type(each)
        if kind is not None and issubclass(of, kind):
            generators.append(each.seed)
        elif legacy is not None and issubclass(of, legacy):
            generators.append(each.seed)
        elif modern is not None and issubclass(of, modern):
            generators.append(lambda bits=each.bit_generator: renew(bits))


def renew(bits):
    bits.state = type(bits)().state


def why_not(brought_along):
    """A sentence that says why this process cannot be copied, or None."""
    try:
        os.close(os.pidfd_open(os.getpid()))
    except (AttributeError, OSError):
        return "Copies need Python 3.9 or newer and Linux 5.3 or newer."
    return threads() or descendants() or descriptors(brought_along) or shared_memory()


def threads():
    if runtime._thread._count() > 0:
        return "The function has started threads while it was initialised: %s." % thread_names()
    if len(os.listdir("/proc/self/task")) > 1:
        # Libraries that know of forks, such as OpenBLAS, end their threads before one.
        pid = os.fork()
        if pid == 0:
            os._exit(0)
        os.waitpid(pid, 0)
    if len(os.listdir("/proc/self/task")) > 1:
        return "A library of the function has started threads of its own: %s." % task_names()
    return None


def thread_names():
    threading = sys.modules.get("threading")
    if threading is None:
        return "some"
    main = threading.main_thread()
    return ", ".join(each.name for each in threading.enumerate() if each is not main) or "some"


def task_names():
    names = []
    for task in os.listdir("/proc/self/task"):
        if task != str(os.getpid()):
            with open("/proc/self/task/%s/comm" % task) as comm:
                names.append(comm.read().strip())
    return ", ".join(names)


def descendants():
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return None
    return "The function has started processes while it was initialised, and they belong to nobody else."


def open_descriptors():
    found = {}
    for name in os.listdir("/proc/self/fd"):
        try:
            found[int(name)] = os.fstat(int(name))
        except OSError:
            pass  # the one of this very look
    return found


def descriptors(brought_along):
    """What was there before the function, such as the node's connection, is not asked after."""
    for fd, status in open_descriptors().items():
        before = brought_along.get(fd)
        if before is not None and os.path.samestat(before, status):
            continue
        mode = status.st_mode
        target = os.readlink("/proc/self/fd/%d" % fd)
        if stat.S_ISREG(mode):
            if access_mode(fd) != os.O_RDONLY:
                return "The function holds a file open for writing: %s." % target
            read_only_files.append((fd, os.get_inheritable(fd)))
        elif not stat.S_ISDIR(mode) and not stat.S_ISCHR(mode):
            return (
                "The function holds a connection, a pipe or the like open after its initialisation "
                "(descriptor %d, %s); open it in a hook that is registered with "
                "snapshot_restore_py.register_after_restore." % (fd, target)
            )
    return None


def access_mode(fd):
    with open("/proc/self/fdinfo/%d" % fd) as info:
        for line in info:
            if line.startswith("flags:"):
                return int(line.split()[1], 8) & os.O_ACCMODE
    return os.O_RDWR


def shared_memory():
    with open("/proc/self/maps") as maps:
        for line in maps:
            fields = line.split(None, 5)
            if fields[1][1] == "w" and fields[1][3] == "s":
                name = fields[5].strip() if len(fields) > 5 else "without a name"
                return "The function holds memory that all copies would write to (%s)." % name
    return None
