import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import { HearthError } from '../../src/types/index.js';
import { createBody, functions, makeHarness, other, outcome, request } from './harness.js';

const invoke = `${functions}/f/invocations`;

describe('Invoke', () => {
  it('hands the bytes over as they came and answers with who ran it', async () => {
    const harness = makeHarness();
    const body = '{ "a" : [1, 2.0, "\\u00e4"] }';
    const answer = await harness.call('POST', invoke, { body });
    assert.equal(answer.status, 200);
    assert.equal(answer.text, body);
    const { 'x-amzn-requestid': requestId, ...headers } = answer.headers;
    assert.deepEqual(headers, {
      'content-type': 'application/json',
      'x-amz-executed-version': '$LATEST',
      'x-hearth-node': other,
      'x-hearth-start': 'warm',
      'x-hearth-hops': '1',
      'x-hearth-duration-ms': '1.500',
    });
    const [invocation] = harness.invocations;
    assert.equal(invocation?.requestId, requestId);
    assert.equal(invocation?.functionName, 'f');
    assert.equal(invocation?.qualifier, '$LATEST');
    assert.equal(invocation?.hops, 0);
  });

  it('gives the function {} where the caller sent nothing', async () => {
    assert.equal((await makeHarness().call('POST', invoke)).text, '{}');
  });

  it('answers an error of the function with 200 and a header', async () => {
    const harness = makeHarness();
    const error = { errorType: 'Error', errorMessage: 'boom', trace: [] };
    harness.answer = () => outcome(error, { functionError: true, start: 'cold' });
    const answer = await harness.call('POST', invoke);
    assert.equal(answer.status, 200);
    assert.equal(answer.headers['x-amz-function-error'], 'Unhandled');
    assert.equal(answer.headers['x-hearth-start'], 'cold');
    assert.deepEqual(answer.json(), error);
  });

  it('sends the end of the log where it is asked for, and only there', async () => {
    const harness = makeHarness();
    const headers = { 'x-amz-log-type': 'Tail' };
    const answer = await harness.call('POST', invoke, { headers });
    const log = Buffer.from(String(answer.headers['x-amz-log-result']), 'base64').toString();
    assert.equal(log, 'START\nEND\n');
    const without = await harness.call('POST', invoke);
    assert.equal(without.headers['x-amz-log-result'], undefined);
  });

  it('passes the client context decoded, and the trace id', async () => {
    const harness = makeHarness();
    const context = JSON.stringify({ client: { name: 'test' } });
    await harness.call('POST', invoke, {
      headers: {
        'x-amz-client-context': Buffer.from(context).toString('base64'),
        'x-amzn-trace-id': 'Root=1-2-3',
      },
    });
    assert.equal(harness.invocations[0]?.clientContext, context);
    assert.equal(harness.invocations[0]?.traceId, 'Root=1-2-3');
    const traceparent = '00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01';
    await harness.call('POST', invoke, { headers: { traceparent } });
    const traceId = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1';
    assert.equal(harness.invocations[1]?.traceId, traceId);
  });

  it('refuses what is not JSON in UTF-8 without asking the router', async () => {
    const harness = makeHarness();
    for (const body of ['hello', '{"a":', '{} {}', Buffer.from([0x22, 0xff, 0x22])]) {
      const answer = await harness.call('POST', invoke, { body });
      assert.equal(answer.status, 400);
      assert.equal(answer.headers['x-amzn-errortype'], 'InvalidRequestContentException');
      assert.match(answer.json().message, /^Could not parse request body into json: /);
    }
    assert.equal(harness.invocations.length, 0);
  });

  it('refuses wrong headers', async () => {
    const harness = makeHarness();
    for (const [name, value, message] of [
      [
        'x-amz-invocation-type',
        'Later',
        "1 validation error detected: Value 'Later' at 'invocationType' failed to satisfy constraint: Member must satisfy enum value set: [Event, RequestResponse, DryRun]",
      ],
      [
        'x-amz-log-type',
        'All',
        "1 validation error detected: Value 'All' at 'logType' failed to satisfy constraint: Member must satisfy enum value set: [None, Tail]",
      ],
      [
        'x-amz-client-context',
        'bm8=',
        'Client context must be a valid Base64-encoded JSON object.',
      ],
    ] as const) {
      const answer = await harness.call('POST', invoke, { headers: { [name]: value } });
      assert.deepEqual([answer.status, answer.json().message], [400, message]);
    }
  });

  it('answers a body above 6 MB with 413', async () => {
    const body = Buffer.alloc(6 * 1024 * 1024 + 1, 0x20);
    const answer = await makeHarness().call('POST', invoke, { body });
    assert.deepEqual(
      [answer.status, answer.json()],
      [
        413,
        {
          Type: 'User',
          message: 'Request must be smaller than 6291456 bytes for the InvokeFunction operation',
        },
      ],
    );
  });

  it('says for a dry run only whether the function is there', async () => {
    const harness = makeHarness();
    const headers = { 'x-amz-invocation-type': 'DryRun' };
    assert.equal((await harness.call('POST', invoke, { headers })).status, 404);
    await harness.call('POST', functions, { body: createBody('f') });
    harness.catalog.hide('f');
    const answer = await harness.call('POST', invoke, { headers });
    assert.deepEqual([answer.status, answer.text], [204, '']);
    assert.equal(harness.invocations.length, 0);
  });

  it("tells the router's errors as AWS does", async () => {
    const harness = makeHarness();
    harness.answer = () => {
      throw new HearthError('function-not-found', 'no such function');
    };
    const missing = await harness.call('POST', invoke);
    assert.deepEqual(
      [missing.status, missing.json()],
      [
        404,
        {
          Type: 'User',
          Message: 'Function not found: arn:aws:lambda:us-east-1:123456789012:function:f:$LATEST',
        },
      ],
    );
    harness.answer = () => {
      const details = { Reason: 'ConcurrentInvocationLimitExceeded', retryAfterS: 2 };
      throw new HearthError('too-many-requests', 'Rate Exceeded.', details);
    };
    const busy = await harness.call('POST', invoke);
    assert.equal(busy.status, 429);
    assert.equal(busy.headers['retry-after'], '2');
    assert.deepEqual(busy.json(), {
      Type: 'User',
      message: 'Rate Exceeded.',
      Reason: 'ConcurrentInvocationLimitExceeded',
    });
  });

  it('never shows the text of an unexpected error', async () => {
    const harness = makeHarness();
    harness.answer = () => {
      throw new Error('password=hunter2');
    };
    const answer = await harness.call('POST', invoke);
    assert.equal(answer.status, 500);
    assert.doesNotMatch(answer.text, /hunter2/);
  });

  it("hands the caller's signal on", async () => {
    const harness = makeHarness();
    const { signal } = new AbortController();
    await harness.call('POST', invoke, { signal });
    assert.equal(harness.invocations[0]?.signal, signal);
  });

  it('makes no signal for who finds a warm sandbox: it is made when it is asked for', async () => {
    const harness = makeHarness();
    let made = 0;
    const asked = Object.defineProperty(request('POST', invoke), 'signal', {
      get: () => ++made,
    });
    assert.equal((await harness.ingress.respond(asked)).status, 200);
    assert.equal(made, 0);
    assert.ok(harness.invocations[0]?.signal);
    assert.equal(made, 1);
  });
});
