import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { makeHarness, other, outcome } from '../harness.js';

function eventOf(harness: ReturnType<typeof makeHarness>): Record<string, unknown> {
  const payload = harness.invocations.at(-1)?.payload;
  return JSON.parse(Buffer.from(payload ?? []).toString());
}

describe('the event of a function URL', () => {
  it('has every member of payload format 2.0', async () => {
    const harness = makeHarness();
    const answer = await harness.call('POST', '/fn/f/path/1%202?q=a%20b&q=c&r=', {
      headers: {
        'content-type': 'application/json',
        'user-agent': 'test/echo',
        cookie: 'one=1; two=2',
        connection: 'keep-alive',
      },
      body: '{"foo":"bar"}',
    });
    assert.deepEqual(eventOf(harness), {
      version: '2.0',
      routeKey: '$default',
      rawPath: '/path/1%202',
      rawQueryString: 'q=a%20b&q=c&r=',
      cookies: ['one=1', 'two=2'],
      headers: {
        'content-type': 'application/json',
        host: 'hearth.test:8080',
        'user-agent': 'test/echo',
        'x-forwarded-for': '192.0.2.7',
        'x-forwarded-proto': 'http',
      },
      queryStringParameters: { q: 'a b,c', r: '' },
      requestContext: {
        accountId: 'anonymous',
        apiId: 'f',
        domainName: 'hearth.test:8080',
        domainPrefix: 'hearth',
        http: {
          method: 'POST',
          path: '/path/1%202',
          protocol: 'HTTP/1.1',
          sourceIp: '192.0.2.7',
          userAgent: 'test/echo',
        },
        requestId: answer.headers['x-amzn-requestid'],
        routeKey: '$default',
        stage: '$default',
        time: '01/Jan/2026:00:00:00 +0000',
        timeEpoch: Date.UTC(2026, 0, 1),
      },
      body: '{"foo":"bar"}',
      isBase64Encoded: false,
    });
  });

  it('leaves out what the request has not', async () => {
    const harness = makeHarness();
    await harness.call('GET', '/fn/f');
    const event = eventOf(harness);
    assert.equal(event.rawPath, '/');
    for (const member of ['cookies', 'queryStringParameters', 'body']) {
      assert.ok(!(member in event), member);
    }
  });

  it('carries text as text and everything else in base64', async () => {
    for (const [type, encoded] of [
      ['text/plain', false],
      ['text/html; charset=utf-8', false],
      ['application/json', false],
      ['application/ld+json; a=b', false],
      ['application/xml', false],
      ['application/x-www-form-urlencoded', true],
      ['application/octet-stream', true],
      ['image/png', true],
    ] as const) {
      const harness = makeHarness();
      await harness.call('POST', '/fn/f', { headers: { 'content-type': type }, body: 'a=b' });
      const { body, isBase64Encoded } = eventOf(harness);
      assert.deepEqual([body, isBase64Encoded], [encoded ? 'YT1i' : 'a=b', encoded], type);
    }
  });

  it('loses no byte of a body that says to be text and is not', async () => {
    const harness = makeHarness();
    const body = Buffer.from([0x61, 0xff, 0x62]);
    await harness.call('POST', '/fn/f', { headers: { 'content-type': 'text/plain' }, body });
    assert.deepEqual(Buffer.from(String(eventOf(harness).body), 'base64'), body);
  });

  it('keeps a query parameter named __proto__ a parameter', async () => {
    const harness = makeHarness();
    await harness.call('GET', '/fn/f?__proto__=x');
    const parameters = eventOf(harness).queryStringParameters;
    assert.deepEqual(Object.entries(parameters as object), [['__proto__', 'x']]);
  });
});

