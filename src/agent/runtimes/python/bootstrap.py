"""The program inside a Python sandbox: says hello, becomes the function that `init` names, then runs
one invocation after another. It imports as little as it can, because its start is every cold start.
It ends when the node closes the socket, so that no sandbox outlives its node.

The frames are those of src/wire/frame.ts and src/wire/sandbox-protocol.ts.
"""

import _socket
import _thread
import os
import sys

PROTOCOL = 2
HELLO, INIT, READY, INIT_ERROR, INVOKE, RESULT, ERROR, LOG, FATAL = range(1, 10)
HEADER_BYTES = 9
LOG_FRAME_BYTES_MAX = 64 * 1024

conn = None
send_lock = _thread.allocate_lock()
stream = 0
request_id = ""


def send(kind, number, payload):
    head = len(payload).to_bytes(4, "big") + bytes((kind,)) + number.to_bytes(4, "big")
    with send_lock:
        if conn is None:
            return
        if len(payload) <= 4096:
            conn.sendall(head + payload)
        else:
            conn.sendall(head)
            conn.sendall(payload)


def receive_exactly(count):
    """Reads `count` bytes, or ends the process when the node has closed the socket."""
    if conn is None:
        os._exit(1)
    data = conn.recv(count)
    if len(data) == count:
        return data
    parts = bytearray(data)
    while data and len(parts) < count:
        data = conn.recv(count - len(parts))
        parts += data
    if len(parts) < count:
        os._exit(1)
    return bytes(parts)


def receive():
    head = receive_exactly(HEADER_BYTES)
    length = int.from_bytes(head[0:4], "big")
    payload = receive_exactly(length) if length > 0 else b""
    return head[4], int.from_bytes(head[5:9], "big"), payload


def watch():
    """Ends the process when the node goes away, even while the handler is busy."""
    import select

    poll = select.poll()
    poll.register(conn.fileno(), getattr(select, "POLLRDHUP", 0))
    while True:
        for _fd, event in poll.poll():
            if event & ~getattr(select, "POLLIN", 1):
                os._exit(1)


# --- output ------------------------------------------------------------------------------------------


class LogOutput(__import__("io").RawIOBase):
    """A raw stream whose writes become log frames, in order with everything else on the socket."""

    def __init__(self, fd):
        self.fd = fd

    def writable(self):
        return True

    def fileno(self):
        return self.fd

    def isatty(self):
        return False

    def write(self, data):
        view = memoryview(data)
        if conn is None:
            return os.write(self.fd, view)
        for at in range(0, len(view), LOG_FRAME_BYTES_MAX):
            send(LOG, stream, bytes(view[at : at + LOG_FRAME_BYTES_MAX]))
        return len(view)


def install_output():
    import io

    def text(fd):
        buffered = io.BufferedWriter(LogOutput(fd))
        return io.TextIOWrapper(buffered, "utf-8", "backslashreplace", line_buffering=True)

    sys.stdout = sys.__stdout__ = text(1)
    sys.stderr = sys.__stderr__ = text(2)


def flush_output():
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except Exception:
        pass


def after_fork_in_child():
    """A forked child must not speak on the parent's socket; what it prints goes through its pipes."""
    global conn, send_lock
    send_lock = _thread.allocate_lock()
    if conn is not None:
        conn.close()
        conn = None


class LoggingHook:
    """Gives the root logger Lambda's handler when, and only when, the function imports logging."""

    def find_spec(self, name, path=None, target=None):
        if name != "logging":
            return None
        sys.meta_path.remove(self)
        from importlib.machinery import PathFinder

        spec = PathFinder.find_spec(name, path)
        if spec is not None and spec.loader is not None:
            load = spec.loader.exec_module

            def exec_module(module):
                load(module)
                install_logging(module)

            spec.loader.exec_module = exec_module
        return spec


def install_logging(logging):
    class LambdaHandler(logging.Handler):
        def emit(self, record):
            sys.stdout.write(self.format(record))
            sys.stdout.flush()

    class LambdaFilter(logging.Filter):
        def filter(self, record):
            record.aws_request_id = request_id
            return True

    handler = LambdaHandler()
    formatter = logging.Formatter(
        "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s\n",
        "%Y-%m-%dT%H:%M:%S",
    )
    import time

    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    handler.addFilter(LambdaFilter())
    logging.root.addHandler(handler)


# --- errors ------------------------------------------------------------------------------------------


class RuntimeFault(Exception):
    """An error of the runtime about the user's code; `kind` is what callers read as `errorType`."""

    def __init__(self, kind, message, trace=()):
        super().__init__(message)
        self.kind = kind
        self.trace = list(trace)


