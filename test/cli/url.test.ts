/** `hearth url` against the real listener. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { IngressServer } from '../../src/ingress/index.js';
import { systemClock } from '../../src/lib/index.js';
import { createBody, functions, makeHarness, options } from '../ingress/harness.js';
import { run } from './run.js';

const inTime = { timeout: 20_000 };

async function begin(context: TestContext) {
  const harness = makeHarness();
  const server = new IngressServer({ ...harness.deps, clock: systemClock }, options);
  const { port } = await server.start();
  context.after(() => server.stop(0));
  await harness.call('POST', functions, { body: createBody('hello', { Publish: true }) });
  const alias = { Name: 'live', FunctionVersion: '1' };
  await harness.call('POST', `${functions}/hello/aliases`, { body: alias });
  const endpoint = `http://127.0.0.1:${port}`;
  const hearth = (...args: string[]) => run(args, { env: { HEARTH_ENDPOINT: endpoint } });
  const statusOf = async (path: string) => (await fetch(`${endpoint}${path}`)).status;
  return { hearth, endpoint, statusOf };
}

test('a URL for everyone is made, works, is closed and deleted', inTime, async (context) => {
  const { hearth, endpoint, statusOf } = await begin(context);
  const made = await hearth('url', 'create', 'hello', '--auth', 'none');
  assert.deepEqual(made, {
    code: 0,
    stdout: `${endpoint}/fn/hello/\n`,
    stderr: 'made; everyone may call it\n',
  });
  assert.equal(await statusOf('/fn/hello/'), 200);
  const again = await hearth('url', 'create', 'hello', '--auth', 'none', '--stream');
  assert.equal(again.stderr, 'changed; everyone may call it\n');
  const closed = await hearth('url', 'create', 'hello', '--auth', 'iam');
  assert.match(closed.stderr, /^changed; who signs with a key/);
  assert.equal(await statusOf('/fn/hello/'), 403);
  assert.match((await hearth('url', 'show', 'hello')).stdout, /AWS_IAM +streamed +-\n$/);
  assert.equal((await hearth('url', 'delete', 'hello')).stdout, 'deleted\n');
  const none = await hearth('url', 'show', 'hello');
  assert.match(none.stderr, /no URL yet; make one with: hearth url create hello/);
  const unknown = await hearth('url', 'delete', 'hello');
  assert.deepEqual([unknown.code, unknown.stdout], [1, '']);
});

test(
  'an alias has a URL of its own, with tokens and settings for browsers',
  inTime,
  async (context) => {
    const { hearth, endpoint, statusOf } = await begin(context);
    const made = await hearth(
      ...['url', 'create', 'hello:live', '--auth', 'jwt', '--issuer', 'https://login.example/'],
      ...['--audience', 'shop', '--cors', 'https://shop.example', '--cors-methods', 'GET', 'POST'],
      ...['--cors-headers', '*', '--cors-expose', 'x-a', '--cors-credentials'],
      ...['--cors-max-age', '300', '--json'],
    );
    const { FunctionArn: _, CreationTime: __, ...config } = JSON.parse(made.stdout);
    assert.deepEqual(config, {
      FunctionUrl: `${endpoint}/fn/hello:live/`,
      AuthType: 'JWT',
      JwtConfig: {
        Issuer: 'https://login.example/',
        Audience: ['shop'],
        JwksUri: 'https://login.example/.well-known/jwks.json',
      },
      Cors: {
        AllowOrigins: ['https://shop.example'],
        AllowMethods: ['GET', 'POST'],
        AllowHeaders: ['*'],
        ExposeHeaders: ['x-a'],
        AllowCredentials: true,
        MaxAge: 300,
      },
    });
    assert.equal(await statusOf('/fn/hello:live/'), 401);
    const shown = await hearth('url', 'show', 'hello');
    assert.match(
      shown.stdout,
      /JWT of https:\/\/login\.example\/ +whole +https:\/\/shop\.example\n$/,
    );
  },
);

test('what is missing is said', inTime, async (context) => {
  const { hearth } = await begin(context);
  const bare = await hearth('url', 'create', 'hello');
  assert.deepEqual([bare.code, /say who may call hello: --auth/.test(bare.stderr)], [2, true]);
  const jwt = await hearth('url', 'create', 'hello', '--auth', 'jwt', '--issuer', 'https://x');
  assert.match(jwt.stderr, /--auth jwt needs --issuer URL and --audience/);
  const nothing = await hearth('url', 'create', 'nix', '--auth', 'none');
  assert.match(nothing.stderr, /^hearth: Function does not exist \(/);
});
