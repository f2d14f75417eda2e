/**
 * cargo-lambda, a deploy tool that nobody here wrote, puts a function of Go behind an alias and calls it, with every
 * request signed. By hand, for its programs are large: `npm run test:tools`, which names them in the environment.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { promisify } from 'node:util';
import { role } from './functions.js';
import { type SignedNode, startSignedNode } from './signed-node.js';

const { HEARTH_CARGO_LAMBDA: tool = '', HEARTH_BOOTSTRAP: bootstrap = '' } = process.env;
const commandTimeoutMs = 120_000;

let node: SignedNode;
before(async () => {
  node = await startSignedNode();
  // it wants to see a package, whatever is deployed
  writeFileSync(join(node.data, 'Cargo.toml'), '[package]\nname = "tool"\nversion = "0.1.0"\n');
  mkdirSync(join(node.data, 'src'));
  writeFileSync(join(node.data, 'src/main.rs'), 'fn main() {}\n');
});
after(() => node.stop());

async function cargoLambda(...args: string[]): Promise<string> {
  const options = { env: node.env, cwd: node.data, timeout: commandTimeoutMs };
  const { stdout } = await promisify(execFile)(tool, ['lambda', ...args], options);
  return stdout;
}

it('cargo-lambda deploys a function, deploys it again, and calls it', async () => {
  const at = ['--endpoint-url', node.url];
  const code = ['--binary-path', bootstrap, '--role', role];
  const settings = ['--memory', '256', '--timeout', '9', '--env-var', 'GREETING=hello'];
  const deploy = ['deploy', 'tool', ...at, ...code, ...settings, '--alias', 'live'];
  const arn = 'arn:aws:lambda:us-east-1:123456789012:function:tool';
  const first = await cargoLambda(...deploy);
  assert.ok(first.includes(arn), first);
  await cargoLambda(...deploy, '--tag', 'team=a');
  const event = JSON.stringify({ do: 'hello', name: 'me' });
  const asked = ['invoke', 'tool', '--remote', ...at, '--alias', 'live', '--data-ascii', event];
  // it prints its progress on the same stream
  const answer = JSON.parse((await cargoLambda(...asked)).replace(/^[^{]*/, ''));
  assert.equal(answer.hello, 'me');
  assert.equal(answer.arn, `${arn}:live`);
});