def stack_trace(error):
    import traceback

    frames = traceback.extract_tb(error.__traceback__)
    while frames and frames[0].filename in (__file__, "<frozen importlib._bootstrap>"):
        frames.pop(0)
    return traceback.format_list(frames)


def error_object(error):
    if isinstance(error, RuntimeFault):
        return {
            "errorMessage": str(error),
            "errorType": error.kind,
            "requestId": request_id,
            "stackTrace": error.trace,
        }
    return {
        "errorMessage": str(error),
        "errorType": type(error).__name__,
        "requestId": request_id,
        "stackTrace": stack_trace(error),
    }


def log_error(fault):
    text = "[ERROR] %s: %s\n" % (fault["errorType"], fault["errorMessage"])
    if fault["stackTrace"]:
        text += "Traceback (most recent call last):\n" + "".join(fault["stackTrace"])
    sys.stdout.write(text)


# --- the handler's context ---------------------------------------------------------------------------


class CognitoIdentity:
    cognito_identity_id = None
    cognito_identity_pool_id = None


class Client:
    def __init__(self, values):
        for name in ("installation_id", "app_title", "app_version_name", "app_version_code"):
            setattr(self, name, values.get(name))
        self.app_package_name = values.get("app_package_name")


class ClientContext:
    def __init__(self, values):
        self.custom = values.get("custom")
        self.env = values.get("env")
        self.client = Client(values["client"]) if values.get("client") else None


class LambdaContext:
    def __init__(self, init, deadline_ms, arn, client_context):
        self.aws_request_id = request_id
        self.function_name = init["functionName"]
        self.function_version = init["functionVersion"]
        self.memory_limit_in_mb = str(init["memoryMb"])
        self.invoked_function_arn = arn
        self.log_group_name = init["logGroup"]
        self.log_stream_name = init["logStream"]
        self.identity = CognitoIdentity()
        self.client_context = ClientContext(client_context) if client_context else None
        self._deadline_ms = deadline_ms

    def get_remaining_time_in_millis(self):
        return max(0, int(self._deadline_ms - wall_s() * 1000))

    def log(self, message):
        sys.stdout.write(str(message))


# --- life --------------------------------------------------------------------------------------------


def load_handler(name):
    import importlib

    module_name, dot, function_name = name.rpartition(".")
    if not dot:
        raise RuntimeFault(
            "Runtime.MalformedHandlerName",
            "Bad handler '%s': not enough values to unpack (expected 2, got 1)" % name,
        )
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        message = "Unable to import module '%s': %s" % (module_name, error)
        raise RuntimeFault("Runtime.ImportModuleError", message) from None
    except SyntaxError as error:
        message = "Syntax error in module '%s': %s" % (module_name, error)
        line = '  File "%s" Line %s\n    %s\n' % (
            error.filename,
            error.lineno,
            (error.text or "").strip(),
        )
        raise RuntimeFault("Runtime.UserCodeSyntaxError", message, [line]) from None
    try:
        return getattr(module, function_name)
    except AttributeError:
        message = "Handler '%s' missing on module '%s'" % (function_name, module_name)
        raise RuntimeFault("Runtime.HandlerNotFound", message) from None


def json_default(value):
    if type(value).__name__ == "Decimal":
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError("Object of type %s is not JSON serializable" % type(value).__name__)


def encode_result(value):
    try:
        return encoder.encode(value).encode("utf-8")
    except RecursionError:
        raise RuntimeFault(
            "Runtime.MarshalError", "Unable to marshal response: maximum recursion depth exceeded"
        ) from None
    except Exception as error:
        message = "Unable to marshal response: %s" % error
        raise RuntimeFault("Runtime.MarshalError", message) from None


def encode_error(fault):
    return json.dumps(fault).encode("utf-8")


def decode_invoke(payload):
    deadline_ms = unpack_double(payload)[0]
    at = 8
    texts = []
    for _ in range(4):
        length = int.from_bytes(payload[at : at + 2], "big")
        texts.append(payload[at + 2 : at + 2 + length].decode("utf-8"))
        at += 2 + length
    return deadline_ms, texts, payload[at:]


def layer_paths(init):
    """Where layers hold modules, of this interpreter's version first, as on AWS."""
    root = init.get("layersRoot")
    if root is None:
        return []
    version = "python%d.%d" % sys.version_info[:2]
    candidates = [root + "/python/lib/" + version + "/site-packages", root + "/python"]
    return [path for path in candidates if os.path.isdir(path)]


