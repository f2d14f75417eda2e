import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import { createBody, functions, makeHarness, outcome } from './harness.js';

const arn = 'arn:aws:lambda:us-east-1:123456789012:function';
const f = `${functions}/f`;

/** A function, with a first version where `body` asks for one. */
async function withFunction(body: Record<string, unknown> = {}) {
  const harness = makeHarness();
  await harness.call('POST', functions, { body: createBody('f', body) });
  return harness;
}

/** The same with the versions 1 and 2. */
async function withVersions() {
  const harness = await withFunction({ Publish: true });
  await harness.call('PUT', `${f}/configuration`, { body: { Timeout: 9 } });
  await harness.call('POST', `${f}/versions`, { body: {} });
  return harness;
}

describe('PublishVersion', () => {
  it('answers the version, with its number in the ARN', async () => {
    const harness = await withFunction({ Environment: { Variables: { GREETING: 'hi' } } });
    const answer = await harness.call('POST', `${f}/versions`, { body: { Description: 'first' } });
    assert.equal(answer.status, 201);
    const { FunctionArn, Version, Description, State, Environment } = answer.json();
    assert.deepEqual(
      [FunctionArn, Version, Description, State],
      [`${arn}:f:1`, '1', 'first', 'Active'],
    );
    assert.deepEqual(Environment, { Variables: { GREETING: 'hi' } });
    const again = await harness.call('POST', `${f}/versions`, { body: { Description: 'second' } });
    assert.deepEqual([again.json().Version, again.json().Description], ['1', 'first']);
  });

  it('compares the code and the revision that the caller has seen, in the words of AWS', async () => {
    const harness = await withFunction();
    const { CodeSha256 } = (await harness.call('GET', `${f}/configuration`)).json();
    const code = await harness.call('POST', `${f}/versions`, { body: { CodeSha256: 'x' } });
    assert.deepEqual(
      [code.status, code.json()],
      [
        400,
        {
          Type: 'User',
          message: `CodeSHA256 (x) is different from current CodeSHA256 in $LATEST (${CodeSha256}). Please try again with the CodeSHA256 in $LATEST.`,
        },
      ],
    );
    const stale = await harness.call('POST', `${f}/versions`, { body: { RevisionId: 'wrong' } });
    assert.equal(stale.headers['x-amzn-errortype'], 'PreconditionFailedException');
    const right = await harness.call('POST', `${f}/versions`, { body: { CodeSha256 } });
    assert.equal(right.status, 201);
  });

  it('is also asked for by creations and updates of code', async () => {
    const harness = makeHarness();
    const body = createBody('f', { Publish: true });
    const created = (await harness.call('POST', functions, { body })).json();
    assert.deepEqual([created.Version, created.FunctionArn], ['1', `${arn}:f`]);
    await harness.call('PUT', `${f}/configuration`, { body: { Timeout: 9 } });
    const { ZipFile } = body.Code as { ZipFile: string };
    const updated = await harness.call('PUT', `${f}/code`, { body: { ZipFile, Publish: true } });
    const { Version, FunctionArn, State } = updated.json();
    assert.deepEqual([Version, FunctionArn, State], ['2', `${arn}:f:2`, 'Pending']);
  });

  it('of a function that does not exist is not found', async () => {
    const answer = await makeHarness().call('POST', `${f}/versions`, { body: {} });
    assert.equal(answer.status, 404);
  });
});

