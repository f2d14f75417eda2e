import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import { eventInvokeConfigOf } from '../../src/catalog/index.js';
import { arn, asking, interrupted, invalid, notFound, violated } from './asking.js';
import { newKey, operator, signedCall } from './auth/signing.js';
import { createBody, functions, guardedHarness } from './harness.js';

const base = '/2019-09-25/functions';
const path = `${base}/f/event-invoke-config`;
const nowhere = { OnSuccess: {}, OnFailure: {} };
const config = (qualifier: string, more: Record<string, unknown> = {}) => ({
  FunctionArn: `${arn}:f:${qualifier}`,
  DestinationConfig: nowhere,
  LastModified: 1_767_225_600,
  ...more,
});
const toSuccess = (Destination: string) => ({ DestinationConfig: { OnSuccess: { Destination } } });

describe('the configuration of asynchronous invocation', () => {
  it('is put as a whole, changed in parts, read and deleted', async () => {
    const { harness, ask } = await asking();
    assert.deepEqual(await ask('PUT', path, { MaximumRetryAttempts: 0 }), [
      200,
      config('$LATEST', { MaximumRetryAttempts: 0 }),
    ]);
    const aged = config('$LATEST', { MaximumEventAgeInSeconds: 60 });
    assert.deepEqual(await ask('PUT', path, { MaximumEventAgeInSeconds: 60 }), [200, aged]);
    const both = { ...aged, MaximumRetryAttempts: 1 };
    harness.catalog.clock.advance(1500);
    const told = { ...both, LastModified: 1_767_225_601.5 };
    assert.deepEqual(await ask('POST', path, { MaximumRetryAttempts: 1 }), [200, told]);
    assert.deepEqual(await ask('GET', `${path}?Qualifier=$LATEST`), [200, told]);
    assert.deepEqual(eventInvokeConfigOf(harness.catalog, 'f', '$LATEST'), {
      retriesMax: 1,
      ageMaxS: 60,
      onSuccess: null,
      onFailure: null,
    });
    assert.deepEqual(await ask('DELETE', path), [204]);
    const gone = notFound(`The function ${arn}:f:$LATEST doesn't have an EventInvokeConfig`);
    assert.deepEqual(await ask('DELETE', path), gone);
    assert.deepEqual(await ask('GET', path), gone);
    assert.deepEqual(await ask('POST', path, { MaximumRetryAttempts: 1 }), gone);
  });

  it('is not changed in parts of what another caller has changed meanwhile', async () => {
    const { harness, ask } = await asking();
    await ask('PUT', path, { MaximumRetryAttempts: 0 });
    interrupted(harness)(() => ask('PUT', path, { MaximumRetryAttempts: 1 }));
    const message = `The operation cannot be performed at this time. An update is in progress for resource: ${arn}:f:$LATEST`;
    const age = { MaximumEventAgeInSeconds: 60 };
    assert.deepEqual(await ask('POST', path, age), [409, { Type: 'User', message }]);
    const [status] = (await ask('POST', path, age)) as [number];
    assert.equal(status, 200);
    assert.equal(eventInvokeConfigOf(harness.catalog, 'f', '$LATEST')?.retriesMax, 1);
  });

  it('is one of its own for each version and alias, listed page by page', async () => {
    const { ask } = await asking();
    const body = { MaximumRetryAttempts: 1 };
    for (const at of [path, `${base}/f:live/event-invoke-config`, `${path}?Qualifier=1`]) {
      await ask('PUT', at, body);
    }
    const [, all] = (await ask('GET', `${path}/list`)) as [number, Record<string, unknown>];
    assert.deepEqual(all, {
      FunctionEventInvokeConfigs: ['$LATEST', '1', 'live'].map((at) => config(at, body)),
    });
    const [, first] = (await ask('GET', `${path}/list?MaxItems=2`)) as [number, { NextMarker: '' }];
    assert.deepEqual(await ask('GET', `${path}/list?Marker=${first.NextMarker}`), [
      200,
      { FunctionEventInvokeConfigs: [config('live', body)] },
    ]);
  });

  it('names functions, streams, webhooks and what AWS has as destinations', async () => {
    const { ask } = await asking();
    const destinations = [
      `${arn}:g`,
      'arn:aws:kinesis:us-east-1:123456789012:stream/orders',
      'https://example.com/hook?a=b',
      'arn:aws:sqs:us-east-1:123456789012:queue',
      'arn:aws:events:us-east-1:123456789012:event-bus/default',
    ];
    for (const Destination of destinations) {
      const DestinationConfig = { OnSuccess: {}, OnFailure: { Destination } };
      const answer = await ask('PUT', path, { DestinationConfig });
      assert.deepEqual(answer, [200, config('$LATEST', { DestinationConfig })]);
    }
    const emptied = await ask('POST', path, { DestinationConfig: { OnFailure: {} } });
    assert.deepEqual(emptied, [200, config('$LATEST')]);
  });

  it('tells a function only by who may configure that one, too', async () => {
    const harness = guardedHarness();
    const by = (name: string) => newKey(harness, { actions: ['*'], functions: [name] });
    for (const name of ['f', 'g']) {
      await signedCall(harness, operator, 'POST', functions, { body: createBody(name) });
    }
    const put = async (name: string, destination: string) => {
      const init = { body: toSuccess(destination) };
      return (await signedCall(harness, await by(name), 'PUT', path, init)).status;
    };
    assert.deepEqual(
      [
        await put('f', `${arn}:g`),
        await put('g', 'https://a.example/'),
        await put('*', `${arn}:g`),
      ],
      [403, 403, 200],
    );
    assert.equal(await put('f', 'https://a.example/'), 200);
    const DeadLetterConfig = { TargetArn: `${arn}:g` };
    const configuration = `${functions}/f/configuration`;
    const init = { body: { DeadLetterConfig } };
    const refused = await signedCall(harness, await by('f'), 'PUT', configuration, init);
    const taken = await signedCall(harness, await by('*'), 'PUT', configuration, init);
    assert.deepEqual([refused.status, taken.status], [403, 200]);
  });

  it('is refused where AWS refuses it, in its words', async () => {
    const { ask } = await asking();
    const unknown = notFound("The function doesn't exist.");
    const body = { MaximumRetryAttempts: 1 };
    const odd = 'arn:aws:_-/!lambda:us-east-1:123456789012:function:f';
    const pattern =
      'satisfy regular expression pattern: $|kafka://([^.]([a-zA-Z0-9\\-_.]{0,248}))|arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\\-])+:((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1})?:(\\d{12})?:(.*)';
    const cases: [method: string, at: string, body: unknown, answer: unknown][] = [
      ['PUT', `${base}/none/event-invoke-config`, body, unknown],
      ['POST', `${base}/none/event-invoke-config`, body, unknown],
      ['PUT', `${path}?Qualifier=none`, body, unknown],
      ['GET', `${base}/none/event-invoke-config/list`, undefined, unknown],
      [
        'GET',
        `${base}/none/event-invoke-config`,
        undefined,
        notFound(`The function ${arn}:none:$LATEST doesn't have an EventInvokeConfig`),
      ],
      [
        'PUT',
        `${base}/none/event-invoke-config`,
        {},
        invalid('You must specify at least one of error handling or destination setting.'),
      ],
      [
        'PUT',
        path,
        toSuccess(`${arn}:none`),
        invalid(`The destination ARN ${arn}:none is invalid.`),
      ],
      [
        'PUT',
        path,
        toSuccess(`${arn}:f`),
        invalid("You can't specify the function as a destination for itself."),
      ],
      [
        'PUT',
        path,
        toSuccess('arn:aws:iam:us-east-1:123456789012:function:f'),
        invalid(
          'The provided destination config DestinationConfig(onSuccess=OnSuccess(destination=arn:aws:iam:us-east-1:123456789012:function:f), onFailure=null) is invalid.',
        ),
      ],
      [
        'PUT',
        path,
        { DestinationConfig: { OnFailure: { Destination: odd } } },
        violated(odd, 'destinationConfig.onFailure.destination', pattern),
      ],
      [
        'PUT',
        path,
        { MaximumRetryAttempts: 3 },
        violated('3', 'maximumRetryAttempts', 'have value less than or equal to 2'),
      ],
      [
        'PUT',
        path,
        { MaximumEventAgeInSeconds: 59 },
        violated('59', 'maximumEventAgeInSeconds', 'have value greater than or equal to 60'),
      ],
      [
        'PUT',
        `${base}/f:1/event-invoke-config?Qualifier=$LATEST`,
        body,
        invalid(
          'The derived qualifier from the function name does not match the specified qualifier.',
        ),
      ],
    ];
    for (const [method, at, sent, answer] of cases) {
      assert.deepEqual(await ask(method, at, sent), answer, `${method} ${at}`);
    }
    for (const text of ['https://user:secret@example.com/', 'https://', 'ftp://example.com/']) {
      const [status] = (await ask('PUT', path, toSuccess(text))) as [number];
      assert.equal(status, 400, text);
    }
  });
});
