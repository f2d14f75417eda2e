import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import { exportJWK, generateKeyPair, type JSONWebKeySet, type JWTPayload, SignJWT } from 'jose';
import { IssuerKeys } from '../../../src/ingress/urls/issuer-keys.js';
import { Tokens } from '../../../src/ingress/urls/tokens.js';
import { UrlRefusal } from '../../../src/ingress/urls/url-refusals.js';
import { SimulatedClock, silentLogger } from '../../../src/lib/index.js';

const Issuer = 'https://issuer.example';
const config = { Issuer, Audience: ['shop', 'desk'], JwksUri: `${Issuer}/keys` };
const minuteMs = 60_000;

async function keyPair(kid: string, alg = 'ES256') {
  const { publicKey, privateKey } = await generateKeyPair(alg);
  return { jwk: { ...(await exportJWK(publicKey)), kid, alg }, privateKey, kid, alg };
}

type Pair = Awaited<ReturnType<typeof keyPair>>;

/** An issuer whose keys can change, and who can be away; and the node that asks. */
function issuer(...pairs: Pair[]) {
  const clock = new SimulatedClock();
  const state = { pairs, away: false, asked: 0, slow: Promise.resolve() };
  const keys = new IssuerKeys({
    clock,
    logger: silentLogger,
    fetch: async (uri): Promise<JSONWebKeySet> => {
      assert.equal(uri, config.JwksUri);
      state.asked++;
      if (state.away) throw new Error('nobody answers');
      await state.slow;
      return { keys: state.pairs.map(({ jwk }) => jwk) };
    },
  });
  const tokens = new Tokens(keys, clock);
  const sign = (pair: Pair, claims: JWTPayload = {}) => {
    const nowS = Math.floor(clock.wallMs() / 1000);
    const all = { iss: Issuer, aud: 'shop', sub: 'ann', exp: nowS + 3600, ...claims };
    const head = { alg: pair.alg, kid: pair.kid };
    return new SignJWT(all).setProtectedHeader(head).sign(pair.privateKey);
  };
  const verify = async (token: string) => (await tokens.verify(token, config)) !== null;
  return { clock, state, sign, verify, tokens };
}

describe('a token', () => {
  it('is right by signatures of RSA, elliptic curves and Edwards curves, and by no other', async () => {
    for (const alg of ['RS256', 'ES384', 'EdDSA']) {
      const pair = await keyPair('one', alg);
      const { sign, verify } = issuer(pair);
      assert.ok(await verify(await sign(pair)), alg);
    }
    const pss = await keyPair('one', 'PS256');
    const { sign, verify } = issuer(pss);
    assert.ok(!(await verify(await sign(pss))), 'PS256');
  });

  it('is not right by a key that is too short, or none', async () => {
    const pair = await keyPair('one', 'RS256');
    for (const n of [pair.jwk.n?.slice(0, 100) ?? '', '']) {
      const { sign, verify } = issuer({ ...pair, jwk: { ...pair.jwk, n } });
      assert.ok(!(await verify(await sign(pair))), n);
    }
    const { n: _, ...jwk } = pair.jwk;
    const { sign, verify } = issuer({ ...pair, jwk: jwk as typeof pair.jwk });
    assert.ok(!(await verify(await sign(pair))));
  });

  it('is not right without a signature, or with one by the public key as a secret', async () => {
    const pair = await keyPair('one');
    const { sign, verify, clock } = issuer(pair);
    const [, claims, signature] = (await sign(pair)).split('.');
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    assert.ok(!(await verify(`${part({ alg: 'none' })}.${claims}.`)));
    const shared = await new SignJWT({ iss: Issuer, aud: 'shop', exp: clock.wallMs() })
      .setProtectedHeader({ alg: 'HS256', kid: 'one' })
      .sign(Buffer.from(JSON.stringify(pair.jwk)));
    assert.ok(!(await verify(shared)));
    const changed = part({ iss: Issuer, aud: 'shop', sub: 'root', exp: 4e9 });
    const [head] = (await sign(pair)).split('.');
    assert.ok(!(await verify(`${head}.${changed}.${signature}`)));
    for (const nonsense of ['', 'a.b.c', 'x'.repeat(10_000)]) assert.ok(!(await verify(nonsense)));
  });

  it('is not right of another issuer, for another audience, too late, too early, or without an end', async () => {
    const pair = await keyPair('one');
    const { sign, verify, clock } = issuer(pair);
    const nowS = clock.wallMs() / 1000;
    const cases: [boolean, JWTPayload][] = [
      [true, { aud: ['other', 'desk'] }],
      [true, { aud: undefined as never, client_id: 'shop' }],
      [true, { exp: nowS - 59 }],
      [true, { nbf: nowS + 59 }],
      [false, { iss: 'https://other.example' }],
      [false, { aud: 'other' }],
      [false, { aud: 'other', client_id: 'shop' }],
      [false, { aud: undefined as never }],
      [false, { exp: nowS - 61 }],
      [false, { exp: undefined as never }],
      [false, { nbf: nowS + 61 }],
    ];
    for (const [right, claims] of cases) {
      assert.equal(await verify(await sign(pair, claims)), right, JSON.stringify(claims));
    }
  });
});

