/** The Lambda Runtime API between a real HTTP client and the frames that the node would get. */
import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, it } from 'node:test';
import { bundle, isRunning } from './fixture.js';
import { type HttpResult, startApi, startBootstrap } from './runtime-api-client.js';
import { idOf, RuntimePeer, runtimeCommands } from './runtime-peer.js';

const deadline = { timeout: 20_000 };
const streaming = { 'lambda-runtime-function-response-mode': 'streaming' };

function typeOf({ body }: HttpResult): string {
  return (JSON.parse(body.toString()) as { errorType: string }).errorType;
}

describe('the Runtime API', () => {
  it('hands out invocations with their headers, and takes the answers', deadline, async (t) => {
    const api = await startApi(t);
    const { peer } = api;
    const asked = api.next();
    await peer.frame('ready');
    const deadlineWallMs = 1_900_000_000_123.75;
    const clientContext = '{"client":{"app_title":"größe 😀"}}';
    const stream = peer.invoke('{"a":1}', { deadlineWallMs, clientContext });
    const { status, headers, body } = await asked;
    assert.equal(status, 200);
    assert.equal(body.toString(), '{"a":1}');
    assert.equal(headers['lambda-runtime-aws-request-id'], idOf(stream));
    assert.equal(headers['lambda-runtime-deadline-ms'], '1900000000123');
    assert.equal(headers['lambda-runtime-trace-id'], 'Root=1-2-3');
    assert.match(headers['lambda-runtime-invoked-function-arn'] as string, /function:little$/);
    assert.equal(headers['content-type'], 'application/json');
    const context = headers['lambda-runtime-client-context'] as string;
    assert.match(context, /^[ -~]+$/);
    assert.deepEqual(JSON.parse(context), JSON.parse(clientContext));

    const accepted = await api.respond(idOf(stream), '["any", "bytes"]');
    assert.equal(accepted.status, 202);
    assert.equal(accepted.body.toString(), '{"status":"OK"}\n');
    const result = await peer.frame('result');
    assert.equal(result.stream, stream);
    assert.equal(result.payload.toString(), '["any", "bytes"]');

    const again = api.next();
    peer.invoke('2');
    assert.equal((await again).body.toString(), '2');
    const second = await api.fail(idOf(2), '{"errorMessage":"no","errorType":"Mine"}');
    assert.equal(second.status, 202);
    assert.deepEqual(await peer.error('error'), { errorMessage: 'no', errorType: 'Mine' });
  });

  it(
    'leaves out the headers that are empty, and passes bytes that are no JSON',
    deadline,
    async (t) => {
      const api = await startApi(t);
      const asked = api.next();
      const bytes = Buffer.from([0, 255, 10, 13]);
      const stream = api.peer.invoke(bytes, { traceId: '', clientContext: '' });
      const { headers, body } = await asked;
      assert.deepEqual(body, bytes);
      assert(!('lambda-runtime-trace-id' in headers));
      assert(!('lambda-runtime-client-context' in headers));
      await api.peer.frame('ready');
      await api.respond(idOf(stream), [bytes, bytes]);
      const { payload } = await api.peer.frame('result');
      assert.deepEqual(payload, Buffer.concat([bytes, bytes]));
    },
  );

  it('refuses a wrong id, a second answer, other methods and other paths', deadline, async (t) => {
    const api = await startApi(t);
    const early = await api.respond('none', '1');
    assert.equal(early.status, 400);
    assert.equal(
      early.body.toString(),
      '{"errorMessage":"Invalid request ID","errorType":"InvalidRequestID"}\n',
    );
    const asked = api.next();
    await api.peer.frame('ready');
    const stream = api.peer.invoke();
    await asked;
    assert.equal(typeOf(await api.respond('wrong', '1')), 'InvalidRequestID');
    assert.equal((await api.respond(idOf(stream), '1')).status, 202);
    const twice = await api.respond(idOf(stream), '2');
    assert.equal(twice.status, 403);
    assert.equal(typeOf(twice), 'InvalidStateTransition');
    assert.equal((await api.fail(idOf(stream), '{}')).status, 403);
    assert.equal((await api.request('POST', '/2018-06-01/runtime/init/error', '{}')).status, 403);
    assert.equal((await api.request('POST', '/2018-06-01/runtime/invocation/next')).status, 405);
    assert.equal(
      (await api.request('GET', `/2018-06-01/runtime/invocation/${idOf(1)}/response`)).status,
      405,
    );
    assert.equal((await api.request('GET', '/2018-06-01/runtime/restore/next')).status, 404);
    assert.equal((await api.request('GET', '/2018-06-01/ping')).body.toString(), 'pong');
    assert.equal((await api.request('PUT', '/2022-07-01/telemetry', '{}')).status, 202);
    await api.peer.frame('result');
    assert.equal(api.peer.unread.length, 0, 'one answer reached the node');
  });

  it('refuses an answer that is too large, and the caller is told', deadline, async (t) => {
    const api = await startApi(t, { answerBytesMax: 1000 });
    const asked = api.next();
    await api.peer.frame('ready');
    for (const body of [Buffer.alloc(1001), [Buffer.alloc(600), Buffer.alloc(401)]]) {
      const waiting = api.peer.invoke() === 1 ? asked : api.next();
      const id = (await waiting).headers['lambda-runtime-aws-request-id'] as string;
      const refused = await api.respond(id, body);
      assert.equal(refused.status, 413);
      assert.equal(typeOf(refused), 'RequestEntityTooLarge');
      const { errorType, errorMessage } = await api.peer.error('error');
      assert.equal(errorType, 'Function.ResponseSizeTooLarge');
      assert.match(errorMessage, /maximum allowed payload size \(1000 bytes\)/);
    }
    const last = api.next();
    const stream = api.peer.invoke();
    await last;
    assert.equal((await api.respond(idOf(stream), Buffer.alloc(1000))).status, 202);
    assert.equal((await api.peer.frame('result')).payload.length, 1000);
  });

  it('passes six megabytes both ways', deadline, async (t) => {
    const api = await startApi(t);
    const large = Buffer.alloc(6 * 1024 * 1024, 'x');
    const asked = api.next();
    await api.peer.frame('ready');
    const stream = api.peer.invoke(large);
    assert((await asked).body.equals(large));
    assert.equal((await api.respond(idOf(stream), large)).status, 202);
    assert((await api.peer.frame('result')).payload.equals(large));
  });

  it('streams an answer with its content type, no faster than it is taken', deadline, async (t) => {
    const api = await startApi(t, { streamWindowBytes: 1000 });
    const { peer } = api;
    const asked = api.next();
    await peer.frame('ready');
    const stream = peer.invoke();
    await asked;
    const answered = api.respond(idOf(stream), [Buffer.alloc(1500, 'a'), Buffer.alloc(1500, 'b')], {
      ...streaming,
      'content-type': 'text/x-mine',
    });
    assert.equal((await peer.frame('begin')).payload.toString(), 'text/x-mine');
    let body = '';
    while (body.length < 1000) body += (await peer.frame('chunk')).payload.toString();
    assert.equal(body.length, 1000);
    peer.credit(stream, 500);
    while (body.length < 1500) body += (await peer.frame('chunk')).payload.toString();
    assert.equal(body, 'a'.repeat(1500));
    assert.equal(peer.unread.length, 0);
    peer.credit(stream, 5000);
    while (body.length < 3000) body += (await peer.frame('chunk')).payload.toString();
    assert.equal((await peer.frame('end')).payload.length, 0);
    assert.equal((await answered).status, 202);
  });

  it(
    'takes an error in the trailers of a streamed answer, before and after the first byte',
    deadline,
    async (t) => {
      const api = await startApi(t);
      const { peer } = api;
      const error = { errorType: 'Function.Late', errorMessage: 'broke' };
      const trailers = {
        'Lambda-Runtime-Function-Error-Type': 'Function.Late',
        'Lambda-Runtime-Function-Error-Body': Buffer.from(JSON.stringify(error)).toString('base64'),
      };
      const headers = { ...streaming, trailer: Object.keys(trailers).join(', ') };
      const first = api.next();
      await peer.frame('ready');
      peer.invoke();
      await first;
      assert.equal((await api.respond(idOf(1), ['half'], headers, trailers)).status, 202);
      await peer.frame('begin');
      assert.equal((await peer.frame('chunk')).payload.toString(), 'half');
      assert.deepEqual(await peer.error('end'), error);

      const second = api.next();
      peer.invoke();
      await second;
      await api.respond(idOf(2), [], { ...headers, 'transfer-encoding': 'chunked' }, trailers);
      assert.deepEqual(await peer.error('error'), error);
    },
  );

  it('takes for a stream what aws-lambda-go streams without saying so', deadline, async (t) => {
    const api = await startApi(t);
    const { peer } = api;
    const trailer = 'Lambda-Runtime-Function-Error-Body, Lambda-Runtime-Function-Error-Type';
    const kinds = [
      ['application/octet-stream', 'begin'],
      ['application/vnd.awslambda.http-integration-response', 'begin'],
      ['application/json', 'result'],
    ] as const;
    for (const [contentType, frame] of kinds) {
      const asked = api.next();
      if (frame === 'begin' && contentType.endsWith('stream')) await peer.frame('ready');
      const stream = peer.invoke();
      await asked;
      await api.respond(idOf(stream), ['{}'], { trailer, 'content-type': contentType });
      await peer.frame(frame);
      if (frame === 'begin') {
        await peer.frame('chunk');
        await peer.frame('end');
      }
    }
  });

  it('refuses a mode that is none', deadline, async (t) => {
    const api = await startApi(t);
    const asked = api.next();
    await api.peer.frame('ready');
    const stream = api.peer.invoke();
    await asked;
    const mode = { 'lambda-runtime-function-response-mode': 'sideways' };
    const refused = await api.respond(idOf(stream), '1', mode);
    assert.equal(refused.status, 400);
    assert.equal(typeOf(refused), 'InvalidFunctionResponseMode');
    assert.equal((await api.peer.error('error')).errorType, 'Runtime.InvalidResponseModeHeader');
  });

  it('writes an error of its own for one without a body', deadline, async (t) => {
    const api = await startApi(t);
    const asked = api.next();
    await api.peer.frame('ready');
    const stream = api.peer.invoke();
    await asked;
    const headers = {
      'lambda-runtime-function-error-type': 'Function.Mine',
      'lambda-runtime-function-xray-error-cause': 'x'.repeat(900_000),
    };
    assert.equal((await api.fail(idOf(stream), '', headers)).status, 202);
    assert.deepEqual(await api.peer.error('error'), {
      errorType: 'Function.Mine',
      errorMessage: `RequestId: ${idOf(stream)} Error: Unknown application error occurred`,
    });
  });

  it(
    'lets extensions inside the function register, and tells them of invocations',
    deadline,
    async (t) => {
      const api = await startApi(t);
      const base = '/2020-01-01/extension';
      const name = { 'lambda-extension-name': 'inner' };
      const made = await api.request('POST', `${base}/register`, '{"events":["INVOKE"]}', name);
      assert.equal(made.status, 200);
      assert.deepEqual(JSON.parse(made.body.toString()), {
        functionName: 'little',
        functionVersion: '$LATEST',
        handler: 'index.handler',
      });
      const identifier = made.headers['lambda-extension-identifier'] as string;
      const event = api.request('GET', `${base}/event/next`, undefined, {
        'lambda-extension-identifier': identifier,
      });
      const asked = api.next();
      await api.peer.frame('ready');
      const stream = api.peer.invoke();
      await asked;
      const told = JSON.parse((await event).body.toString()) as Record<string, unknown>;
      assert.equal(told.eventType, 'INVOKE');
      assert.equal(told.requestId, idOf(stream));
      const late = await api.request('POST', `${base}/register`, '{}', {
        'lambda-extension-name': 'x',
      });
      assert.equal(typeOf(late), 'Extension.RegistrationClosed');
      const unknown = { 'lambda-extension-identifier': 'nobody' };
      const refused = await api.request('GET', `${base}/event/next`, undefined, unknown);
      assert.equal(refused.status, 403);
    },
  );
});

