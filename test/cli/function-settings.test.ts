import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { guessRuntime, mergeSettings, parseHearthJson } from '../../src/cli/function-settings.js';

const guess = (names: string[], known = {}) => guessRuntime(new Set(names), known);

test('the file names tell the runtime and the handler', () => {
  const node = { runtime: 'nodejs20.x', handler: 'index.handler' };
  assert.deepEqual(guess(['index.js', 'package.json']), node);
  assert.deepEqual(guess(['index.mjs']), node);
  assert.deepEqual(guess(['lambda_function.py', 'other.py']), {
    runtime: 'python3.11',
    handler: 'lambda_function.lambda_handler',
  });
  assert.deepEqual(guess(['hello.js']), { runtime: 'nodejs20.x', handler: 'hello.handler' });
  assert.deepEqual(guess(['hi.py']), { runtime: 'python3.11', handler: 'hi.lambda_handler' });
  assert.equal(guess(['main.go', 'go.mod']), undefined);
});

test('a program called bootstrap is its own runtime', () => {
  const own = { runtime: 'provided.al2023', handler: 'bootstrap' };
  assert.deepEqual(guess(['bootstrap', 'index.js']), own);
  assert.deepEqual(guess(['bootstrap'], { handler: 'main' }), { ...own, handler: 'main' });
  const older = guess(['bootstrap'], { runtime: 'provided.al2' });
  assert.deepEqual(older, { ...own, runtime: 'provided.al2' });
  const node = guess(['bootstrap', 'index.js'], { runtime: 'nodejs20.x' });
  assert.equal(node?.handler, 'index.handler');
});

test('a known runtime or handler decides over the file names', () => {
  const both = ['index.js', 'lambda_function.py'];
  assert.deepEqual(guess(both, { runtime: 'python3.13' }), {
    runtime: 'python3.13',
    handler: 'lambda_function.lambda_handler',
  });
  assert.deepEqual(guess(['src/app.py', 'index.js'], { handler: 'src.app.main' }), {
    runtime: 'python3.11',
    handler: 'src.app.main',
  });
  assert.deepEqual(guess([], { runtime: 'provided.al2023', handler: 'x' }), {
    runtime: 'provided.al2023',
    handler: 'x',
  });
});

test('flags win over hearth.json and variables are merged', () => {
  const file = { name: 'a', memory: 128, env: { A: '1', B: '2' } };
  const merged = mergeSettings(file, { memory: 256, env: { B: '3' } });
  assert.equal(merged.name, 'a');
  assert.equal(merged.memory, 256);
  assert.deepEqual(merged.env, { A: '1', B: '3' });
});

test('a wrong hearth.json is told by file and member', () => {
  const parse = (text: string) => () => parseHearthJson(text, 'f/hearth.json');
  assert.throws(parse('{'), /^CommandFailure: f\/hearth\.json is not JSON/);
  assert.throws(parse('{"memory":"1"}'), /f\/hearth\.json is wrong at 'memory'/);
  assert.throws(parse('{"network":"all"}'), /wrong at 'network'.* network \(none or outbound\)/);
  assert.throws(parse('{"env":{"A":1}}'), /f\/hearth\.json is wrong at 'env\.A'/);
});
