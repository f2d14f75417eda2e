import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Command, cronOf, decodeCommand, ProvisionedPlan } from '../../src/catalog/index.js';
import {
  applied,
  create,
  createAlias,
  deleteVersion,
  provisionOf,
  publish,
  setMemory,
  updateAlias,
  wordOf,
} from './commands.js';

const setSnapStart = (id: string, snapStart: boolean): Command => ({
  id,
  kind: 'update-settings',
  name: 'f',
  changes: { snapStart },
  revisionId: `rev-${id}`,
  lastModified: '',
});
const reserve = (id: string, executions: number | null): Command => ({
  id,
  kind: 'reserve-concurrency',
  name: 'f',
  executions,
});

test('a version is provisioned by its number or by one alias, and not by both', () => {
  const { next } = applied(
    create('1', 'f'),
    publish('2', 'f'),
    setMemory('3', 'f', 256),
    publish('4', 'f'),
    createAlias('5', 'f', 'live', '1'),
    createAlias('6', 'f', 'next', '2'),
  );
  assert.equal(wordOf(next(provisionOf('7', 'f', 'live', 1))), '$LATEST');
  assert.equal(wordOf(next(provisionOf('8', 'f', '1', 1))), 'version-in-use');
  assert.equal(wordOf(next(provisionOf('9', 'f', '2', 1))), '$LATEST');
  assert.equal(wordOf(next(provisionOf('10', 'f', 'next', 1))), 'version-in-use');
  const move = (id: string, version: string): string =>
    wordOf(next(updateAlias(id, 'f', 'live', { changes: { version } })));
  assert.deepEqual(
    [move('11', '2'), move('12', '$LATEST')],
    ['version-in-use', 'invalid-parameter'],
  );
  next(provisionOf('13', 'f', '2', null));
  assert.equal(move('14', '2'), 'live');
});

test('more than is reserved cannot be provisioned, nor less reserved than is provisioned', () => {
  const { core, next } = applied(create('1', 'f'), publish('2', 'f'), reserve('3', 2));
  assert.equal(wordOf(next(provisionOf('4', 'f', '1', 3))), 'invalid-parameter');
  assert.equal(wordOf(next(provisionOf('5', 'f', '1', 2))), '$LATEST');
  assert.equal(wordOf(next(reserve('6', 1))), 'invalid-parameter');
  assert.equal(wordOf(next(reserve('7', null))), '$LATEST');
  assert.equal(core.state('f')?.reservedConcurrency, null);
});

test('a version with SnapStart is not provisioned', () => {
  const { next } = applied(create('1', 'f'), setSnapStart('2', true), publish('3', 'f'));
  assert.equal(wordOf(next(provisionOf('4', 'f', '1', 1))), 'invalid-parameter');
});

test('the functions that ask to be held ready are those that reserve, provision or have SnapStart', () => {
  const { core, next } = applied(create('1', 'f'), create('2', 'g'), publish('3', 'f'));
  const held = (): string => [...core.functionsWithCapacity()].join();
  assert.equal(held(), '');
  next(reserve('4', 0));
  assert.equal(held(), 'f');
  next(reserve('5', null));
  assert.equal(held(), '');
  next(provisionOf('6', 'f', '1', 1));
  assert.equal(held(), 'f');
  next(deleteVersion('7', 'f', '1'));
  assert.equal(held(), '');
  next(setSnapStart('8', true));
  assert.equal(held(), '');
  next(publish('9', 'f'));
  next(setSnapStart('10', false));
  assert.equal(held(), 'f');
  next({ id: '11', kind: 'delete', name: 'f' });
  assert.equal(held(), '');
});

test('a number that an older log holds is what is provisioned, without windows', () => {
  const { core } = applied(create('1', 'f'), publish('2', 'f'));
  const older = (id: string, executions: string): Command =>
    decodeCommand(
      Buffer.from(
        `{"id":"${id}","kind":"provision-concurrency","name":"f","qualifier":"1","executions":${executions}}`,
      ),
    );
  core.apply(3, older('3', '4'));
  const { executions, windows } = core.state('f')?.provisioned.get('1') ?? {};
  assert.deepEqual([executions, windows], [4, []]);
  core.apply(4, older('4', 'null'));
  assert.equal(core.state('f')?.provisioned.size, 0);
});

const at = (iso: string): number => Date.parse(iso);

test('a window is open from a start to the next end, in its time zone, on both sides of summer time', () => {
  const plan = new ProvisionedPlan({
    executions: 1,
    windows: [
      { start: '0 8 * * 1-5', end: '0 18 * * 1-5', timeZone: 'Europe/Berlin', executions: 5 },
    ],
  });
  const figures = [
    '2026-01-05T06:59:59.999Z',
    '2026-01-05T07:00:00Z',
    '2026-01-05T16:59:59.999Z',
    '2026-01-05T17:00:00Z',
    '2026-01-10T12:00:00Z',
    '2026-07-06T06:00:00Z',
    '2026-07-06T16:00:00Z',
  ].map((iso) => plan.executionsAt(at(iso)));
  assert.deepEqual(figures, [1, 5, 5, 1, 1, 5, 1]);
  const next = (iso: string): string => new Date(plan.nextChangeAfter(at(iso)) ?? 0).toISOString();
  assert.equal(next('2026-01-05T07:00:00Z'), '2026-01-05T17:00:00.000Z');
  assert.equal(next('2026-01-09T17:00:00Z'), '2026-01-12T07:00:00.000Z');
});

test('of windows that are open at the same time the highest counts, also below what stands outside', () => {
  const window = (start: string, end: string, executions: number) => {
    return { start, end, executions, timeZone: 'UTC' };
  };
  const plan = new ProvisionedPlan({
    executions: 9,
    windows: [window('0 8 * * *', '0 20 * * *', 2), window('0 12 * * *', '0 13 * * *', 4)],
  });
  const hours = ['07', '08', '12', '13', '20'];
  const figures = hours.map((hour) => plan.executionsAt(at(`2026-01-05T${hour}:00:00Z`)));
  assert.deepEqual(figures, [9, 2, 4, 2, 9]);
  assert.equal(new ProvisionedPlan({ executions: 1, windows: [] }).nextChangeAfter(0), null);
});

test('what is no cron expression of five fields, never comes, or has no time zone, is none', () => {
  const bad = ['', '* * * *', '* * * * * *', '@daily', '60 * * * *', '0 0 31 2 *', 'x y z a b'];
  for (const expression of bad) assert.equal(cronOf(expression, 'UTC'), null, expression);
  for (const zone of ['', 'Nowhere/Else', '+02:00', '../etc']) {
    assert.equal(cronOf('* * * * *', zone), null, zone);
  }
  assert.notEqual(cronOf('*/5 8-18 1,15 JAN-MAR MON-FRI', 'America/New_York'), null);
});