describe('a bootstrap', () => {
  const curl = 'curl -sS "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime';

  it('has the variables of Lambda, and none of the node', deadline, async (t) => {
    const peer = await startBootstrap(t, '#!/bin/sh\nenv; pwd; echo .end.; exec sleep 60\n', {
      environment: { MINE: 'yes', LAMBDA_TASK_ROOT: '/var/task', AWS_REGION: 'us-east-1' },
    });
    const text = (await peer.printed(/[\s\S]*\.end\./))[0];
    assert.match(text, /^AWS_LAMBDA_RUNTIME_API=127\.0\.0\.1:\d+$/m);
    assert.match(text, /^MINE=yes$/m);
    assert.match(text, /^_HANDLER=index\.handler$/m);
    assert.match(text, /^LAMBDA_TASK_ROOT=\/var\/task$/m);
    assert.match(text, /^LAMBDA_RUNTIME_DIR=\/var\/runtime$/m);
    assert.doesNotMatch(text, /HEARTH_(SOCKET|TOKEN|RUNTIME)/);
    assert.match(text, /^\/tmp\/hearth-test-\w+$/m, 'it stands in the code');
  });

  it('has what it prints as lines of the request before its answer', deadline, async (t) => {
    const script = `#!/bin/sh
      echo before >&2
      while true; do
        ${curl}/invocation/next" -D "$TMPDIR/head" -o "$TMPDIR/event"
        id=$(tr -d '\\r' < "$TMPDIR/head" | sed -n 's/^[Ll]ambda-[Rr]untime-[Aa]ws-[Rr]equest-[Ii]d: //p')
        echo "in $(cat "$TMPDIR/event")"
        ${curl}/invocation/$id/response" -d "@$TMPDIR/event" > /dev/null
      done\n`;
    const peer = await startBootstrap(t, script);
    await peer.frame('ready');
    assert.equal(peer.logText(0), 'before\n');
    for (const event of ['1', '2']) {
      const stream = peer.invoke(event);
      assert.equal((await peer.frame('result')).payload.toString(), event);
      assert.equal(peer.logText(stream), `in ${event}\n`);
    }
  });

  it(
    'that reports a failed start is told to the node, with what it printed',
    deadline,
    async (t) => {
      const script = `#!/bin/sh
      echo sorry
      ${curl}/init/error" -d '{"errorType":"Runtime.NoConfig","errorMessage":"none"}'
      exit 1\n`;
      const peer = await startBootstrap(t, script);
      const error = await peer.error('initError');
      assert.deepEqual(error, { errorType: 'Runtime.NoConfig', errorMessage: 'none' });
      assert.match(peer.logText(), /^sorry\n/);
      await peer.exited;
    },
  );

  it(
    'that prints faster than the node reads is made to wait, and loses nothing',
    deadline,
    async (t) => {
      const waited = createServer().listen(0, '127.0.0.1');
      t.after(() => waited.close());
      await once(waited, 'listening');
      const { port } = waited.address() as AddressInfo;
      // what fills the pipes, and what they hold when the program has ended
      for (const bytes of [8_000_000, 400_000]) {
        const script = `#!/bin/bash
          (sleep 0.3; exec 3<>/dev/tcp/127.0.0.1/${port}) > /dev/null 2>&1 &
          head -c ${bytes} /dev/zero
          exit 1\n`;
        const peer = await startBootstrap(t, script);
        peer.socket.pause();
        await once(waited, 'connection');
        peer.socket.resume();
        await peer.error('initError');
        assert.equal(peer.logText().length, bytes);
      }
    },
  );

  it('that ends before it is ready is an exit', deadline, async (t) => {
    const peer = await startBootstrap(t, '#!/bin/sh\necho last words; exit 3\n');
    assert.deepEqual(await peer.error('initError'), {
      errorType: 'Runtime.ExitError',
      errorMessage: 'Error: Runtime exited with error: exit status 3',
    });
    assert.equal(peer.logText(), 'last words\n');
    await peer.exited;
  });

  it('that ends in an invocation is an exit of that request', deadline, async (t) => {
    for (const [how, text] of [
      ['exit 0', 'Runtime exited without providing a reason'],
      ['kill -9 $$', 'Runtime exited with error: signal: killed'],
    ]) {
      const peer = await startBootstrap(t, `#!/bin/sh\n${curl}/invocation/next"; ${how}\n`);
      await peer.frame('ready');
      const stream = peer.invoke();
      assert.deepEqual(await peer.error('fatal'), {
        errorType: 'Runtime.ExitError',
        errorMessage: `RequestId: ${idOf(stream)} Error: ${text}`,
      });
      await peer.exited;
    }
  });

  it('that ends after its answer has answered', deadline, async (t) => {
    const script = `#!/bin/sh
      ${curl}/invocation/next" > /dev/null
      ${curl}/invocation/${idOf(1)}/response" -d done > /dev/null\n`;
    const peer = await startBootstrap(t, script);
    await peer.frame('ready');
    peer.invoke();
    assert.equal((await peer.frame('result')).payload.toString(), 'done');
    const { errorMessage } = await peer.error('fatal');
    assert.equal(errorMessage, 'Error: Runtime exited without providing a reason');
  });

  it('that ends while a child sends the rest of its answer has answered', deadline, async (t) => {
    const path = `/2018-06-01/runtime/invocation/${idOf(1)}/response`;
    const script = `#!/bin/bash
      exec 3<>/dev/tcp/127.0.0.1/\${AWS_LAMBDA_RUNTIME_API#*:}
      printf 'GET /2018-06-01/runtime/invocation/next HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n' >&3
      read -r line <&3
      printf 'POST ${path} HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 4\\r\\n\\r\\nha' >&3
      (sleep 0.3; printf 'lf' >&3) &\n`;
    const peer = await startBootstrap(t, script);
    await peer.frame('ready');
    peer.invoke();
    assert.equal((await peer.frame('result')).payload.toString(), 'half');
    assert.equal((await peer.error('fatal')).errorType, 'Runtime.ExitError');
  });

  it('that is not there, or cannot be run, is named', deadline, async (t) => {
    const root = bundle(t, { 'other.txt': '' });
    const layersRoot = bundle(t, {});
    const none = await RuntimePeer.start(t, runtimeCommands.custom, root, { layersRoot });
    assert.deepEqual(await none.error('initError'), {
      errorType: 'Runtime.InvalidEntrypoint',
      errorMessage: `Error: Couldn't find valid bootstrap(s): [${root}/bootstrap ${layersRoot}/bootstrap]`,
    });
    const plain = bundle(t, { bootstrap: '#!/bin/sh\n' });
    const refused = await RuntimePeer.start(t, runtimeCommands.custom, plain);
    const { errorMessage } = await refused.error('initError');
    assert.equal(errorMessage, `Error: fork/exec ${plain}/bootstrap: permission denied`);
  });

  it('can come from a layer, or be a command', deadline, async (t) => {
    const command = [
      ...runtimeCommands.custom,
      '--',
      'sh',
      '-c',
      'echo "run $0 in $PWD."; sleep 60',
      'x',
    ];
    const peer = await RuntimePeer.start(t, command, bundle(t, { a: '' }));
    const [text] = await peer.printed(/run x in [^.]*\./);
    assert.equal(text, `run x in ${process.cwd()}.`);
  });

  it('dies with the socket of its node', deadline, async (t) => {
    const peer = await startBootstrap(t, '#!/bin/sh\necho "pid $$."; exec sleep 60\n');
    const pid = Number((await peer.printed(/pid (\d+)\./))[1]);
    peer.socket.destroy();
    await peer.exited;
    while (isRunning(pid)) await new Promise((resolve) => setImmediate(resolve));
  });
});
