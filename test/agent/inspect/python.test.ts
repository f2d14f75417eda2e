import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { look } from './code.js';

const runtime = 'python3.11';
const good = 'def lambda_handler(event, context):\n    return 1\n';
const file = 'lambda_function.py';

test('code that is in order has no findings', async (t) => {
  assert.deepEqual(await look(t, { [file]: good }, { runtime }), []);
  const nested = {
    'pkg/main.py': 'try:\n  from .x import run\nexcept ImportError:\n  run = 1',
    'pkg/x.py': '',
  };
  assert.deepEqual(await look(t, nested, { runtime, handler: 'pkg/main.run' }), []);
  assert.deepEqual(await look(t, nested, { runtime, handler: 'pkg.main.run' }), []);
});

test('wrong syntax is found with file and line, in what the handler imports too', async (t) => {
  const direct = await look(t, { [file]: 'x = 1\ndef f(:\n' }, { runtime });
  assert.deepEqual(direct, ['lambda_function.py:2 invalid syntax (syntax)']);
  const files = {
    [file]: `from lib import x\n${good}`,
    'lib/__init__.py': '',
    'lib/x.py': '\nreturn 1',
  };
  assert.deepEqual(await look(t, files, { runtime }), [
    "lib/x.py:2 'return' outside function (syntax)",
  ]);
});

test('a handler that is not there is found', async (t) => {
  assert.deepEqual(await look(t, { 'main.py': good }, { runtime }), [
    'lambda_function.py there is no such file for the handler lambda_function.lambda_handler (handler)',
  ]);
  assert.deepEqual(await look(t, { [file]: 'def other(): pass' }, { runtime }), [
    "lambda_function.py nothing named 'lambda_handler' is defined for the handler lambda_function.lambda_handler (handler)",
  ]);
  assert.deepEqual(await look(t, { [file]: 'from x import *' }, { runtime }), [], 'left open');
  assert.deepEqual(await look(t, { 'main.py': '' }, { runtime, hasLayers: true }), []);
});

test('the policy names what is dangerous, by file and line', async (t) => {
  const source = [
    'import subprocess, ctypes',
    'import os',
    'os.system("x")',
    'from os import execv',
    'eval("1")',
    'import socket',
    'import importlib; importlib.import_module("pty")',
  ].join('\n');
  const files = {
    [file]: source,
    'a.so': '',
    'b/__pycache__/c.cpython-311.pyc': '',
    'd.pyc': '',
    'd.py': '',
  };
  assert.deepEqual((await look(t, files, { runtime, policy: 'warn', checks: 'off' })).sort(), [
    'a.so is native code (native)',
    'b/__pycache__/c.cpython-311.pyc is compiled Python without its source (compiled)',
    'lambda_function.py:1 imports ctypes, which calls native code (native)',
    'lambda_function.py:1 imports subprocess, which starts processes (process-spawn)',
    'lambda_function.py:3 uses os.system, which starts processes (process-spawn)',
    'lambda_function.py:4 imports os.execv, which starts processes (process-spawn)',
    'lambda_function.py:5 calls eval (eval)',
    'lambda_function.py:6 imports socket, which opens sockets (raw-socket)',
    'lambda_function.py:7 imports pty, which starts processes (process-spawn)',
  ]);
});

test('another name for os, the modules beneath it, and compiled code that nobody checks hide nothing', async (t) => {
  const source = [
    'import os as o',
    'o.popen("x")',
    'import posix, asyncio',
    'asyncio.create_subprocess_shell("x")',
  ].join('\n');
  const head = (flags: number) => Uint8Array.of(0xcb, 0x0d, 0x0d, 0x0a, flags, 0, 0, 0);
  const files = {
    [file]: source,
    '__pycache__/lambda_function.cpython-312.pyc': head(1),
    'a.py': '',
    '__pycache__/a.cpython-312.pyc': head(3),
    'b.py': '',
    '__pycache__/b.cpython-312.pyc': head(0),
  };
  assert.deepEqual((await look(t, files, { runtime, policy: 'warn', checks: 'off' })).sort(), [
    '__pycache__/lambda_function.cpython-312.pyc is compiled Python that runs whatever its source says (compiled)',
    'lambda_function.py:2 uses os.popen, which starts processes (process-spawn)',
    'lambda_function.py:3 imports posix, which starts processes (process-spawn)',
    'lambda_function.py:4 uses create_subprocess_shell, which starts processes (process-spawn)',
  ]);
});

test('nothing of the code is run', async (t) => {
  const mark = join(tmpdir(), `hearth-inspect-ran-${process.pid}`);
  const source = `open(${JSON.stringify(mark)}, 'w')\n${good}`;
  const files = { [file]: source, 'json.py': source, 'ast.py': source, 'sitecustomize.py': source };
  assert.deepEqual(await look(t, files, { runtime, policy: 'warn' }), []);
  assert.equal(existsSync(mark), false);
});

test('hostile sources end in findings, never in an error', async (t) => {
  const hostile = {
    [file]: good,
    'deep.py': `${'('.repeat(100_000)}1${')'.repeat(100_000)}`,
    'zero.py': 'a\0b',
    'latin.py': Uint8Array.of(0xff, 0xfe, 0x0a),
  };
  const findings = await look(t, hostile, { runtime, policy: 'warn' });
  assert.equal(findings.length, 3, findings.join('\n'));
  await assert.rejects(look(t, hostile, { runtime, policy: 'refuse' }), /The code is refused/);
});
