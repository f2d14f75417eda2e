import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import { asking } from '../asking.js';
import { newKey, operator, signedCall } from '../auth/signing.js';
import { createBody, functions, guardedHarness, type Harness, request } from '../harness.js';

const urls = '/2021-10-31/functions';
const forbidden = {
  Message:
    'Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html',
};
const everyone = {
  StatementId: 'everyone',
  Action: 'lambda:InvokeFunctionUrl',
  Principal: '*',
  FunctionUrlAuthType: 'NONE',
};

async function withUrl(config: object, qualifier = '') {
  const made = await asking();
  const query = qualifier === '' ? '' : `?Qualifier=${qualifier}`;
  await made.ask('POST', `${urls}/f/url${query}`, config);
  const permit = (statement: object) =>
    made.ask('POST', `${functions}/f/policy${query}`, { ...everyone, ...statement });
  return { ...made, permit };
}

function contextOf({ invocations }: Harness): Record<string, unknown> {
  const event = JSON.parse(Buffer.from(invocations.at(-1)?.payload ?? []).toString());
  return event.requestContext;
}

describe('a function URL of authentication NONE', () => {
  it('is open to everyone by a statement of the policy, and closed without', async () => {
    const { harness, ask, permit } = await withUrl({ AuthType: 'NONE' });
    const closed = await harness.call('GET', '/fn/f/');
    assert.deepEqual([closed.status, closed.json()], [403, forbidden]);
    await permit({});
    assert.equal((await harness.call('GET', '/fn/f/')).status, 200);
    assert.equal(contextOf(harness).accountId, 'anonymous');
    assert.ok(!('authorizer' in contextOf(harness)));
    await ask('DELETE', `${functions}/f/policy/everyone`);
    assert.equal((await harness.call('GET', '/fn/f/')).status, 403);
  });

  it('is not opened by a statement of something else', async () => {
    for (const statement of [
      { FunctionUrlAuthType: 'AWS_IAM' },
      { Action: 'lambda:InvokeFunction', FunctionUrlAuthType: undefined },
      { Principal: '123456789012' },
      { SourceAccount: '123456789012' },
      { PrincipalOrgID: 'o-0123456789' },
    ]) {
      const { harness, permit } = await withUrl({ AuthType: 'NONE' });
      await permit(statement);
      const { status } = await harness.call('GET', '/fn/f/');
      assert.equal(status, 403, JSON.stringify(statement));
    }
  });

  it('is that of the function or alias it was made for, with a policy of its own', async () => {
    const { harness, permit } = await withUrl({ AuthType: 'NONE' }, 'live');
    assert.equal((await harness.call('GET', '/fn/f:live/')).status, 403);
    await permit({});
    assert.equal((await harness.call('GET', '/fn/f:live/a')).status, 200);
    const { functionName, qualifier, invokedAs } = harness.invocations.at(-1) ?? {};
    assert.deepEqual([functionName, qualifier, invokedAs], ['f', 'live', 'live']);
    assert.equal(
      (await harness.call('GET', '/fn/f/')).status,
      200,
      'as on any node that asks nobody',
    );
    for (const path of ['/fn/f:1/', '/fn/f:nix/']) {
      assert.equal((await harness.call('GET', path)).status, 403, path);
    }
  });

  it('is open where callers have to sign all else', async () => {
    const harness = guardedHarness();
    const signed = (path: string, body: object) =>
      signedCall(harness, operator, 'POST', path, { body });
    await signed(functions, createBody('f'));
    const none = await harness.call('GET', '/fn/f/');
    assert.deepEqual([none.status, none.json()], [403, forbidden], 'without a configuration');
    await signed(`${urls}/f/url`, { AuthType: 'NONE' });
    await signed(`${functions}/f/policy`, everyone);
    assert.equal((await harness.call('GET', '/fn/f/')).status, 200);
    const caller = harness.invocations.at(-1)?.caller;
    assert.equal(caller, 'anonymous');
  });
});

