/** Who may do what on a node whose callers have to say who they are. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { permissionOf } from '../../../src/ingress/auth/permission.js';
import { operations } from '../../../src/ingress/ingress.js';
import type { Operation } from '../../../src/ingress/operation.js';
import { signedHeaders } from '../../../src/lib/index.js';
import {
  type Answer,
  createBody,
  functions,
  guardedHarness,
  type Harness,
  makeHarness,
  request,
  zip,
} from '../harness.js';
import { nameOf, newKey, operator, presigned, type SignedInit, signedCall } from './signing.js';

const invocations = (name: string): string => `${functions}/${name}/invocations`;

async function withFunction(name = 'f'): Promise<Harness> {
  const harness = guardedHarness();
  const made = await signedCall(harness, operator, 'POST', functions, { body: createBody(name) });
  assert.equal(made.status, 201, made.text);
  return harness;
}

test('the holder of the cluster secret may do everything, others nothing, and health is open', async () => {
  const harness = await withFunction();
  const answer = await signedCall(harness, operator, 'POST', invocations('f'), { body: '{"a":1}' });
  assert.deepEqual([answer.status, answer.text], [200, '{"a":1}']);
  const unsigned = await harness.call('POST', invocations('f'), { body: '{}' });
  assert.equal(nameOf(unsigned), 'MissingAuthenticationTokenException');
  assert.deepEqual(
    [unsigned.status, unsigned.text],
    [403, '{"message":"Missing Authentication Token"}'],
  );
  assert.equal((await harness.call('GET', '/_hearth/health')).status, 200);
  for (const page of ['cluster', 'metrics', 'keys']) {
    assert.equal((await harness.call('GET', `/_hearth/${page}`)).status, 403, page);
    assert.equal((await signedCall(harness, operator, 'GET', `/_hearth/${page}`)).status, 200);
  }
});

test('without authentication nobody is asked, whatever stands in the header', async () => {
  const harness = guardedHarness();

  const open = makeHarness();
  const headers = { authorization: 'AWS4-HMAC-SHA256 Credential=any, nonsense' };
  assert.equal((await open.call('GET', functions, { headers })).status, 200);
  assert.equal((await harness.call('GET', functions, { headers })).status, 403);
});

test('what is wrong with a signature is told as AWS tells it', async () => {
  const harness = await withFunction();
  const key = await newKey(harness, { actions: ['*'] });
  const get = `${functions}/f`;
  const ask = (init = {}, by = key) => signedCall(harness, by, 'GET', get, init);
  const ms = 60_000;
  const cases: readonly (readonly [string, Promise<Answer>, RegExp])[] = [
    ['fine', ask(), /^$/],
    ['clock 5 min ahead', ask({ aheadMs: 5 * ms }), /^$/],
    [
      'clock more ahead',
      ask({ aheadMs: 5 * ms + 1000 }),
      /^Signature not yet current: 20260101T000501Z is still later than 20260101T000500Z \(20260101T000000Z \+ 5 min\.\)$/,
    ],
    [
      'clock behind',
      ask({ aheadMs: -5 * ms - 1000 }),
      /^Signature expired: 20251231T235459Z is now earlier than 20251231T235500Z \(20260101T000000Z - 5 min\.\)$/,
    ],
    ['wrong secret', ask({}, { ...key, secret: 'wrong' }), /^The request signature we calculated/],
    [
      'other region',
      ask({ region: 'eu-west-1' }),
      /^Credential should be scoped to a valid region/,
    ],
    ['other service', ask({ service: 's3' }), /scoped to correct service: 'lambda'/],
    ['a header added', ask({ change: { 'x-amz-log-type': 'Tail' } }), /not signed: x-amz-log-type/],
    [
      'a header changed',
      ask({ headers: { 'x-mine': 'a' }, change: { 'x-mine': 'b' } }),
      /^The request signature/,
    ],
  ];
  for (const [what, answer, message] of cases) {
    const { status, headers, text } = await answer;
    if (message.source === '^$') assert.equal(status, 200, `${what}: ${text}`);
    else {
      assert.deepEqual([status, headers['x-amzn-errortype']], [403, 'InvalidSignatureException']);
      assert.match((await answer).json().message, message, what);
    }
  }
  const unknown = await ask({}, { id: 'AKIAAAAAAAAAAAAAAAAA', secret: 'x' });
  assert.equal(nameOf(unknown), 'UnrecognizedClientException');
  assert.equal(unknown.json().message, 'The security token included in the request is invalid.');
  const session = await ask({ headers: { 'x-amz-security-token': 't' } });
  assert.equal(nameOf(session), 'UnrecognizedClientException');
});

test('signatures of one day and of the next are both right', async () => {
  const harness = await withFunction();
  const key = await newKey(harness, { actions: ['lambda:GetFunction'] });
  const ask = () => signedCall(harness, key, 'GET', `${functions}/f`).then(nameOf);
  assert.equal(await ask(), 200);
  harness.clock.advance(86_400_000);
  assert.equal(await ask(), 200);
});

test('a header that is no whole signature is told what it lacks', async () => {
  const harness = guardedHarness();
  const date = '20260101T000000Z';
  const credential = `Credential=${operator.id}/20260101/us-east-1/lambda/aws4_request`;
  const cases: readonly (readonly [string, RegExp])[] = [
    ['Bearer x', /^Unsupported AWS 'algorithm': 'Bearer'/],
    ['AWS4-HMAC-SHA256', /requires 'Credential' parameter\. .*'Signature'.*'SignedHeaders'/],
    [
      `AWS4-HMAC-SHA256 ${credential}, Signature=x`,
      /^Authorization header requires 'SignedHeaders'/,
    ],
    [
      `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=host, NoSignature=x`,
      /^Authorization header requires 'Signature' parameter\.$/,
    ],
    [
      'AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=x',
      /exactly 5 slash-delimited/,
    ],
    [
      `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=${'a;'.repeat(200)}host, Signature=x`,
      /at most 100/,
    ],
  ];
  for (const [authorization, message] of cases) {
    const headers = { authorization, 'x-amz-date': date };
    const answer = await harness.call('GET', functions, { headers });
    assert.equal(nameOf(answer), 'IncompleteSignatureException', authorization);
    assert.match(answer.json().message, message);
  }
  const undated = await harness.call('GET', functions, {
    headers: { authorization: `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=host, Signature=x` },
  });
  assert.match(undated.json().message, /existence of either a 'X-Amz-Date' or a 'Date' header/);
});

test('the body has to be the one that was signed, whether or not its hash was sent', async () => {
  const harness = await withFunction();
  for (const hideHash of [false, true]) {
    const ask = (otherBody?: string) =>
      signedCall(harness, operator, 'POST', invocations('f'), {
        body: '{"a":1}',
        hideHash,
        ...(otherBody === undefined ? {} : { otherBody }),
      });
    assert.equal((await ask()).text, '{"a":1}');
    assert.equal(nameOf(await ask('{"a":2}')), 'InvalidSignatureException');
  }
  const unsigned = await signedCall(harness, operator, 'POST', invocations('f'), {
    body: '{}',
    change: { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
  });
  assert.match(unsigned.json().message, /a body that is not signed is not taken/);
  assert.equal(harness.invocations.length, 2);
});

test('no body is read for who is refused by the head alone', async () => {
  const harness = await withFunction();
  const key = await newKey(harness, { actions: ['lambda:InvokeFunction'] });

  const heads = [
    {},
    { authorization: 'AWS4-HMAC-SHA256 nonsense' },
    { authorization: 'Basic eDp5' },
  ];
  for (const headers of heads) {
    const asked = request('POST', functions, { body: createBody('g'), headers });
    const reply = await harness.ingress.respond({
      ...asked,
      readBody: () => assert.fail('the body was read'),
    });
    assert.equal(reply.status, 403);
  }
  // neither for who may not do it
  const refused = await signedCall(harness, key, 'PUT', `${functions}/f/code`, { body: '{}' });
  assert.equal(nameOf(refused), 'AccessDeniedException');
});

test('a URL that was signed ahead is good for its time, its path and its method', async () => {
  const harness = await withFunction();
  const key = await newKey(harness, { actions: ['lambda:GetFunction'] });
  const target = presigned(harness, key, 'GET', `${functions}/f`, 600);
  const ask = (method: string, at: string) => harness.call(method, at).then(nameOf);
  assert.equal(await ask('GET', target), 200);
  assert.equal(await ask('DELETE', target), 'AccessDeniedException');
  assert.equal(await ask('GET', target.replace('/f?', '/g?')), 'InvalidSignatureException');
  assert.equal(await ask('GET', `${target}&Qualifier=1`), 'InvalidSignatureException');
  assert.equal(await ask('GET', target.replace('=600', '=601')), 'InvalidSignatureException');
  harness.clock.advance(600_000);
  assert.equal(await ask('GET', target), 200);
  harness.clock.advance(1000);
  const late = await harness.call('GET', target);
  assert.match(late.json().message, /^Signature expired: 20260101T000000Z is now earlier than/);
  const long = presigned(harness, key, 'GET', `${functions}/f`, 604_801);
  assert.match((await harness.call('GET', long)).json().message, /less than a week/);
  const cut = target.replace(/&X-Amz-Expires=600/, '');
  assert.match((await harness.call('GET', cut)).json().message, /must include 'X-Amz-Expires'/);
  const unhashed = { 'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD' };
  const open = presigned(harness, operator, 'POST', invocations('f'), 60, unhashed);
  assert.equal((await harness.call('POST', open, { body: '[2]' })).text, '[2]');
});

test('a signature for one path counts for no other that means the same once its dots are gone', async () => {
  const harness = guardedHarness();
  const headers = signedHeaders(
    { method: 'GET', url: new URL('http://hearth.test:8080/_hearth'), headers: {}, body: '' },
    operator,
    { time: '20260101T000000Z', region: 'us-east-1', service: 'lambda' },
  );
  const ask = (path: string) => harness.call('GET', path, { headers }).then(nameOf);
  assert.equal(await ask('/_hearth'), 'UnknownOperationException');
  assert.equal(await ask('/_hearth/logs/..'), 'InvalidSignatureException');
});

test('a key does what it allows on the functions that it names, and nothing else', async () => {
  const harness = await withFunction('shop-cart');
  const key = await newKey(harness, {
    actions: ['lambda:Get*', 'lambda:InvokeFunction', 'lambda:CreateFunction'],
    functions: ['shop-*'],
  });
  const ask = (method: string, target: string, body?: unknown) =>
    signedCall(harness, key, method, target, body === undefined ? {} : { body });
  const arn = encodeURIComponent(
    'arn:aws:lambda:us-east-1:123456789012:function:shop-cart:$LATEST',
  );
  assert.equal((await ask('GET', `${functions}/shop-cart`)).status, 200);
  assert.equal((await ask('GET', `${functions}/${arn}`)).status, 200);
  assert.equal((await ask('POST', invocations('shop-cart:$LATEST'), '{}')).status, 200);
  assert.equal((await ask('POST', functions, createBody('shop-new'))).status, 201);
  const denied = [
    ask('DELETE', `${functions}/shop-cart`),
    ask('GET', `${functions}/bank`),
    ask('GET', `${functions}/${arn.replace('shop-', 'bank-')}`),
    ask('POST', functions, createBody('bank')),
    ask('GET', functions),
    ask('GET', '/_hearth/cluster'),
    ask('GET', '/_hearth/keys'),
  ];
  for (const answer of await Promise.all(denied)) {
    assert.equal(nameOf(answer), 'AccessDeniedException', answer.text);
  }
  const { Message } = (await ask('DELETE', `${functions}/shop-cart`)).json();
  assert.equal(
    Message,
    `User: arn:aws:iam::123456789012:user/${key.id} is not authorized to perform: ` +
      'lambda:DeleteFunction on resource: arn:aws:lambda:us-east-1:123456789012:function:shop-cart ' +
      'because no identity-based policy allows the lambda:DeleteFunction action',
  );
  assert.equal(harness.catalog.get('bank'), undefined);
});

test('every operation is refused to a key that may not, with 403', async () => {
  const harness = guardedHarness();
  const key = await newKey(harness, { actions: ['hearth:Nothing'] });
  for (const operation of operations) {
    if (operation.who !== undefined) continue;
    const { query, method } = operation;
    const path = operation.path.replaceAll('{}', 'f').replace('{...}', 'x');
    const target = query === undefined ? path : `${path}?${query.join('=')}`;
    const init = { ...askingFor(operation), ...(method === 'GET' ? {} : { body: {} }) };
    const answer = await signedCall(harness, key, method, target, init);
    assert.equal(nameOf(answer), 'AccessDeniedException', `${operation.name}: ${answer.text}`);
    // where all operations are at one path, all that is wrong with a request is 400
    assert.equal(answer.status, operation.target === undefined ? 403 : 400);
    const { Message } = answer.json();
    assert.match(Message, new RegExp(`perform: ${permissionOf(operation)} on resource`));
    const unsigned = await harness.call(method, target, askingFor(operation));
    assert.equal(nameOf(unsigned), 'MissingAuthenticationTokenException', operation.name);
  }
});

test('a key for one function reaches no other, nor what is of the cluster, by any operation', async () => {
  const harness = await withFunction();
  const before = JSON.stringify(harness.catalog.list(''));
  const key = await newKey(harness, { actions: ['*'], functions: ['mine', 'layer:mine'] });
  for (const operation of operations) {
    const { name, method, path, query, who, touches } = operation;
    if (who !== undefined) continue;
    const plain = path.replaceAll('{}', 'f').replace('{...}', 'x');
    const target = query === undefined ? plain : `${plain}?${query.join('=')}`;
    const init = { ...askingFor(operation), ...(method === 'GET' ? {} : { body: {} }) };
    const { status, text } = await signedCall(harness, key, method, target, init);
    // what has to be read first may make no sense, or be nothing that the key may see
    if (touches === undefined) assert.equal(status, 403, `${name}: ${text}`);
    else assert.ok([400, 403, 404].includes(status), `${name}: ${status} ${text}`);
  }
  assert.equal(JSON.stringify(harness.catalog.list('')), before);
  assert.equal(harness.invocations.length, 0);
});

/** What tells apart operations at one path, and for whom it is signed. */
function askingFor({ target }: Operation): Pick<SignedInit, 'headers' | 'service'> {
  return target === undefined ? {} : { headers: { 'x-amz-target': target }, service: 'states' };
}