describe('the answer of a function URL', () => {
  async function answerTo(returned: unknown) {
    const harness = makeHarness();
    harness.answer = () => outcome(returned);
    return harness.call('GET', '/fn/f/');
  }

  it('is what an object with a statusCode says', async () => {
    const answer = await answerTo({
      statusCode: 201,
      headers: { 'Content-Type': 'text/html', 'X-Number': 5 },
      cookies: ['a=1', 'b=2; HttpOnly'],
      body: '<p>',
    });
    assert.deepEqual([answer.status, answer.text], [201, '<p>']);
    assert.equal(answer.headers['content-type'], 'text/html');
    assert.equal(answer.headers['x-number'], '5');
    assert.deepEqual(answer.headers['set-cookie'], ['a=1', 'b=2; HttpOnly']);
    assert.equal(answer.headers['x-hearth-node'], other);
  });

  it('is decoded where the function encoded it', async () => {
    const body = Buffer.from([0, 255, 1]);
    const answer = await answerTo({
      statusCode: 200,
      body: body.toString('base64'),
      isBase64Encoded: true,
    });
    assert.deepEqual(answer.body, body);
  });

  it('is the JSON of any other value', async () => {
    for (const returned of ['text', { a: 1 }, null, [1], 5]) {
      const answer = await answerTo(returned);
      assert.deepEqual([answer.status, answer.text], [200, JSON.stringify(returned)]);
      assert.equal(answer.headers['content-type'], 'application/json');
    }
  });

  it('is 502 where the object makes no sense', async () => {
    for (const returned of [
      { statusCode: 'x' },
      { statusCode: 99 },
      { statusCode: 101 },
      { statusCode: 1e9 },
      { statusCode: 200, headers: [] },
      { statusCode: 200, headers: { a: {} } },
      { statusCode: 200, body: { a: 1 } },
      { statusCode: 200, cookies: 'a=1' },
    ]) {
      const answer = await answerTo(returned);
      assert.equal(answer.status, 502, JSON.stringify(returned));
      assert.deepEqual(answer.json(), { Message: 'Internal Server Error' });
    }
  });

  it('is 502 where the function failed, with the kind of error in a header', async () => {
    const harness = makeHarness();
    const error = { errorType: 'TypeError', errorMessage: 'secret' };
    harness.answer = () => outcome(error, { functionError: true });
    const answer = await harness.call('GET', '/fn/f/');
    assert.equal(answer.status, 502);
    assert.equal(answer.headers['x-hearth-error'], 'TypeError');
    assert.deepEqual(answer.json(), { Message: 'Internal Server Error' });
  });

  it('drops headers of the connection, of this node, and those that cannot be sent', async () => {
    const answer = await answerTo({
      statusCode: 200,
      headers: {
        Connection: 'upgrade',
        'Transfer-Encoding': 'chunked',
        'Content-Length': '999',
        'X-Hearth-Node': 'forged',
        'X-Hearth-Error': 'forged',
        'x-split': 'a\r\nset-cookie: evil=1',
        'bad name': 'x',
        good: 'yes',
      },
      cookies: ['ok=1', 'bad=1\r\nx: y'],
    });
    const { 'x-amzn-requestid': _, ...headers } = answer.headers;
    assert.deepEqual(headers, {
      'content-type': 'application/json',
      good: 'yes',
      'set-cookie': ['ok=1'],
      'x-hearth-node': other,
      'x-hearth-start': 'warm',
      'x-hearth-hops': '1',
      'x-hearth-duration-ms': '1.500',
    });
  });

  it('is 200 or as said or 502, whatever the function returns', async () => {
    const member = fc.oneof(fc.jsonValue(), fc.integer(), fc.string());
    const returned = fc.oneof(
      fc.jsonValue(),
      fc.record(
        {
          statusCode: fc.oneof(fc.integer({ min: 0, max: 700 }), member),
          headers: fc.oneof(fc.dictionary(fc.string(), member), member),
          cookies: fc.oneof(fc.array(fc.string()), member),
          body: member,
          isBase64Encoded: fc.oneof(fc.boolean(), member),
        },
        { requiredKeys: [] },
      ),
    );
    await fc.assert(
      fc.asyncProperty(returned, async (value) => {
        const answer = await answerTo(value);
        assert.ok(answer.status >= 200 && answer.status <= 599);
        for (const [name, text] of Object.entries(answer.headers)) {
          assert.doesNotMatch(name + String(text), /[\r\n\0]/);
        }
      }),
      { seed: 7, numRuns: 500 },
    );
  });
});
