import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import { asking, notFound, violated } from './asking.js';
import { zip } from './harness.js';

const layers = '/2018-10-31/layers';
const path = `${layers}/l/versions/1/policy`;
const layer = 'arn:aws:lambda:us-east-1:123456789012:layer';
const permission = (StatementId: string, more: Record<string, unknown> = {}) => ({
  StatementId,
  Action: 'lambda:GetLayerVersion',
  Principal: '*',
  ...more,
});
const statement = (Sid: string) => ({
  Sid,
  Effect: 'Allow',
  Principal: '*',
  Action: 'lambda:GetLayerVersion',
  Resource: `${layer}:l:1`,
});
type Told = [status: number, body: { RevisionId: string; Policy: string; Statement: string }];

/** The layer `l` with the version 1. */
async function withLayer() {
  const { ask } = await asking();
  const Content = { ZipFile: zip.toString('base64') };
  await ask('POST', `${layers}/l/versions`, { Content });
  return ask;
}

describe('the policy of a layer version', () => {
  it('gains and loses statements at the revision that is named, and goes with its version', async () => {
    const ask = await withLayer();
    const none = notFound('No policy is associated with the given resource.');
    assert.deepEqual(await ask('GET', path), none);
    const [status, first] = (await ask('POST', path, permission('s1'))) as Told;
    assert.deepEqual([status, JSON.parse(first.Statement)], [201, statement('s1')]);
    const second = `${path}?RevisionId=${first.RevisionId}`;
    const [, { RevisionId }] = (await ask('POST', second, permission('s2'))) as Told;
    const [, policy] = (await ask('GET', path)) as Told;
    assert.equal(policy.RevisionId, RevisionId);
    assert.deepEqual(JSON.parse(policy.Policy), {
      Version: '2012-10-17',
      Id: 'default',
      Statement: [statement('s1'), statement('s2')],
    });
    const stale = [
      412,
      {
        Type: 'User',
        message:
          'The Revision Id provided does not match the latest Revision Id. Call the GetLayerPolicy API to retrieve the latest Revision Id',
      },
    ];
    assert.deepEqual(await ask('POST', second, permission('s3')), stale);
    assert.deepEqual(await ask('DELETE', `${path}/s2?RevisionId=wrong`), stale);
    assert.deepEqual(await ask('DELETE', `${path}/s2?RevisionId=${RevisionId}`), [204]);
    const [, { Policy }] = (await ask('GET', path)) as Told;
    assert.deepEqual(JSON.parse(Policy).Statement, [statement('s1')]);
    await ask('DELETE', `${layers}/l/versions/1`);
    const gone = notFound(`Layer version ${layer}:l:1 does not exist.`);
    assert.deepEqual(await ask('GET', path), gone);
    assert.deepEqual(await ask('DELETE', `${path}/s1`), gone);
  });

  it('is refused where AWS refuses it, in its words', async () => {
    const ask = await withLayer();
    await ask('POST', path, permission('s1'));
    const cases: [method: string, at: string, body: unknown, answer: unknown][] = [
      [
        'POST',
        path,
        permission('s2', { Action: '*' }),
        violated('*', 'action', 'satisfy regular expression pattern: lambda:GetLayerVersion'),
      ],
      [
        'POST',
        path,
        permission('s1'),
        [
          409,
          {
            Type: 'User',
            message:
              'The statement id (s1) provided already exists. Please provide a new statement id, or remove the existing statement.',
          },
        ],
      ],
      [
        'POST',
        `${layers}/l/versions/2/policy`,
        permission('s1'),
        notFound(`Layer version ${layer}:l:2 does not exist.`),
      ],
      [
        'DELETE',
        `${path}/other`,
        undefined,
        notFound('Statement other is not found in resource policy.'),
      ],
    ];
    for (const [method, at, body, answer] of cases) {
      assert.deepEqual(await ask(method, at, body), answer, `${method} ${at}`);
    }
  });
});
