import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import { asking } from '../asking.js';
import { outcome } from '../harness.js';

const page = 'https://www.example.com';

/** A URL that is open to everyone, with these settings. */
async function withCors(Cors: object) {
  const { harness, ask } = await asking();
  await ask('POST', '/2021-10-31/functions/f/url', { AuthType: 'NONE', Cors });
  await ask('POST', '/2015-03-31/functions/f/policy', {
    StatementId: 's',
    Action: 'lambda:InvokeFunctionUrl',
    Principal: '*',
    FunctionUrlAuthType: 'NONE',
  });
  return async (method: string, headers: Record<string, string>) => {
    const answer = await harness.call(method, '/fn/f/', { headers });
    const told = Object.entries(answer.headers).filter(
      ([name]) => name.startsWith('access-control-') || name === 'vary',
    );
    return { answer, told: Object.fromEntries(told), ran: harness.invocations.length, harness };
  };
}

const preflight = (origin = page, method = 'PUT', headers = 'x-one, x-two') => ({
  origin,
  'access-control-request-method': method,
  'access-control-request-headers': headers,
});

describe('CORS of a function URL', () => {
  it('answers a preflight without asking the function', async () => {
    const call = await withCors({
      AllowOrigins: [page, 'http://localhost:3000'],
      AllowMethods: ['GET', 'PUT'],
      AllowHeaders: ['x-one'],
      ExposeHeaders: ['x-out'],
      AllowCredentials: true,
      MaxAge: 300,
    });
    const { answer, told, ran } = await call('OPTIONS', preflight());
    assert.deepEqual([answer.status, answer.text, ran], [200, '', 0]);
    assert.deepEqual(told, {
      'access-control-allow-origin': page,
      'access-control-allow-methods': 'GET,PUT',
      'access-control-allow-headers': 'x-one',
      'access-control-allow-credentials': 'true',
      'access-control-max-age': '300',
      vary: 'Origin',
    });
  });

  it('tells a page of another origin nothing, and still answers', async () => {
    const call = await withCors({ AllowOrigins: [page], AllowMethods: ['*'] });
    for (const method of ['OPTIONS', 'GET']) {
      const { answer, told } = await call(method, preflight('https://evil.example'));
      assert.deepEqual([answer.status, told], [200, { vary: 'Origin' }]);
    }
  });

  it('takes wildcards, and names what it allows where credentials are allowed with them', async () => {
    const all = { AllowOrigins: ['*'], AllowMethods: ['*'], AllowHeaders: ['*'] };
    const open = await withCors(all);
    assert.deepEqual((await open('OPTIONS', preflight())).told, {
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'PUT',
      'access-control-allow-headers': 'x-one, x-two',
    });
    const personal = await withCors({ ...all, AllowCredentials: true });
    const { told } = await personal('GET', { origin: page });
    assert.deepEqual(told, {
      'access-control-allow-origin': page,
      'access-control-allow-credentials': 'true',
      vary: 'Origin',
    });
  });

  it('adds its headers to answers in place of those of the function', async () => {
    const call = await withCors({ AllowOrigins: ['*'], ExposeHeaders: ['x-a', 'x-b'] });
    const first = await call('GET', { origin: page });
    first.harness.answer = () =>
      outcome({
        statusCode: 201,
        headers: { 'Access-Control-Allow-Origin': 'https://mine.example', vary: 'accept' },
      });
    const { answer, told } = await call('GET', { origin: page });
    assert.equal(answer.status, 201);
    assert.deepEqual(told, {
      'access-control-allow-origin': '*',
      'access-control-expose-headers': 'x-a,x-b',
      vary: 'accept',
    });
    first.harness.answer = () => outcome({ errorType: 'E' }, { functionError: true });
    const failed = await call('GET', { origin: page });
    assert.deepEqual(
      [failed.answer.status, failed.told['access-control-allow-origin']],
      [502, '*'],
    );
  });

  it('leaves requests of no page, and OPTIONS that is no preflight, to the function', async () => {
    const call = await withCors({ AllowOrigins: ['*'] });
    const { told, ran } = await call('OPTIONS', {});
    assert.deepEqual([told, ran], [{}, 1]);
    assert.equal((await call('OPTIONS', { origin: page })).ran, 2);
  });

  it('is not there where it is not configured', async () => {
    const { harness } = await asking();
    const answer = await harness.call('OPTIONS', '/fn/f/', { headers: preflight() });
    assert.equal(harness.invocations.length, 1);
    assert.ok(!('access-control-allow-origin' in answer.headers));
  });
});
