import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import { arn, asking, invalid, notFound, violated } from './asking.js';
import { functions } from './harness.js';

const base = '/2021-10-31/functions';
const path = `${base}/f/url`;
const noUrl = notFound('The resource you requested does not exist.');
const noFunction = notFound('Function does not exist');
const time = '2026-01-01T00:00:00.000Z';
const jwt = {
  AuthType: 'JWT',
  JwtConfig: {
    Issuer: 'https://issuer.example',
    Audience: ['a', 'b'],
    JwksUri: 'https://issuer.example/keys',
  },
};

describe('the configuration of a function URL', () => {
  it('is created once, read with what stands for nothing given, changed and deleted', async () => {
    const { harness, ask } = await asking();
    const told = { FunctionUrl: 'http://hearth.test:8080/fn/f/', FunctionArn: `${arn}:f` };
    const created = await ask('POST', path, { AuthType: 'NONE' });
    assert.deepEqual(created, [201, { ...told, AuthType: 'NONE', CreationTime: time }]);
    assert.deepEqual(await ask('POST', path, { AuthType: 'NONE' }), [
      409,
      {
        Type: 'User',
        message: `Failed to create function url config for [functionArn = ${arn}:f]. Error message:  FunctionUrlConfig exists for this Lambda function`,
      },
    ]);
    harness.catalog.clock.advance(1000);
    const times = { CreationTime: time, LastModifiedTime: '2026-01-01T00:00:01.000Z' };
    const changed = await ask('PUT', path, { AuthType: 'AWS_IAM' });
    assert.deepEqual(changed, [200, { ...told, AuthType: 'AWS_IAM', ...times }]);
    assert.deepEqual(await ask('GET', path), [
      200,
      { ...told, AuthType: 'AWS_IAM', InvokeMode: 'BUFFERED', ...times },
    ]);
    assert.deepEqual(await ask('DELETE', path), [204]);
    assert.deepEqual(await ask('GET', path), noUrl);
  });

  it('is one of its own for each alias, listed, and gone with it', async () => {
    const { ask } = await asking();
    await ask('POST', path, { AuthType: 'NONE' });
    await ask('POST', `${path}?Qualifier=live`, { AuthType: 'AWS_IAM' });
    const [, list] = (await ask('GET', `${base}/f/urls`)) as [
      number,
      { FunctionUrlConfigs: Record<string, string>[] },
    ];
    assert.deepEqual(
      list.FunctionUrlConfigs.map(({ FunctionUrl, FunctionArn, AuthType }) => [
        FunctionUrl,
        FunctionArn,
        AuthType,
      ]),
      [
        ['http://hearth.test:8080/fn/f/', `${arn}:f`, 'NONE'],
        ['http://hearth.test:8080/fn/f:live/', `${arn}:f:live`, 'AWS_IAM'],
      ],
    );
    await ask('DELETE', `${functions}/f/aliases/live`);
    assert.deepEqual(await ask('GET', `${path}?Qualifier=live`), noUrl);
    const [status] = (await ask('GET', path)) as [number];
    assert.equal(status, 200);
  });

  it('has CORS, a way of answering and tokens as they were given', async () => {
    const { ask } = await asking();
    const Cors = {
      AllowCredentials: true,
      AllowHeaders: ['x-one', '*'],
      AllowMethods: ['GET', '*'],
      AllowOrigins: ['https://a.example', '*'],
      ExposeHeaders: ['date'],
      MaxAge: 86_400,
    };
    const more = { Cors, InvokeMode: 'RESPONSE_STREAM' };
    await ask('POST', path, { ...jwt, ...more });
    const stored = async () => ((await ask('GET', path)) as [number, Record<string, unknown>])[1];
    const { FunctionUrl, FunctionArn, CreationTime, LastModifiedTime, ...given } = await stored();
    assert.deepEqual(given, { ...jwt, ...more });
    await ask('PUT', path, { Cors: { MaxAge: 1 } });
    assert.deepEqual((await stored()).Cors, { MaxAge: 1 });
    assert.deepEqual((await stored()).JwtConfig, jwt.JwtConfig);
    await ask('PUT', path, { AuthType: 'NONE' });
    assert.deepEqual((await stored()).JwtConfig, undefined);
  });

  it('is refused where AWS refuses it, in its words', async () => {
    const { ask } = await asking();
    const none = { AuthType: 'NONE' };
    const version = violated(
      '1',
      'qualifier',
      'satisfy regular expression pattern: ((?!^\\d+$)^[0-9a-zA-Z-_]+$)',
    );
    const mode = 'satisfy enum value set: [RESPONSE_STREAM, BUFFERED]';
    const cases: [method: string, at: string, body: unknown, answer: unknown][] = [
      ['POST', `${base}/none/url`, none, noFunction],
      ['POST', `${path}?Qualifier=none`, none, noFunction],
      ['PUT', `${path}?Qualifier=none`, none, noFunction],
      ['PUT', path, none, noUrl],
      ['GET', `${base}/none/url`, undefined, noUrl],
      ['DELETE', `${base}/none/url`, undefined, noUrl],
      ['GET', `${base}/none/urls`, undefined, noFunction],
      ['POST', `${base}/none/url?Qualifier=1`, none, version],
      ['GET', `${path}?Qualifier=1`, undefined, version],
      ['DELETE', `${base}/f:1/url`, undefined, version],
      ['POST', path, { ...none, InvokeMode: 'UNKNOWN' }, violated('UNKNOWN', 'invokeMode', mode)],
      [
        'GET',
        `${base}/f:other/url?Qualifier=live`,
        undefined,
        invalid(
          'The derived qualifier from the function name does not match the specified qualifier.',
        ),
      ],
    ];
    for (const [method, at, body, answer] of cases) {
      assert.deepEqual(await ask(method, at, body), answer, `${method} ${at}`);
    }
  });

  it('holds nothing that could not stand in a header, and no tokens without whose they are', async () => {
    const { ask } = await asking();
    const wrong = [
      {},
      { AuthType: 'OPEN' },
      { AuthType: 'JWT' },
      { ...jwt, AuthType: 'NONE' },
      { ...jwt, JwtConfig: { ...jwt.JwtConfig, Audience: [] } },
      { ...jwt, JwtConfig: { ...jwt.JwtConfig, JwksUri: 'file:///etc/passwd' } },
      { ...jwt, JwtConfig: { ...jwt.JwtConfig, Issuer: 'a\r\nb' } },
      { AuthType: 'NONE', Cors: { AllowHeaders: ['x\r\nset-cookie: a'] } },
      { AuthType: 'NONE', Cors: { AllowOrigins: ['https://ä.example'] } },
      { AuthType: 'NONE', Cors: { AllowMethods: ['OPTIONS'] } },
      { AuthType: 'NONE', Cors: { ExposeHeaders: Array(101).fill('x') } },
      { AuthType: 'NONE', Cors: { MaxAge: 86_401 } },
    ];
    for (const body of wrong) {
      const [status] = (await ask('POST', path, body)) as [number];
      assert.equal(status, 400, JSON.stringify(body));
    }
    assert.deepEqual(await ask('GET', path), noUrl);
  });
});
