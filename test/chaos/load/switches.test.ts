/** Aliases that are moved: never back, whatever becomes of the one that moves them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Desk, type DeskAnswer, Settings } from '../../e2e/histories/settings.js';
import { Switches, switchGapMs } from './switches.js';

/** One function as a node keeps it, which may be told not to answer. */
class OneFunction implements Desk {
  readonly name = 'a node';
  readonly asked: string[] = [];
  aliasVersion = 1;
  /** Of requests that it does, and does not answer. */
  silentOn: RegExp | null = null;
  /** Somebody else moves the alias as soon as it has been looked at. */
  isContended = false;
  #description = '';
  #versions = 1;
  #revision = 1;
  #aliasRevision = 1;

  async ask(method: string, path: string, body: unknown): Promise<DeskAnswer> {
    const what = `${method} ${path.split('/').slice(4).join('/')}`;
    this.asked.push(what);
    const answer = this.#answer(what, (body ?? {}) as Record<string, string>);
    if (this.silentOn?.test(what)) throw new Error('timeout');
    return answer;
  }

  #answer(what: string, body: Record<string, string>): DeskAnswer {
    const headers = { 'x-hearth-log-position': String(40 + this.#revision) };
    const told = (status: number, told: Record<string, unknown>) => ({
      status,
      headers,
      body: told,
    });
    if (what === 'PUT configuration') {
      this.#revision++;
      this.#description = body.Description ?? '';
      return told(200, { Description: this.#description });
    }
    const settings = { Description: this.#description, RevisionId: `r${this.#revision}` };
    if (what === 'GET configuration') return told(200, settings);
    if (what === 'POST versions') {
      return told(201, { ...settings, Version: String(++this.#versions) });
    }
    const alias = { RevisionId: `a${this.#aliasRevision}` };
    if (what === 'GET aliases/live') {
      if (this.isContended) this.#aliasRevision++;
      return told(200, alias);
    }
    if (body.RevisionId !== alias.RevisionId) return told(412, {});
    this.#aliasRevision++;
    this.aliasVersion = Number(body.FunctionVersion);
    return told(200, {});
  }
}

function switching() {
  const desk = new OneFunction();
  const settings = new Settings(() => desk);
  return { desk, switches: new Switches(settings, desk, ['f']) };
}

test('a switch is a new version, and an alias moved to it if nobody else has moved it', async () => {
  const { desk, switches } = switching();
  assert.equal(switches.newest('f'), null);
  await switches.step();
  assert.deepEqual(desk.asked, [
    'PUT configuration',
    'GET configuration',
    'POST versions',
    'GET aliases/live',
    'PUT aliases/live',
  ]);
  assert.equal(desk.aliasVersion, 2);
  assert.deepEqual(switches.newest('f'), { version: 2, logPosition: '42' });
});

test('a switch that was not answered is not acknowledged, and the next one goes on', async () => {
  const { desk, switches } = switching();
  await switches.step();
  desk.silentOn = /PUT aliases/;
  await switches.step();
  assert.equal(switches.newest('f')?.version, 2);
  desk.silentOn = null;
  await switches.step();
  assert.equal(desk.aliasVersion, 4);
  assert.equal(switches.newest('f')?.version, 4);
});

test('a switch that found the alias moved is none', async () => {
  const { desk, switches } = switching();
  desk.isContended = true;
  await switches.step();
  assert.equal(desk.aliasVersion, 1);
  assert.equal(switches.newest('f'), null);
});

test('one function is switched by one at a time', async () => {
  const { desk, switches } = switching();
  await Promise.all([switches.step(), switches.step()]);
  assert.equal(desk.asked.length, 5);
  assert.equal(desk.aliasVersion, 2);
});

test('switches come every three seconds, rarer the longer it lasts, and 60 at most', async () => {
  assert.deepEqual([0, 36_000, 180_000].map(switchGapMs), [3000, 3000, 15_000]);
  const { desk, switches } = switching();
  for (let count = 0; count < 70; count++) await switches.step();
  assert.equal(desk.aliasVersion, 61);
});
