import assert from 'node:assert/strict';
import { test } from 'node:test';
import { look } from './code.js';

const good = 'exports.handler = async () => 1;\n';

test('code that is in order has no findings', async (t) => {
  assert.deepEqual(await look(t, { 'index.js': good }), []);
  assert.deepEqual(await look(t, { 'index.mjs': 'export const handler = () => 1;' }), []);
  assert.deepEqual(
    await look(t, { 'index.cjs': '#!/usr/bin/env node\nreturn;', 'index.js': good }),
    [],
  );
  const module = {
    'package.json': '{"type":"module"}',
    'index.js': 'export function handler() {}',
  };
  assert.deepEqual(await look(t, module), []);
  assert.deepEqual(await look(t, { 'a/b.js': good }, { handler: 'a/b.handler' }), []);
});

test('wrong syntax is found with file and line, in what the handler reaches too', async (t) => {
  const direct = await look(t, { 'index.js': 'const a = 1;\nconst = 2;\n' });
  assert.deepEqual(direct, ['index.js:2 Unexpected token (syntax)']);
  const files = { 'index.js': `require('./lib/x');\n${good}`, 'lib/x.js': '\n\nif (' };
  assert.deepEqual(await look(t, files), ['lib/x.js:3 Unexpected token (syntax)']);
  const unused = { 'index.js': good, 'assets/page.js': 'not javascript at all {' };
  assert.deepEqual(await look(t, unused), [], 'what nothing reaches is not code of the function');
});

test('a handler that is not there is found', async (t) => {
  assert.deepEqual(await look(t, { 'main.js': good }), [
    'index.js there is no such file for the handler index.handler (handler)',
  ]);
  assert.deepEqual(await look(t, { 'index.js': 'exports.other = 1;' }), [
    "index.js nothing named 'handler' is exported for the handler index.handler (handler)",
  ]);
  assert.deepEqual(await look(t, { 'index.mjs': 'export const other = 1;' }), [
    "index.mjs nothing named 'handler' is exported for the handler index.handler (handler)",
  ]);
  assert.deepEqual(await look(t, { 'index.js': good }, { handler: 'index' }), [
    "index 'index' names no handler, as index.handler would (handler)",
  ]);
  assert.deepEqual(
    await look(t, { 'main.js': good }, { hasLayers: true }),
    [],
    'it may be in a layer',
  );
});

for (const [what, source] of Object.entries({
  'an object': 'const handler = 1; module.exports = { handler };',
  'a defined property': "Object.defineProperty(exports, 'handler', { get() { return f; } });",
  'a quoted member': "module.exports['hand' + 'ler'] = () => 1;",
  'a helper of a compiler': '__export(exports, { handler: () => handler });',
  'another module': "module.exports = require('./other');",
  'a spread': 'module.exports = { ...other };',
  'a computed name': 'exports[name] = 1;',
  this: 'this.handler = 1;',
})) {
  test(`an export by ${what} is known, or left open`, async (t) => {
    assert.deepEqual(await look(t, { 'index.js': source, 'other.js': '' }), []);
  });
}

test('the policy names what is dangerous, by file and line', async (t) => {
  const source = [
    "const { spawn } = require('node:child_process');",
    "import('vm');",
    'eval("1");',
    'new Function("return 1");',
    "process.dlopen(module, './x.node');",
    "require('net'); require('d' + 'gram');",
    "require('./native.node');",
    'globalThis.eval("2"); (0, eval)("3");',
    good,
  ].join('\n');
  const files = { 'index.js': source, 'native.node': Uint8Array.of(1) };
  assert.deepEqual((await look(t, files, { policy: 'warn', checks: 'off' })).sort(), [
    'index.js:1 loads child_process, which starts processes (process-spawn)',
    'index.js:2 loads vm, which runs text as code (eval)',
    'index.js:3 calls eval (eval)',
    'index.js:4 makes a function of text (Function) (eval)',
    'index.js:5 calls process.dlopen (native)',
    'index.js:6 loads dgram, which opens sockets (raw-socket)',
    'index.js:6 loads net, which opens sockets (raw-socket)',
    'index.js:7 loads native code (./native.node) (native)',
    'index.js:8 calls eval (eval)',
    'index.js:8 calls eval (eval)',
    'native.node is native code (native)',
  ]);
  assert.deepEqual(await look(t, files), [], 'which is off unless the operator wants it');
});

test('another name for require, another ending, or a module that is text hides nothing', async (t) => {
  const source = [
    "const load = require; load('child_process');",
    "createRequire(import.meta.url)('node:net');",
    "module.constructor._load('vm');",
    "import('data:text/javascript,1');",
    "require('./data.txt'); require('./data.json'); require('constructor');",
  ].join('\n');
  const files = {
    'index.js': source.replace('import.meta.url', '__filename'),
    'data.txt': "require('dgram');\nrequire('./more');",
    more: "require('tls')",
    'data.json': '{}',
    'unused.txt': "require('tls')",
  };
  assert.deepEqual((await look(t, files, { policy: 'warn', checks: 'off' })).sort(), [
    'data.txt:1 loads dgram, which opens sockets (raw-socket)',
    'index.js:1 loads child_process, which starts processes (process-spawn)',
    'index.js:2 loads net, which opens sockets (raw-socket)',
    'index.js:3 loads vm, which runs text as code (eval)',
    'index.js:4 loads a module that is text (data:) (eval)',
    'more:1 loads tls, which opens sockets (raw-socket)',
  ]);
});

test('code behind a link is looked at under the name of the link', async (t) => {
  const files = { 'data.txt': "require('child_process')", 'index.js': { link: 'data.txt' } };
  assert.deepEqual(await look(t, files, { policy: 'warn', checks: 'off' }), [
    'index.js:1 loads child_process, which starts processes (process-spawn)',
  ]);
});

test('a policy that refuses says what, and refuses what cannot be seen', async (t) => {
  const policy = { policy: 'refuse' } as const;
  await assert.rejects(look(t, { 'index.js': `require('net');\n${good}` }, policy), {
    code: 'invalid-parameter',
    message: 'The code is refused: index.js:1 loads net, which opens sockets (raw-socket).',
  });
  const deep = `${'('.repeat(200_000)}1${')'.repeat(200_000)}`;
  await assert.rejects(
    look(t, { 'index.js': good, 'deep.js': deep }, policy),
    /deep\.js .*not-inspected/,
  );
  const large = { 'index.js': good, 'large.js': Buffer.alloc(9 * 1024 * 1024, ' ') };
  await assert.rejects(look(t, large, policy), /more code than is looked at/);
});

test('who asks for strict checks is refused what cannot run, whatever the operator has set', async (t) => {
  const asked = { checks: 'off', strict: true } as const;
  await assert.rejects(look(t, { 'index.js': 'const = 1' }, asked), {
    code: 'invalid-parameter',
    message: 'The code is refused: index.js:1 Unexpected token (syntax).',
  });
});

test('an immense or broken package.json is no reason to fail', async (t) => {
  const manifest = { 'package.json': `{"type": ${'['.repeat(100_000)}`, 'index.js': good };
  assert.deepEqual(await look(t, manifest), []);
});