test("what a page of Hearth's own names is said, so that no id passes for the name of a function", () => {
  for (const { name, path, on, who, touches } of operations) {
    if (!/^\/_hearth\/.*\{\}/.test(path) || who !== undefined) continue;
    assert.ok(on !== undefined || touches !== undefined, `${name} needs the member 'on'`);
  }
});

test('a key that asks too often is told when to come again, and another is not kept from asking', async () => {
  const harness = await withFunction();
  const rateLimit = { perS: 2, burst: 3 };
  const key = await newKey(harness, { actions: ['lambda:Get*'], rateLimit });
  const ask = (by = key) => signedCall(harness, by, 'GET', `${functions}/f`);
  for (let request = 0; request < 3; request++) assert.equal((await ask()).status, 200);
  const answer = await ask();
  assert.equal(nameOf(answer), 'TooManyRequestsException');
  assert.equal(answer.json().Reason, 'CallerRateLimitExceeded');
  assert.equal(answer.headers['retry-after'], '1');
  assert.equal((await ask(operator)).status, 200);
  // who does not hold the secret takes nothing from it
  const forged = { id: key.id, secret: 'no' };
  harness.clock.advance(500);
  for (let request = 0; request < 9; request++) assert.equal((await ask(forged)).status, 403);
  assert.equal((await ask()).status, 200);
  assert.equal((await ask()).status, 429);
});

