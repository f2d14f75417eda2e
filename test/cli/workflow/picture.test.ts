import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import fc from 'fast-check';
import { conditionText } from '../../../src/cli/workflow/picture/condition.js';
import { type Box, type Line, layoutOf } from '../../../src/cli/workflow/picture/layout.js';
import { fitted, lettering, widthOf } from '../../../src/cli/workflow/picture/lettering.js';
import { workflowSvg } from '../../../src/cli/workflow/picture/picture.js';
import { HistoryMaker } from './history.js';

const graph = fc.integer({ min: 1, max: 14 }).chain((size) =>
  fc.record({
    boxes: fc.array(
      fc.record({
        width: fc.integer({ min: 60, max: 300 }),
        height: fc.integer({ min: 30, max: 90 }),
      }),
      {
        minLength: size,
        maxLength: size,
      },
    ),
    lines: fc.array(
      fc.record({
        from: fc.nat(size - 1),
        to: fc.nat(size - 1),
        labelWidth: fc.constantFrom(0, 40, 120),
      }),
      { maxLength: 2 * size },
    ),
  }),
);

test('in no graph a box lies upon another, a line runs through one, or a label lacks a place', () => {
  fc.assert(
    fc.property(graph, ({ boxes: sizes, lines: ends }) => {
      const boxes: Box[] = sizes.map((size, at) => ({ key: String(at), ...size }));
      const lines: Line[] = ends.map(({ from, to, labelWidth }) => ({
        from: String(from),
        to: String(to),
        labelWidth,
        farLabelWidth: labelWidth,
      }));
      const layout = layoutOf(boxes, lines);
      const placed = boxes.map((box) => ({
        ...box,
        ...(layout.boxes.get(box.key) ?? { x: Number.NaN, y: 0 }),
      }));
      for (const [at, one] of placed.entries()) {
        assert.ok(one.x >= -0.001 && one.x + one.width <= layout.width + 0.001);
        assert.ok(one.y >= 0 && one.y + one.height <= layout.height + 0.001);
        for (const other of placed.slice(at + 1)) {
          const beside =
            one.x + one.width <= other.x + 0.001 || other.x + other.width <= one.x + 0.001;
          const below =
            one.y + one.height <= other.y + 0.001 || other.y + other.height <= one.y + 0.001;
          assert.ok(beside || below, `${one.key} and ${other.key} overlap`);
        }
      }
      for (const { points, label } of layout.lines) {
        for (const { x, y } of points) assert.ok(Number.isFinite(x) && Number.isFinite(y));
        for (const [at, point] of points.entries()) {
          const before = points[at - 1];
          if (before === undefined) continue;
          const [low, high] = [Math.min(before.y, point.y), Math.max(before.y, point.y)];
          // a curve may be anywhere between its ends, and stands where no box is
          const crossed = placed.find(
            ({ x, y, width, height }) =>
              y + 0.001 < high &&
              y + height > low + 0.001 &&
              (at % 2 === 0 || (x < point.x && point.x < x + width)),
          );
          assert.equal(crossed, undefined, 'a line runs through a box');
        }
        if (label === null) continue;
        const covered = placed.some(
          ({ x, y, width, height }) =>
            label.x > x && label.x < x + width && label.y > y && label.y < y + height,
        );
        assert.ok(!covered, 'a label is written over a box');
      }
    }),
  );
});

const evil = '</title><script>alert(1)</script>"\'&\u0000\ud800';

test('nothing that a user writes becomes markup', () => {
  const definition = {
    StartAt: evil,
    States: {
      [evil]: {
        Type: 'Choice',
        Choices: [{ Variable: evil, StringEquals: evil, Next: 'B' }],
        Default: 'B',
      },
      B: { Type: 'Task', Resource: evil, End: true },
    },
  };
  const history = new HistoryMaker();
  history.begin();
  history.enter('Choice', evil, evil, 0);
  const svg = workflowSvg(definition, history.events, { title: evil });
  assert.doesNotMatch(svg, /<script|alert\(1\)<\/|[\ud800-\udfff]/);
  assert.ok(!svg.includes('\u0000'));
  const tags = [...svg.matchAll(/<(\/?\w+)/g)].map(([, name]) => name?.replace('/', ''));
  const known = new Set('svg style defs marker path rect text g title circle'.split(' '));
  assert.deepEqual(
    [...new Set(tags)].filter((name) => !known.has(name ?? '')),
    [],
  );
});

