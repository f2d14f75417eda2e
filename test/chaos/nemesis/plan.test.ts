import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faults } from './faults.js';
import { goTogether, plan } from './plan.js';
import type { PlannedStep } from './types.js';

const minuteMs = 60_000;

/** Every step takes ten seconds. */
function stepsOf(seed: number, minutes: number, only: readonly string[] = []): PlannedStep[] {
  let nowMs = 1000;
  const steps: PlannedStep[] = [];
  for (const step of plan(faults, { seed, minutes, only, nowMs: () => nowMs })) {
    steps.push(step);
    nowMs += 10_000;
  }
  return steps;
}

function namesOf(steps: readonly PlannedStep[]): string[] {
  return steps.map((step) => step.faults.map(({ name }) => name).join(' + '));
}

test('each fault comes once alone before two come at once', () => {
  const steps = stepsOf(7, 30);
  const first = namesOf(steps.slice(0, faults.length)).sort();
  assert.deepEqual(first, faults.map(({ name }) => name).sort());
  const mixed = steps.slice(faults.length).filter((step) => step.faults.length === 2);
  assert.ok(mixed.length > 100, `${mixed.length} of ${steps.length} steps are mixed`);
});

test('a plan ends when the time is over, and without a time when each fault was done once', () => {
  assert.equal(stepsOf(1, 0).length, faults.length);
  assert.equal(stepsOf(1, 1).length, minuteMs / 10_000);
  assert.equal(stepsOf(1, 20).length, (20 * minuteMs) / 10_000);
});

test('the same seed makes the same plan, another one another', () => {
  assert.deepEqual(stepsOf(3, 15), stepsOf(3, 15));
  assert.notDeepEqual(namesOf(stepsOf(3, 15)), namesOf(stepsOf(4, 15)));
});

test('what needs the same, or everything, is not done at once', () => {
  const steps = [1, 2, 3, 4, 5].flatMap((seed) => stepsOf(seed, 60));
  for (const { faults: together, restMs } of steps) {
    assert.ok(restMs >= 2000 && restMs <= 4000);
    const needs = together.flatMap((fault) => fault.needs).filter((need) => need !== 'silence');
    assert.equal(new Set(needs).size, needs.length, namesOf([{ faults: together, restMs }])[0]);
    if (needs.includes('everything')) assert.equal(together.length, 1);
  }
});

test('two that silence nodes meet, but rarely', () => {
  const mixed = [1, 2, 3, 4, 5]
    .flatMap((seed) => stepsOf(seed, 60))
    .filter((step) => step.faults.length === 2);
  const both = mixed.filter((step) => step.faults.every(({ needs }) => needs.includes('silence')));
  assert.ok(both.length > 0);
  assert.ok(both.length < mixed.length / 5, `${both.length} of ${mixed.length}`);
});

test('a fault goes with none of its own kind of need', () => {
  const named = (name: string) => {
    const found = faults.find((fault) => fault.name === name);
    assert.ok(found, name);
    return found;
  };
  const [kill, stop] = [named('kill the Master'), named('stop the Master for a moment')];
  const [cut, clock] = [named('cut one pair'), named('a clock an hour ahead')];
  assert.equal(goTogether(kill, stop, true), false);
  assert.equal(goTogether(kill, clock, false), true);
  assert.equal(goTogether(kill, kill, true), false);
  assert.equal(goTogether(kill, cut, false), false);
  assert.equal(goTogether(kill, cut, true), true);
  assert.equal(goTogether(named('kill everything'), clock, true), false);
});

test('only the faults that are named are done, again and again where there are few', () => {
  const only = ['kill the Master', 'kill everything'];
  const steps = stepsOf(1, 5, only);
  assert.deepEqual([...new Set(namesOf(steps))].sort(), ['kill everything', 'kill the Master']);
  assert.equal(steps.length, (5 * minuteMs) / 10_000);
  assert.throws(() => stepsOf(1, 5, ['kill the master']), /there is no fault "kill the master"/);
});

test('no two faults have the same name', () => {
  assert.equal(new Set(faults.map(({ name }) => name)).size, faults.length);
});