test('where code can be fetched is told as an address that the cluster has signed, for ten minutes', async () => {
  const harness = await withFunction();
  const key = await newKey(harness, { actions: ['lambda:GetFunction'], functions: ['f'] });
  const { Code } = (await signedCall(harness, key, 'GET', `${functions}/f`)).json();
  const { pathname, search } = new URL(Code.Location);
  const fetched = (query = search, path = pathname) => harness.call('GET', `${path}${query}`);
  assert.deepEqual((await fetched()).body, zip);
  const other = `/_hearth/code/${'0'.repeat(64)}`;
  const later = search.replace(/Expires=\d+/, 'Expires=9999999999');
  for (const answer of [fetched(''), fetched(later), fetched(search, other)]) {
    assert.equal(nameOf(await answer), 'MissingAuthenticationTokenException');
  }
  const plain = await signedCall(harness, operator, 'GET', pathname);
  assert.deepEqual(plain.body, zip);
  const layer = { Content: { ZipFile: zip.toString('base64') } };
  const published = await signedCall(harness, operator, 'POST', '/2018-10-31/layers/l/versions', {
    body: layer,
  });
  const { Location } = published.json().Content;
  assert.equal(
    (await harness.call('GET', Location.replace('http://hearth.test:8080', ''))).status,
    200,
  );
  harness.clock.advance(600_000);
  assert.equal((await fetched()).status, 403);
});