test('each state is coloured by what happened to it, and tells its input and output', () => {
  const definition = {
    StartAt: 'A',
    States: {
      A: { Type: 'Task', Resource: 'arn:aws:lambda:us-east-1:123456789012:function:f', Next: 'B' },
      B: { Type: 'Pass', End: true },
    },
  };
  const history = new HistoryMaker();
  history.begin();
  history.task('A', { question: 6 }, { answer: 42 }, 1, 0);
  const svg = workflowSvg(definition, history.events);
  assert.match(svg, /class="box succeeded "/);
  assert.match(svg, /class="box untouched "/);
  assert.match(svg, /✓ succeeded · 1\.\d\d s · 2 attempts/);
  assert.match(svg, /output: \{&quot;answer&quot;:42\}/);
  assert.equal(workflowSvg(definition, history.events), svg);
});

test('what leads from a state to itself is one line with its words beside it', () => {
  const Choices = [
    { Variable: '$.a', IsNull: true, Next: 'A' },
    { Variable: '$.b', IsNull: true, Next: 'A' },
  ];
  const States = { A: { Type: 'Choice', Choices, Default: 'B' }, B: { Type: 'Succeed' } };
  const svg = workflowSvg({ StartAt: 'A', States }, []);
  assert.equal(svg.split('class="line untaken"').length - 1, 3);
  const [, x = ''] = /<text x="([\d.]+)"[^>]*>\$\.a is null, \$\.b is null</.exec(svg) ?? [];
  const [, width = ''] = /<svg [^>]*width="([\d.]+)"/.exec(svg) ?? [];
  assert.ok(Number(x) > 0 && Number(x) + 150 < Number(width));
});

test('of items the worst is told, of a loop the last turn', () => {
  const inner = { StartAt: 'I', States: { I: { Type: 'Pass', End: true } } };
  const definition = {
    StartAt: 'Each',
    States: { Each: { Type: 'Map', ItemProcessor: inner, End: true } },
  };
  const history = new HistoryMaker();
  history.begin();
  history.enter('Map', 'Each', [1, 2], 0);
  const started = history.add('MapStateStarted', { length: 2 });
  for (const index of [0, 1]) {
    const item = history.add('MapIterationStarted', { name: 'Each', index }, started);
    if (index === 0) history.enter('Pass', 'I', 1, item);
    else history.pass('I', 2, item);
  }
  const svg = workflowSvg(definition, history.events);
  assert.match(svg, /▶ running · 2 times/);
  assert.match(svg, /0 of 2 items/);
});

test('a definition that is too large to be read as a picture is refused', () => {
  const names = Array.from({ length: 600 }, (_, at) => `S${at}`);
  const States = Object.fromEntries(names.map((name) => [name, { Type: 'Succeed' }]));
  assert.throws(() => workflowSvg({ StartAt: 'S0', States }, []), /too many states for a picture/);
});

test('500 states that all lead to one are drawn in reasonable time', () => {
  const names = Array.from({ length: 499 }, (_, at) => `S${at}`);
  const States: Record<string, unknown> = { End: { Type: 'Fail' } };
  for (const [at, name] of names.entries()) {
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'End' }];
    States[name] = { Type: 'Task', Resource: 'r', Next: names[at + 1] ?? 'End', Catch };
  }
  const svg = workflowSvg({ StartAt: 'S0', States }, []);
  assert.match(svg, /States\.ALL → End/);
});

test('words are measured as they are seen: wide letters are wide, and no character is cut in two', () => {
  const { small } = lettering;
  assert.ok(widthOf('注文を受け', small) > 1.6 * widthOf('order', small));
  assert.equal(widthOf('👩‍👩‍👧‍👦', small), widthOf('🚀', small));
  assert.equal(fitted('order', small, widthOf('order', small)), 'order');
  assert.equal(fitted('order', small, widthOf('orde', small)), 'ord…');
  assert.equal(fitted('a👩‍👩‍👧‍👦bc', small, widthOf('a👩‍👩‍👧‍👦b', small)), 'a👩‍👩‍👧‍👦…');
  assert.equal(fitted(`a \n ${'b'.repeat(1000)}`, small, 1e6).length, 400 - 2 + 1);
});

test('rules of a Choice are told in a few characters', () => {
  assert.equal(conditionText({ Variable: '$.a', NumericGreaterThanEquals: 3 }), '$.a ≥ 3');
  assert.equal(conditionText({ Variable: '$.a', StringEqualsPath: '$.b' }), '$.a = $.b');
  assert.equal(conditionText({ Variable: '$.a', IsPresent: false }), '$.a is not present');
  assert.equal(conditionText({ Condition: '{% $x > 1 %}' }), '$x > 1');
  const both = {
    And: [{ Variable: '$.a', IsNull: true }, { Not: { Variable: '$.b', BooleanEquals: true } }],
  };
  assert.equal(conditionText(both), '$.a is null and not ($.b = true)');
});