describe('the keys of an issuer', () => {
  it('are fetched once for many tokens, and again when they are old', async () => {
    const pair = await keyPair('one');
    const { sign, verify, state, clock } = issuer(pair);
    const token = await sign(pair);
    const all = await Promise.all(Array.from({ length: 50 }, () => verify(token)));
    assert.ok(all.every(Boolean));
    assert.equal(state.asked, 1);
    clock.advance(11 * minuteMs);
    assert.ok(await verify(token));
    assert.equal(state.asked, 2);
  });

  it('are fetched early for a new key, but rarely, whatever tokens name', async () => {
    const old = await keyPair('old');
    const fresh = await keyPair('new');
    const { sign, verify, state, clock } = issuer(old);
    assert.ok(await verify(await sign(old)));
    state.pairs = [fresh];
    const token = await sign(fresh);
    assert.ok(!(await verify(token)), 'too early to ask again');
    assert.equal(state.asked, 1);
    clock.advance(minuteMs / 2);
    assert.ok(await verify(token));
    assert.ok(!(await verify(await sign(old))), 'the old one is gone');
    assert.equal(state.asked, 2);
    for (let count = 0; count < 20; count++)
      await verify(await sign({ ...fresh, kid: `${count}` }));
    assert.equal(state.asked, 2);
  });

  it('are renewed while nobody waits for that', async () => {
    const pair = await keyPair('one');
    const { sign, verify, state, clock } = issuer(pair);
    const token = await sign(pair);
    assert.ok(await verify(token));
    clock.advance(6 * minuteMs);
    let answer = () => {};
    state.slow = new Promise((resolve) => {
      answer = resolve;
    });
    assert.ok(await verify(token), 'by the old keys');
    assert.equal(state.asked, 2);
    answer();
    assert.ok(await verify(token));
    assert.equal(state.asked, 2);
  });

  it('are used without a wait while the issuer has been found away', async () => {
    const pair = await keyPair('one');
    const { sign, verify, state, clock } = issuer(pair);
    const token = await sign(pair);
    assert.ok(await verify(token));
    state.away = true;
    clock.advance(11 * minuteMs);
    assert.ok(await verify(token), 'it was asked first, and does not answer');
    assert.equal(state.asked, 2);
    state.away = false;
    state.slow = new Promise(() => undefined);
    clock.advance(minuteMs);
    assert.ok(await verify(token));
    assert.equal(state.asked, 3);
  });

  it('are used for a while where the issuer is away, and nobody is let in without any', async () => {
    const pair = await keyPair('one');
    const { sign, verify, state, clock } = issuer(pair);
    state.away = true;
    const token = await sign(pair, { exp: clock.wallMs() / 1000 + 1e6 });
    const unavailable = (error: unknown) =>
      error instanceof UrlRefusal && error.reply.status === 503;
    await assert.rejects(verify(token), unavailable);
    await assert.rejects(verify(token), unavailable);
    assert.equal(state.asked, 1);
    state.away = false;
    clock.advance(2000);
    assert.ok(await verify(token));
    state.away = true;
    clock.advance(30 * minuteMs);
    assert.ok(await verify(token));
    clock.advance(31 * minuteMs);
    await assert.rejects(verify(token), unavailable);
  });
});
