import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import type { Reply } from '../../../src/ingress/http/http.js';
import { HearthError, type Invocation } from '../../../src/types/index.js';
import { asking } from '../asking.js';
import { type Harness, other, outcome, request } from '../harness.js';

const integration = 'application/vnd.awslambda.http-integration-response';
const zeros = '\0'.repeat(8);

async function streamingUrl(InvokeMode = 'RESPONSE_STREAM'): Promise<Harness> {
  const { harness, ask } = await asking();
  await ask('POST', '/2021-10-31/functions/f/url', { AuthType: 'NONE', InvokeMode });
  await ask('POST', '/2015-03-31/functions/f/policy', {
    StatementId: 's',
    Action: 'lambda:InvokeFunctionUrl',
    Principal: '*',
    FunctionUrlAuthType: 'NONE',
  });
  return harness;
}

function begin({ stream }: Invocation, contentType: string, ...pieces: string[]): void {
  const head = { contentType, executedVersion: '$LATEST', start: 'warm', node: other } as const;
  stream?.begin(head, () => undefined);
  for (const piece of pieces) stream?.write(Buffer.from(piece));
}

/** The function streams `pieces`, and ends as `more` says. */
async function streamed(contentType: string, pieces: string[], more: object = {}, method = 'GET') {
  const harness = await streamingUrl();
  harness.answer = async (invocation) => {
    begin(invocation, contentType, ...pieces);
    await new Promise(setImmediate);
    return outcome(null, { streamed: true, ...more });
  };
  return harness.ingress.respond(request(method, '/fn/f/'));
}

async function bodyOf({ body, stream }: Reply): Promise<string> {
  if (stream === undefined) return Buffer.from(body as string).toString();
  let text = '';
  for await (const piece of stream(new AbortController().signal)) text += Buffer.from(piece);
  return text;
}

describe('a function URL that streams', () => {
  it('has the status, headers and cookies that stand before the body', async () => {
    const prelude = JSON.stringify({
      statusCode: 201,
      headers: { 'Content-Type': 'text/html', 'x-number': 5, Connection: 'close', bad: 'a\r\nb' },
      cookies: ['a=1', 'b=2'],
    });
    const whole = `${prelude}${zeros}<p>body</p>`;
    // however it is cut
    for (const at of [
      1,
      prelude.length,
      prelude.length + 3,
      prelude.length + 8,
      whole.length - 1,
    ]) {
      const reply = await streamed(integration, [whole.slice(0, at), whole.slice(at)]);
      assert.equal(reply.status, 201);
      const { 'x-amzn-requestid': _, ...headers } = reply.headers;
      assert.deepEqual(headers, {
        'content-type': 'text/html',
        'x-number': '5',
        'set-cookie': ['a=1', 'b=2'],
        'x-hearth-node': other,
        'x-hearth-start': 'warm',
        'x-hearth-hops': '1',
        trailer: 'x-hearth-duration-ms',
      });
      assert.equal(await bodyOf(reply), '<p>body</p>');
      assert.deepEqual(reply.trailers?.(), { 'x-hearth-duration-ms': '1.500' });
    }
  });

  it('is 200 with the content type of the stream where nothing stands before the body', async () => {
    const reply = await streamed('text/event-stream', ['data: 1\n\n', 'data: 2\n\n']);
    assert.deepEqual([reply.status, reply.headers['content-type']], [200, 'text/event-stream']);
    assert.equal(await bodyOf(reply), 'data: 1\n\ndata: 2\n\n');
    const forged = await streamed('text/plain\r\nx-evil: 1', ['body']);
    assert.equal(forged.headers['content-type'], 'application/octet-stream');
  });

  it('is 502 where what stands before the body makes no sense, or never comes', async () => {
    for (const pieces of [
      ['no json', zeros, 'body'],
      [`{"statusCode":99}${zeros}`],
      [`{"statusCode":"x"}${zeros}`],
      [`{"headers":[]}${zeros}`],
      ['{"statusCode":200}', '\0\0\0'],
      ['x'.repeat(100_000), zeros],
      [],
    ]) {
      const reply = await streamed(integration, pieces);
      assert.equal(reply.status, 502, pieces.join('').slice(0, 50));
      assert.equal(reply.headers['x-hearth-error'], 'Function.MalformedResponse');
    }
    const payload = Buffer.from('{"errorType":"TypeError"}');
    const failed = await streamed(integration, ['{"stat'], { functionError: true, payload });
    assert.deepEqual([failed.status, failed.headers['x-hearth-error']], [502, 'TypeError']);
  });

  it('breaks off where the function fails in the middle, or the answer is lost', async () => {
    const payload = Buffer.from('{"errorType":"TypeError","errorMessage":"secret"}');
    const broken = await streamed('text/plain', ['half'], { functionError: true, payload });
    assert.equal(broken.status, 200);
    await assert.rejects(bodyOf(broken), /TypeError/);
    const harness = await streamingUrl();
    harness.answer = async (invocation) => {
      begin(invocation, 'text/plain', 'half');
      await new Promise(setImmediate);
      throw new HearthError('forward-lost', 'The link broke.');
    };
    const lost = await harness.ingress.respond(request('GET', '/fn/f/'));
    await assert.rejects(bodyOf(lost), { code: 'forward-lost' });
  });

  it('answers what does not stream as any URL does, and HEAD without waiting for a reader', async () => {
    const harness = await streamingUrl();
    harness.answer = () => outcome({ statusCode: 202, body: 'whole' });
    const reply = await harness.call('GET', '/fn/f/');
    assert.deepEqual([reply.status, reply.text], [202, 'whole']);
    const head = await streamed('text/plain', ['x'.repeat(1000)], {}, 'HEAD');
    assert.equal(head.status, 200);
  });
});

describe('a function URL that does not stream', () => {
  it('gives what was streamed and gathered its status and headers', async () => {
    const harness = await streamingUrl('BUFFERED');
    const payload = Buffer.from(`{"statusCode":201,"cookies":["a=1"]}${zeros}body`);
    harness.answer = ({ stream }) => {
      assert.equal(stream, undefined);
      return outcome(null, { payload });
    };
    const answer = await harness.call('GET', '/fn/f/');
    assert.deepEqual([answer.status, answer.text], [201, 'body']);
    assert.deepEqual(answer.headers['set-cookie'], ['a=1']);
  });
});
