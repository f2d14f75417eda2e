"""Reads the code of a Python function and tells what is wrong or dangerous in it. Nothing of it is run:
source is compiled to a syntax tree only. A request as JSON on standard input, findings as JSON on standard output."""
import ast
import json
import os
import resource
import sys

SPAWNING_MODULES = {"subprocess", "pty", "multiprocessing", "posix", "_posixsubprocess"}
SPAWNING_OF_ASYNCIO = {"create_subprocess_exec", "create_subprocess_shell"}
SPAWNING_OF_OS = ("system", "popen", "fork", "forkpty", "posix_spawn", "posix_spawnp", "startfile")
NATIVE_MODULES = {"ctypes", "cffi", "_ctypes"}
SOCKET_MODULES = {"socket", "_socket"}
EVALUATING = {"eval", "exec", "compile", "__import__"}


class Code:
    def __init__(self, request):
        self.root = request["directory"]
        self.handler = request["handler"]
        self.has_layers = request["hasLayers"]
        self.wanted = request["wanted"]
        self.bounds = request["bounds"]
        self.findings = []
        self.bytes = 0
        self.skipped = False
        self.trees = {}
        self.paths = self.files()
        self.present = set(self.paths)

    def files(self):
        """All files, those behind links under the names of the links; each directory once."""
        paths, walked, entries, left = [], set(), 0, [""]
        while left:
            below = left.pop()
            real = os.path.realpath(os.path.join(self.root, below))
            if real in walked:
                continue
            walked.add(real)
            for name in sorted(os.listdir(real)):
                entries += 1
                if entries > self.bounds["entriesMax"]:
                    self.skipped = True
                    return paths
                path = name if below == "" else below + "/" + name
                full = os.path.join(self.root, path)
                if os.path.isdir(full):
                    left.append(path)
                elif os.path.isfile(full):
                    paths.append(path)
        return paths

    def found(self, kind, rule, file, line, message):
        if len(self.findings) < self.bounds["findingsMax"]:
            finding = {"kind": kind, "rule": rule, "file": file, "line": line, "message": message}
            if finding not in self.findings:
                self.findings.append(finding)

    def tree(self, file, reached):
        if file in self.trees:
            return self.trees[file]
        self.trees[file] = None
        full = os.path.join(self.root, file)
        size = os.path.getsize(full)
        self.bytes += size
        too_much = (size > self.bounds["fileBytesMax"] or self.bytes > self.bounds["bytesMax"]
                    or len(self.trees) > self.bounds["filesMax"])
        if too_much:
            self.skipped = True
            return None
        with open(full, "rb") as opened:
            source = opened.read()
        try:
            tree = compile(source, file, "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
            # what the parser lets pass and the compiler refuses, such as return outside of a function
            if reached:
                compile(tree, file, "exec", dont_inherit=True)
            self.trees[file] = tree
        except SyntaxError as error:
            if reached:
                self.found("broken", "syntax", file, error.lineno or 0, error.msg)
            elif self.wanted["dangerous"]:
                self.found("unseen", "not-inspected", file, error.lineno or 0, "is no Python that is known here")
        except (ValueError, RecursionError, MemoryError, OverflowError) as error:
            kind, rule = ("broken", "syntax") if isinstance(error, ValueError) and reached else ("unseen", "not-inspected")
            self.found(kind, rule, file, 0, str(error)[:200] or "is nested too deep to be looked at")
        return self.trees[file]

    def module_file(self, module):
        path = module.replace(".", "/")
        for candidate in (path + ".py", path + "/__init__.py"):
            if candidate in self.present:
                return candidate
        return None

    def check_handler(self):
        name = self.handler
        module, dot, attribute = name.rpartition(".")
        if not dot or not module or not attribute:
            self.found("broken", "handler", name, 0, "'%s' names no handler, as lambda_function.lambda_handler would" % name)
            return
        module = module.replace("/", ".").strip(".")
        file = self.module_file(module)
        if file is None:
            path = module.replace(".", "/")
            compiled = any(p.startswith(path) and p.endswith((".pyc", ".so")) for p in self.paths)
            if not self.has_layers and not compiled and not self.skipped:
                self.found("broken", "handler", path + ".py", 0, "there is no such file for the handler " + name)
            return
        tree = self.reach(file)
        if tree is not None and not defines(tree, attribute):
            self.found("broken", "handler", file, 0, "nothing named '%s' is defined for the handler %s" % (attribute, name))

    def reach(self, first):
        """Reads a file and what it imports of the same code."""
        reached, left = {first}, [first]
        while left:
            file = left.pop()
            tree = self.tree(file, True)
            if tree is None:
                continue
            for module in imported(tree, file):
                target = self.module_file(module)
                if target is not None and target not in reached:
                    reached.add(target)
                    left.append(target)
        return self.trees.get(first)

    def look_for_dangers(self):
        for file in self.paths:
            if file.endswith((".so", ".dylib")) or ".so." in file:
                self.found("dangerous", "native", file, 0, "is native code")
            elif file.endswith(".pyc") and source_of(file) not in self.present:
                self.found("dangerous", "compiled", file, 0, "is compiled Python without its source")
            elif file.endswith(".pyc") and is_unchecked(os.path.join(self.root, file)):
                self.found("dangerous", "compiled", file, 0, "is compiled Python that runs whatever its source says")
            elif file.endswith(".py"):
                tree = self.tree(file, False)
                self.trees[file] = None
                if tree is not None:
                    for line, rule, message in dangers(tree):
                        self.found("dangerous", rule, file, line, message)

    def run(self):
        if self.wanted["broken"] and self.handler:
            self.check_handler()
        if self.wanted["dangerous"]:
            self.look_for_dangers()
        if self.wanted["dangerous"] and self.skipped:
            self.found("unseen", "not-inspected", ".", 0, "there is more code than is looked at, or in larger files")
        return self.findings


def source_of(compiled):
    """`a/__pycache__/b.cpython-311.pyc` -> `a/b.py`, `a/b.pyc` -> `a/b.py`"""
    directory, _, name = compiled.rpartition("/")
    directory = directory[: -len("__pycache__")].rstrip("/") if directory.endswith("__pycache__") else directory
    source = name.split(".")[0] + ".py"
    return directory + "/" + source if directory else source


def is_unchecked(path):
    """By its flags it is never held against its source (PEP 552)."""
    with open(path, "rb") as opened:
        head = opened.read(8)
    return int.from_bytes(head[4:], "little") & 3 == 1


def imported(tree, file):
    package = file.split("/")[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join(base + ([node.module] if node.module else []))
            if module:
                yield module
            for alias in node.names:
                yield (module + "." if module else "") + alias.name


def defines(tree, name):
    """Whether the module may define the name; true where only running it would tell."""
    for node in statements(tree.body):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            if node.name in (name, "__getattr__"):
                return True
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                if alias.name == "*" or (alias.asname or alias.name).split(".")[0] == name:
                    return True
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            if node.id == name and isinstance(node.ctx, ast.Store):
                return True
            if node.id in ("globals", "vars", "exec", "setattr"):
                return True
    return False


def statements(body):
    """Of the module itself: those of `if`, `try`, `with` and loops too, not those of functions."""
    for node in body:
        yield node
        for field in ("body", "orelse", "finalbody"):
            if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                yield from statements(getattr(node, field, []) or [])
        for handler in getattr(node, "handlers", []) + getattr(node, "cases", []):
            yield from statements(handler.body)


def dangers(tree):
    names_of_os = {"os"} | {
        alias.asname for node in ast.walk(tree) if isinstance(node, ast.Import)
        for alias in node.names if alias.name == "os" and alias.asname
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from module_danger(alias.name, node.lineno)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield from module_danger(node.module or "", node.lineno)
            if node.module == "os":
                for alias in node.names:
                    if spawns(alias.name):
                        yield node.lineno, "process-spawn", "imports os.%s, which starts processes" % alias.name
        elif isinstance(node, ast.Attribute):
            if isinstance(node.value, ast.Name) and node.value.id in names_of_os and spawns(node.attr):
                yield node.lineno, "process-spawn", "uses os.%s, which starts processes" % node.attr
            elif node.attr in SPAWNING_OF_ASYNCIO:
                yield node.lineno, "process-spawn", "uses %s, which starts processes" % node.attr
        elif isinstance(node, ast.Call):
            yield from call_danger(node)


def call_danger(node):
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if name in EVALUATING:
        yield node.lineno, "eval", "calls %s" % name
    imports = name == "__import__" or (isinstance(node.func, ast.Attribute) and node.func.attr == "import_module")
    if imports and node.args and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str):
        yield from module_danger(node.args[0].value, node.lineno)


def module_danger(module, line):
    top = module.split(".")[0]
    if top in SPAWNING_MODULES:
        yield line, "process-spawn", "imports %s, which starts processes" % top
    elif top in NATIVE_MODULES:
        yield line, "native", "imports %s, which calls native code" % top
    elif top in SOCKET_MODULES:
        yield line, "raw-socket", "imports %s, which opens sockets" % top


def spawns(name):
    return name in SPAWNING_OF_OS or name.startswith(("exec", "spawn"))


def main():
    request = json.load(sys.stdin)
    memory = request["bounds"]["memoryMb"] * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    seconds = request["bounds"]["timeoutMs"] // 1000
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    json.dump(Code(request).run(), sys.stdout)


main()
