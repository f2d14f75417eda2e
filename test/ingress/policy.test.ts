import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import { limits } from '../../src/types/index.js';
import { arn, asking, interrupted, invalid, notFound, violated } from './asking.js';
import { functions } from './harness.js';

const path = `${functions}/f/policy`;
const permission = (StatementId: string, more: Record<string, unknown> = {}) => ({
  StatementId,
  Action: 'lambda:InvokeFunction',
  Principal: 's3.amazonaws.com',
  ...more,
});
const statement = (Sid: string, Resource = `${arn}:f`) => ({
  Sid,
  Effect: 'Allow',
  Principal: { Service: 's3.amazonaws.com' },
  Action: 'lambda:InvokeFunction',
  Resource,
});

/** The policy and its revision. */
async function policyAt(harness: Awaited<ReturnType<typeof asking>>['harness'], query = '') {
  const { Policy, RevisionId } = (await harness.call('GET', path + query)).json();
  return { policy: Policy && JSON.parse(Policy), revisionId: RevisionId as string };
}

describe('the policy of a function', () => {
  it('gains and loses statements, and is gone with the last one', async () => {
    const { harness, ask } = await asking();
    const first = await ask('POST', path, permission('one'));
    assert.deepEqual(first, [201, { Statement: JSON.stringify(statement('one')) }]);
    const { revisionId } = await policyAt(harness);
    await ask('POST', path, permission('two'));
    const both = await policyAt(harness);
    assert.notEqual(both.revisionId, revisionId);
    assert.deepEqual(both.policy, {
      Version: '2012-10-17',
      Id: 'default',
      Statement: [statement('one'), statement('two')],
    });
    const none = notFound('Statement three is not found in resource policy.');
    assert.deepEqual(await ask('DELETE', `${path}/three`), none);
    assert.deepEqual(await ask('DELETE', `${path}/one`), [204]);
    assert.deepEqual((await policyAt(harness)).policy.Statement, [statement('two')]);
    await ask('DELETE', `${path}/two`);
    const gone = notFound('The resource you requested does not exist.');
    assert.deepEqual(await ask('GET', path), gone);
    const noPolicy = notFound('No policy is associated with the given resource.');
    assert.deepEqual(await ask('DELETE', `${path}/two`), noPolicy);
  });

  it('is one of its own for each version and alias', async () => {
    const { harness, ask } = await asking();
    await ask('POST', path, permission('s'));
    await ask('POST', `${path}?Qualifier=1`, permission('s'));
    await ask('POST', `${functions}/f:live/policy?Qualifier=live`, permission('s'));
    const resources = [];
    for (const query of ['', '?Qualifier=1', '?Qualifier=live']) {
      resources.push((await policyAt(harness, query)).policy.Statement[0].Resource);
    }
    assert.deepEqual(resources, [`${arn}:f`, `${arn}:f:1`, `${arn}:f:live`]);
    await ask('DELETE', `${functions}/f/aliases/live`);
    const gone = notFound('The resource you requested does not exist.');
    assert.deepEqual(await ask('GET', `${path}?Qualifier=live`), gone);
  });

  it('has principals and conditions as AWS writes them', async () => {
    const { harness, ask } = await asking();
    const conditions = {
      SourceArn: 'arn:aws:s3:::bucket',
      SourceAccount: '123456789012',
      PrincipalOrgID: 'o-1234567890',
      FunctionUrlAuthType: 'NONE',
      EventSourceToken: 'amzn1.ask',
      InvokedViaFunctionUrl: true,
    };
    await ask('POST', path, permission('all', { Principal: '*', ...conditions }));
    await ask('POST', path, permission('account', { Principal: '123456789012' }));
    const user = 'arn:aws:iam::123456789012:user/me';
    await ask('POST', path, permission('user', { Principal: user }));
    const [all, account, named] = (await policyAt(harness)).policy.Statement;
    assert.deepEqual(all.Principal, '*');
    assert.deepEqual(all.Condition, {
      StringEquals: {
        'AWS:SourceAccount': '123456789012',
        'lambda:FunctionUrlAuthType': 'NONE',
        'lambda:EventSourceToken': 'amzn1.ask',
        'aws:PrincipalOrgID': 'o-1234567890',
      },
      ArnLike: { 'AWS:SourceArn': 'arn:aws:s3:::bucket' },
      Bool: { 'lambda:InvokedViaFunctionUrl': 'true' },
    });
    assert.deepEqual(account.Principal, { AWS: 'arn:aws:iam::123456789012:root' });
    assert.deepEqual([named.Principal, named.Condition], [{ AWS: user }, undefined]);
  });

  it('changes only at the revision that a caller names', async () => {
    const { harness, ask } = await asking();
    const stale = [
      412,
      {
        Type: 'User',
        message:
          'The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API to retrieve the latest Revision Id',
      },
    ];
    const wrong = permission('s', { RevisionId: 'wrong' });
    assert.deepEqual(await ask('POST', `${path}?Qualifier=live`, wrong), stale);
    // while there is no policy, the revision of what it is for counts
    const { RevisionId } = (await harness.call('GET', `${functions}/f/aliases/live`)).json();
    const right = permission('s', { RevisionId });
    assert.equal(
      (await harness.call('POST', `${path}?Qualifier=live`, { body: right })).status,
      201,
    );
    const { revisionId } = await policyAt(harness, '?Qualifier=live');
    const at = `${path}/s?Qualifier=live&RevisionId=`;
    assert.deepEqual(await ask('DELETE', at + RevisionId), stale);
    assert.deepEqual(await ask('DELETE', at + revisionId), [204]);
  });

  it('keeps what another caller adds or takes between reading and writing', async () => {
    const { harness, ask } = await asking();
    const meanwhile = interrupted(harness);
    const ids = async () =>
      (await policyAt(harness)).policy.Statement.map(({ Sid }: { Sid: string }) => Sid);
    meanwhile(() => ask('POST', path, permission('b')));
    await ask('POST', path, permission('a'));
    assert.deepEqual(await ids(), ['b', 'a']);
    meanwhile(() => ask('DELETE', `${path}/a`));
    await ask('POST', path, permission('c'));
    assert.deepEqual(await ids(), ['b', 'c']);
    const { revisionId } = await policyAt(harness);
    meanwhile(() => ask('POST', path, permission('d')));
    const named = await ask('DELETE', `${path}/b?RevisionId=${revisionId}`);
    assert.equal((named as [number])[0], 412);
    assert.deepEqual(await ids(), ['b', 'c', 'd']);
  });

  it('is refused where AWS refuses it, in its words', async () => {
    const { ask } = await asking();
    await ask('POST', path, permission('taken'));
    const pattern = (text: string) => `satisfy regular expression pattern: ${text}`;
    const cases: [method: string, at: string, body: unknown, answer: unknown][] = [
      [
        'POST',
        path,
        permission('example.com'),
        violated('example.com', 'statementId', pattern('([a-zA-Z0-9-_]+)')),
      ],
      [
        'POST',
        `${functions}/f:$LATEST/policy?Qualifier=$LATEST`,
        permission('s'),
        invalid('We currently do not support adding policies for $LATEST.'),
      ],
      [
        'POST',
        path,
        permission('s', { Principal: 'invalid.nonaws.com' }),
        invalid('The provided principal was invalid. Please check the principal and try again.'),
      ],
      [
        'POST',
        `${functions}/none/policy`,
        permission('s'),
        notFound(`Function not found: ${arn}:none`),
      ],
      [
        'POST',
        `${functions}/f:none/policy`,
        permission('s'),
        notFound(`Cannot find alias arn: ${arn}:f:none`),
      ],
      [
        'POST',
        `${path}?Qualifier=42`,
        permission('s'),
        notFound(`Function not found: ${arn}:f:42`),
      ],
      [
        'POST',
        `${path}?Qualifier=with-$-sign`,
        permission('s'),
        notFound(`Function not found: ${arn}:f:with-$-sign`),
      ],
      [
        'DELETE',
        `${functions}/none/policy/s`,
        undefined,
        notFound(`No policy found for: ${arn}:none`),
      ],
      [
        'DELETE',
        `${path}/s?Qualifier=none`,
        undefined,
        notFound(`Cannot find alias arn: ${arn}:f:none`),
      ],
      [
        'GET',
        `${functions}/none/policy`,
        undefined,
        notFound('The resource you requested does not exist.'),
      ],
      [
        'POST',
        path,
        permission('taken'),
        [
          409,
          {
            Type: 'User',
            message:
              'The statement id (taken) provided already exists. Please provide a new statement id, or remove the existing statement.',
          },
        ],
      ],
    ];
    for (const [method, at, body, answer] of cases) {
      assert.deepEqual(await ask(method, at, body), answer, `${method} ${at}`);
    }
  });

  it('is no longer than AWS allows', async () => {
    const { harness } = await asking();
    const SourceArn = `arn:aws:s3:::${'b'.repeat(5000)}`;
    const answers = [];
    for (const id of ['1', '2', '3', '4']) {
      answers.push(await harness.call('POST', path, { body: permission(id, { SourceArn }) }));
    }
    assert.deepEqual(
      answers.map(({ status, headers }) => [status, headers['x-amzn-errortype']]),
      [
        [201, undefined],
        [201, undefined],
        [201, undefined],
        [400, 'PolicyLengthExceededException'],
      ],
    );
    assert.match(
      answers[3]?.text ?? '',
      new RegExp(`bigger than the limit \\(${limits.policyBytesMax}\\)`),
    );
  });
});
