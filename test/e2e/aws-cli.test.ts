/**
 * AWS's own command line, unchanged but for its endpoint, takes a function through its life at a node that verifies
 * its signatures. `scripts/from-pypi` installs it once.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { makeZip } from '../catalog/zips.js';
import { root } from './cluster-harness.js';
import { role } from './functions.js';
import { type SignedNode, startSignedNode } from './signed-node.js';

const run = promisify(execFile);
const release = 'awscli==1.46.3';
const installTimeoutMs = 300_000;
/** Of one command, on a machine that does much else. */
const commandTimeoutMs = 60_000;
const arn = 'arn:aws:lambda:us-east-1:123456789012:function:shop';

let aws = '';
/** Why it cannot be tried here. */
let reason: string | null = null;
let node: SignedNode | null = null;

before(
  async () => {
    const installed = run(join(root, 'scripts/from-pypi'), [release, 'aws']);
    try {
      aws = (await installed).stdout.trim();
    } catch (error) {
      reason = (error as { stderr?: string }).stderr?.trim() || String(error);
      return;
    }
    node = await startSignedNode();
  },
  { timeout: installTimeoutMs },
);
after(() => node?.stop());

/** What `aws lambda ...` prints, as JSON. */
async function lambda(
  command: string,
  env: NodeJS.ProcessEnv = {},
): Promise<Record<string, unknown>> {
  const args = ['lambda', ...command.split(' '), '--output', 'json'];
  const { stdout } = await run(aws, args, {
    env: { ...node?.env, ...env },
    cwd: node?.data ?? '',
    timeout: commandTimeoutMs,
  });
  return stdout.trim() === '' ? {} : JSON.parse(stdout);
}

function fileOf(name: string): string {
  return join(node?.data ?? '', name);
}

async function writeCode(file: string, answer: string): Promise<void> {
  const content = `exports.handler = async (event) => ({ answer: '${answer}', event });`;
  writeFileSync(fileOf(file), await makeZip([{ name: 'index.js', content }]));
}

async function invoked(command: string): Promise<unknown> {
  const { StatusCode } = await lambda(`invoke --function-name ${command} out.json`);
  assert.equal(StatusCode, 200);
  return JSON.parse(readFileSync(fileOf('out.json'), 'utf8'));
}

function skipped(t: TestContext): boolean {
  if (reason !== null) t.skip(reason);
  return reason !== null;
}

describe('the AWS command line', () => {
  it('takes a function through its life', async (t) => {
    if (skipped(t)) return;
    await writeCode('one.zip', 'one');
    await writeCode('two.zip', 'two');
    const code = '--runtime nodejs20.x --handler index.handler --zip-file fileb://one.zip';
    const created = await lambda(
      `create-function --function-name shop ${code} --role ${role} --tags team=a --environment Variables={GREETING=hello}`,
    );
    assert.equal(created.FunctionArn, arn);
    await lambda('wait function-active-v2 --function-name shop');
    writeFileSync(fileOf('event.json'), '{"a":1}');
    const answer = await invoked('shop --payload fileb://event.json --log-type Tail');
    assert.deepEqual(answer, { answer: 'one', event: { a: 1 } });

    const publishing = await lambda('publish-version --function-name shop --description first');
    assert.equal(publishing.Version, '1');
    await lambda('update-function-code --function-name shop --zip-file fileb://two.zip');
    await lambda('wait function-updated-v2 --function-name shop');
    await lambda('create-alias --function-name shop --name live --function-version 1');
    const [latest, live] = [await invoked('shop'), await invoked('shop:live')];
    assert.deepEqual(
      [latest, live].map((one) => (one as { answer: string }).answer),
      ['two', 'one'],
    );

    const [url, retries] = await Promise.all([
      lambda('create-function-url-config --function-name shop --auth-type AWS_IAM'),
      lambda('put-function-event-invoke-config --function-name shop --maximum-retry-attempts 1'),
    ]);
    assert.match(String(url.FunctionUrl), /^http/);
    assert.equal(retries.MaximumRetryAttempts, 1);
    await lambda(`tag-resource --resource ${arn} --tags stage=test`);
    const [tags, list] = await Promise.all([
      lambda(`list-tags --resource ${arn}`),
      lambda('list-functions --function-version ALL --page-size 1'),
    ]);
    assert.deepEqual(tags.Tags, { team: 'a', stage: 'test' });
    assert.equal((list.Functions as unknown[]).length, 2);
    await lambda('delete-function --function-name shop');
    await assert.rejects(lambda('get-function --function-name shop'), /ResourceNotFoundException/);
  });

  it('is refused with the secret of another key', async (t) => {
    if (skipped(t)) return;
    const env = { AWS_SECRET_ACCESS_KEY: 'another' };
    await assert.rejects(lambda('list-functions', env), /InvalidSignatureException/);
  });
});