describe('a version', () => {
  it('is read by its number, as a qualifier or in the name', async () => {
    const harness = await withVersions();
    for (const [target, timeoutS, qualified] of [
      ['f?Qualifier=1', 3, 'f:1'],
      ['f:1', 3, 'f:1'],
      [encodeURIComponent(`${arn}:f:1`), 3, 'f:1'],
      ['f:2', 9, 'f:2'],
      ['f', 9, 'f'],
    ] as const) {
      const { Configuration } = (await harness.call('GET', `${functions}/${target}`)).json();
      assert.equal(Configuration.Timeout, timeoutS, target);
      assert.equal(Configuration.FunctionArn, `${arn}:${qualified}`);
    }
  });

  it('is listed behind $LATEST in the order of numbers, page by page', async () => {
    const harness = await withFunction();
    for (let version = 1; version <= 11; version++) {
      await harness.call('PUT', `${f}/configuration`, { body: { Timeout: version + 1 } });
      await harness.call('POST', `${f}/versions`, { body: {} });
    }
    const first = (await harness.call('GET', `${f}/versions?MaxItems=10`)).json();
    const marker = encodeURIComponent(first.NextMarker);
    const rest = (await harness.call('GET', `${f}/versions?MaxItems=10&Marker=${marker}`)).json();
    const arns = [...first.Versions, ...rest.Versions].map((entry) => entry.FunctionArn);
    const numbers = Array.from({ length: 11 }, (_, at) => `${arn}:f:${at + 1}`);
    assert.deepEqual(arns, [`${arn}:f:$LATEST`, ...numbers]);
    assert.deepEqual([first.Versions.length, rest.NextMarker], [10, undefined]);
    assert.equal((await harness.call('GET', `${functions}/none/versions`)).status, 404);
  });

  it('is listed among all functions where all versions are asked for', async () => {
    const harness = await withVersions();
    await harness.call('POST', functions, { body: createBody('g', { Publish: true }) });
    const seen: string[] = [];
    let marker = '';
    do {
      const query = `FunctionVersion=ALL&MaxItems=2&Marker=${encodeURIComponent(marker)}`;
      const page = (await harness.call('GET', `${functions}?${query}`)).json();
      for (const { FunctionName, Version } of page.Functions)
        seen.push(`${FunctionName}:${Version}`);
      marker = page.NextMarker ?? '';
    } while (marker !== '');
    assert.deepEqual(seen, ['f:$LATEST', 'f:1', 'f:2', 'g:$LATEST', 'g:1']);
  });

  it('is deleted alone, unless an alias points to it', async () => {
    const harness = await withVersions();
    await harness.call('POST', `${f}/aliases`, { body: { Name: 'live', FunctionVersion: '1' } });
    const refused = await harness.call('DELETE', `${f}?Qualifier=1`);
    assert.deepEqual(
      [refused.status, refused.json()],
      [
        409,
        {
          Type: 'User',
          message: 'Unable to delete version because the following aliases reference it: [live]',
        },
      ],
    );
    assert.equal((await harness.call('DELETE', `${functions}/f:2`)).status, 204);
    assert.equal((await harness.call('GET', `${functions}/f:2`)).status, 404);
    assert.equal((await harness.call('GET', `${functions}/f:1`)).status, 200);
  });

  it('is invoked by its number, and the function sees the ARN that the caller named', async () => {
    const harness = await withVersions();
    harness.answer = ({ qualifier }) => outcome(null, { executedVersion: qualifier });
    const answer = await harness.call('POST', `${functions}/f:1/invocations`);
    assert.equal(answer.headers['x-amz-executed-version'], '1');
    await harness.call('POST', `${f}/invocations`);
    await harness.call('POST', `${f}/invocations?Qualifier=$LATEST`);
    const named = harness.invocations.map(({ qualifier, invokedAs }) => [qualifier, invokedAs]);
    assert.deepEqual(named, [
      ['1', '1'],
      ['$LATEST', ''],
      ['$LATEST', '$LATEST'],
    ]);
  });
});

describe('what a node cannot open', () => {
  it('is told of that function alone, in the way of AWS', async () => {
    const harness = await withFunction({ Environment: { Variables: { GREETING: 'hi' } } });
    await harness.call('POST', functions, { body: createBody('g') });
    harness.catalog.keyByte = 2;
    // makes a new record, which nobody has opened yet
    await harness.catalog.tag('f', { a: 'b' });
    const { Functions } = (await harness.call('GET', functions)).json();
    assert.equal(Functions.length, 2);
    assert.match(Functions[0].Environment.Error.Message, /of the function f cannot be opened/);
    assert.equal(Functions[1].Environment, undefined);
  });
});

describe('the position of the log', () => {
  it('is told with every write, and with no read', async () => {
    const harness = makeHarness();
    const created = await harness.call('POST', functions, { body: createBody('f') });
    const read = await harness.call('GET', f);
    const tagged = await harness.call('POST', `/2017-03-31/tags/${arn}:f`, {
      body: { Tags: { a: 'b' } },
    });
    assert.deepEqual(
      [created, read, tagged].map(({ headers }) => headers['x-hearth-log-position']),
      ['1', undefined, '2'],
    );
  });

  it('holds a request back until this node has come that far, or says so after a while', async () => {
    const harness = await withFunction();
    const headers = { 'x-hearth-log-position': '2' };
    let answered = false;
    const early = harness.call('POST', `${f}/invocations`, { headers }).then((answer) => {
      answered = true;
      return answer;
    });
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(answered, false);
    await harness.call('PUT', `${f}/configuration`, { body: { Timeout: 9 } });
    assert.equal((await early).status, 200);
    const late = harness.call('GET', f, { headers: { 'x-hearth-log-position': '9' } });
    await new Promise((resolve) => setImmediate(resolve));
    harness.catalog.clock.advance(2000);
    const { status, headers: told } = await late;
    assert.deepEqual([status, told['retry-after']], [503, '1']);
    const odd = await harness.call('GET', f, { headers: { 'x-hearth-log-position': 'x' } });
    assert.equal(odd.status, 400);
  });
});

describe('a read', () => {
  const some = ['f', 'f/configuration', 'f/versions', 'f/aliases', 'none'];
  const paths = [functions, ...some.map((path) => `${functions}/${path}`)];

  it('says whether it was confirmed, or is of what this node has, refusals too', async () => {
    const harness = await withFunction();
    for (const hasMajority of [true, false]) {
      harness.catalog.hasMajority = hasMajority;
      for (const path of paths) {
        const { headers } = await harness.call('GET', path);
        assert.equal(headers['x-hearth-read'], hasMajority ? 'confirmed' : 'local', path);
      }
    }
    const written = await harness.call('PUT', `${f}/configuration`, { body: { Timeout: 9 } });
    assert.equal(written.headers['x-hearth-read'], undefined);
  });

  it('finds that there is no function only where that is confirmed, and so does a write', async () => {
    const harness = makeHarness();
    const none = `${functions}/none/configuration`;
    for (const [hasMajority, status] of [
      [true, 404],
      [false, 503],
    ] as const) {
      harness.catalog.hasMajority = hasMajority;
      assert.equal((await harness.call('GET', none)).status, status);
      assert.equal((await harness.call('PUT', none, { body: { Timeout: 9 } })).status, status);
    }
  });
});