describe('a function URL of authentication AWS_IAM', () => {
  it('takes who has signed with a key that may, and tells the function who that is', async () => {
    const { harness } = await withUrl({ AuthType: 'AWS_IAM' });
    const key = await newKey(harness, { actions: ['lambda:InvokeFunctionUrl'], functions: ['f'] });
    const answer = await signedCall(harness, key, 'POST', '/fn/f/a?b=c', { body: 'text' });
    assert.equal(answer.status, 200, answer.text);
    const { accountId, authorizer } = contextOf(harness);
    assert.equal(accountId, '123456789012');
    assert.deepEqual(authorizer, {
      iam: {
        accessKey: key.id,
        accountId: '123456789012',
        callerId: key.id,
        cognitoIdentity: null,
        principalOrgId: null,
        userArn: `arn:aws:iam::123456789012:user/${key.id}`,
        userId: key.id,
      },
    });
    assert.equal(harness.invocations.at(-1)?.caller, key.id);
  });

  it('holds a key to its rate', async () => {
    const { harness } = await withUrl({ AuthType: 'AWS_IAM' });
    const rateLimit = { perS: 1, burst: 1 };
    const key = await newKey(harness, { actions: ['*'], rateLimit });
    assert.equal((await signedCall(harness, key, 'GET', '/fn/f/')).status, 200);
    const late = await signedCall(harness, key, 'GET', '/fn/f/');
    assert.deepEqual([late.status, late.headers['retry-after']], [429, '1']);
  });

  it('takes a key that may nothing where a statement lets it in', async () => {
    const { harness, permit } = await withUrl({ AuthType: 'AWS_IAM' });
    const key = await newKey(harness, { actions: ['lambda:GetFunction'] });
    const other = await newKey(harness, { actions: ['lambda:GetFunction'] });
    assert.equal((await signedCall(harness, key, 'GET', '/fn/f/')).status, 403);
    await permit({
      Principal: `arn:aws:iam::123456789012:user/${key.id}`,
      FunctionUrlAuthType: 'AWS_IAM',
    });
    assert.equal((await signedCall(harness, key, 'GET', '/fn/f/')).status, 200);
    assert.equal((await signedCall(harness, other, 'GET', '/fn/f/')).status, 403);
  });

  it('takes nobody else, whatever the request says', async () => {
    const { harness, permit } = await withUrl({ AuthType: 'AWS_IAM' });
    await permit({});
    const key = await newKey(harness, { actions: ['*'] });
    const unsigned = await harness.call('GET', '/fn/f/', {
      headers: { 'x-hearth-caller': key.id, 'x-amzn-iam': key.id },
    });
    assert.deepEqual([unsigned.status, unsigned.json()], [403, forbidden]);
    const wrong = await signedCall(harness, { ...key, secret: 'wrong' }, 'GET', '/fn/f/');
    assert.equal(wrong.status, 403);
    assert.match(wrong.json().Message, /^The request signature we calculated/);
    const elsewhere = await signedCall(harness, key, 'GET', '/fn/f/');
    assert.equal(elsewhere.status, 200);
    const elsewhereOnly = await newKey(harness, { actions: ['*'], functions: ['other-*'] });
    assert.equal((await signedCall(harness, elsewhereOnly, 'GET', '/fn/f/')).status, 403);
  });
});

describe('the body of a request to a function URL', () => {
  it('is not read for who is refused by the head alone', async () => {
    const closed = await asking();
    const none = await withUrl({ AuthType: 'NONE' });
    const iam = await withUrl({ AuthType: 'AWS_IAM' });
    const JwtConfig = { Issuer: 'https://i.example', Audience: ['a'], JwksUri: 'http://[::1]:1/' };
    const jwt = await withUrl({ AuthType: 'JWT', JwtConfig });
    const stranger = { authorization: 'AWS4-HMAC-SHA256 nonsense' };
    for (const [harness, path, headers, status] of [
      [closed.harness, '/fn/f:live/', {}, 403],
      [none.harness, '/fn/f/', {}, 403],
      [iam.harness, '/fn/f/', {}, 403],
      [iam.harness, '/fn/f/', stranger, 403],
      [jwt.harness, '/fn/f/', { authorization: 'Bearer x.y.z' }, 401],
    ] as const) {
      const asked = request('POST', path, { headers, body: 'text' });
      const readBody = () => assert.fail('the body was read');
      const reply = await harness.ingress.respond({ ...asked, readBody });
      assert.equal(reply.status, status, `${path} ${JSON.stringify(headers)}`);
    }
  });

  it('has to be the one that was signed', async () => {
    const { harness } = await withUrl({ AuthType: 'AWS_IAM' });
    const key = await newKey(harness, { actions: ['*'] });
    for (const hideHash of [true, false]) {
      const init = { body: 'text', hideHash };
      assert.equal((await signedCall(harness, key, 'POST', '/fn/f/', init)).status, 200);
      const otherBody = { ...init, otherBody: 'else' };
      const other = await signedCall(harness, key, 'POST', '/fn/f/', otherBody);
      assert.equal(other.status, 403);
      assert.match(other.json().Message, /^The request signature we calculated/);
    }
    assert.equal(harness.invocations.length, 2);
  });
});