def become(init):
    os.environ.update(init["environment"])
    if hasattr(time_module, "tzset"):
        time_module.tzset()
    os.chdir(init["taskRoot"])
    extra = [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]
    layers = [path for path in layer_paths(init) if path not in extra]
    sys.path[0:0] = [init["taskRoot"]] + layers + extra
    sys.path.append(os.path.dirname(__file__) + "/modules")
    try:
        return load_handler(init["handler"])
    except Exception as error:
        fail_init(error_object(error))


def fail_init(fault):
    """There is no handler to serve: says why, and ends the process."""
    log_error(fault)
    flush_output()
    send(INIT_ERROR, 0, encode_error(fault))
    os._exit(1)


def run(init, handler, payload):
    """Runs one invocation. Returns the frame type and the payload of its answer."""
    global request_id
    deadline_ms, texts, body = decode_invoke(payload)
    request_id, arn, trace_id, client_context = texts
    os.environ["_X_AMZN_TRACE_ID"] = trace_id
    try:
        try:
            event = json.loads(body) if body else {}
        except Exception as error:
            message = "Unable to unmarshal input: %s" % error
            raise RuntimeFault("Runtime.UnmarshalError", message) from None
        client = json.loads(client_context) if client_context else None
        context = LambdaContext(init, deadline_ms, arn, client)
        answer = encode_result(handler(event, context))
    except Exception as error:
        fault = error_object(error)
        log_error(fault)
        return ERROR, encode_error(fault)
    if len(answer) <= init["answerBytesMax"]:
        return RESULT, answer
    limit = init["answerBytesMax"]
    fault = {
        "errorMessage": "Response payload size exceeded maximum allowed payload size (%d bytes)."
        % limit,
        "errorType": "Function.ResponseSizeTooLarge",
    }
    return ERROR, encode_error(fault)


def connect(path, token):
    """Nothing of it is left where anyone could find it afterwards but the connection."""
    global conn
    conn = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    try:
        conn.connect(path)
    except OSError:
        os._exit(1)
    hello = '{"protocol":%d,"token":"%s"}' % (PROTOCOL, token)
    send(HELLO, 0, hello.encode("ascii"))


def warm_up():
    """What every function needs first, done before it is there: a stem cell has the time."""
    import importlib  # noqa: F401
    from importlib.machinery import PathFinder

    PathFinder.find_spec("index", ["/var/task"])
    # it goes by the time of the directory, and what is put there later may be of the same tick of the kernel's clock
    sys.path_importer_cache.pop("/var/task", None)
    exec(compile("def handler(event, context):\n    return event\n", "index.py", "exec"), {})
    encode_result(json.loads('{"a": [1, "b"]}'))


def beside(name):
    """A part of the runtime that few sandboxes need, from the file beside this one."""
    from importlib.machinery import SourceFileLoader

    module = type(sys)(name)
    SourceFileLoader(name, os.path.dirname(__file__) + "/" + name + ".py").exec_module(module)
    return module


def main():
    global stream
    os.register_at_fork(after_in_child=after_fork_in_child)
    install_output()
    sys.meta_path.insert(0, LoggingHook())
    import builtins

    builtins.exit = builtins.quit = sys.exit
    kind, _number, payload = receive()
    if kind != INIT:
        os._exit(1)
    init = json.loads(payload)
    if init.get("zygote"):
        # goes on in the copies alone, each with an `init` of its own
        init, handler = beside("zygote").run(sys.modules[__name__], init)
        _thread.start_new_thread(watch, ())
    else:
        _thread.start_new_thread(watch, ())
        handler = become(init)
    flush_output()
    send(READY, 0, b"")
    while True:
        kind, number, payload = receive()
        if kind != INVOKE:
            os._exit(1)
        stream = number
        try:
            answer_kind, answer = run(init, handler, payload)
        finally:
            flush_output()
        send(answer_kind, number, answer)


# The node moves the process into its cgroup after the hello; these imports happen meanwhile.
connect(os.environ.pop("HEARTH_SOCKET"), os.environ.pop("HEARTH_TOKEN"))
import json  # noqa: E402
import time as time_module  # noqa: E402
from _struct import Struct  # noqa: E402

wall_s = time_module.time
unpack_double = Struct(">d").unpack_from
encoder = json.JSONEncoder(ensure_ascii=False, allow_nan=False, default=json_default)
if os.environ.pop("HEARTH_STEM", None) is not None:
    warm_up()
if __name__ == "__main__":
    # User code that does `import __main__` or pickles finds an ordinary module name.
    main()