test('nonsense where a signature should be is refused, whatever it is', async () => {
  const harness = guardedHarness();
  const piece = fc.oneof(
    fc.constantFrom(
      'AWS4-HMAC-SHA256 ',
      'Credential=',
      `${operator.id}/20260101/us-east-1/lambda/aws4_request`,
      ', SignedHeaders=',
      'host;x-amz-date',
      ', Signature=',
      '0'.repeat(64),
      '%',
      '/',
      '20260101T000000Z',
      '20269999T999999Z',
    ),
    fc.string({ maxLength: 9 }),
  );
  const text = fc.array(piece, { maxLength: 9 }).map((pieces) => pieces.join(''));
  const parameter = fc.constantFrom(
    'X-Amz-Algorithm',
    'X-Amz-Credential',
    'X-Amz-Date',
    'X-Amz-Expires',
    'X-Amz-SignedHeaders',
    'X-Amz-Signature',
  );
  await fc.assert(
    fc.asyncProperty(
      fc.option(text),
      fc.option(text),
      fc.dictionary(parameter, text, { noNullPrototype: true }),
      async (authorization, date, query) => {
        const headers: Record<string, string> = {};
        if (authorization !== null) headers.authorization = authorization;
        if (date !== null) headers['x-amz-date'] = date;
        const asked = new URLSearchParams(query);
        const answer = await harness.call('GET', `${functions}?${asked}`, { headers });
        assert.equal(answer.status, 403, answer.text);
      },
    ),
    { numRuns: 500 },
  );
});
