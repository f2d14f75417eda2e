/** The picture: whatever a run holds, it is XML, it shows every fault, and nothing covers anything. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../../src/lib/index.js';
import {
  failure,
  fault,
  masterKill,
  minorityCut,
  request,
  sampleBeganMs,
  sampleRun,
} from '../checks/sample-run.js';
import { placed } from './lanes.js';
import { plotRight } from './panels.js';
import { timelineOf } from './timeline.js';
import { elementsOf } from './xml.js';

test('every fault is in it, with its name and its facts where the pointer rests', () => {
  const faults = [masterKill(), minorityCut(), fault({ name: 'a slow disk', kind: 'disk' })];
  const elements = elementsOf(timelineOf(sampleRun({ faults })));
  const groups = elements.filter(({ name, attributes }) => {
    return name === 'g' && attributes.class === 'fault';
  });
  assert.equal(groups.length, faults.length);
  const labels = elements.filter(({ name }) => name === 'text').map(({ text }) => text);
  for (const { name } of faults) assert.ok(labels.includes(name), name);
  const titles = elements.filter(({ name }) => name === 'title').map(({ text }) => text);
  const told = 'kill the Master at 0:10 for 6.0 s; node 1; died: node 1; agreed 0.8 s later';
  assert.ok(titles.includes(told), titles.join('\n'));
});

test('what people wrote is escaped', () => {
  const nasty = fault({ name: '<script>&"\u0000\ud800', oddities: ['it said ]]> & <b>'] });
  const svg = timelineOf(sampleRun({ faults: [nasty], sandbox: '"><x>' }));
  const texts = elementsOf(svg).map(({ text }) => text);
  assert.ok(texts.includes('<script>&"\ufffd\ufffd'));
  assert.ok(texts.some((text) => text.endsWith('it said ]]> & <b>')));
  assert.ok(!svg.includes('<script>'));
});

test('failures are red, each with how many there were, and there is nothing red without them', () => {
  const red = (svg: string): string[] =>
    elementsOf(svg).flatMap(({ name, attributes, text }) =>
      name === 'rect' && attributes.fill === '#c81e1e' && text !== '' ? [text] : [],
    );
  const requests = ['a', 'b'].map((id) => failure({ id, dueMs: sampleBeganMs + 12_000 }));
  assert.deepEqual(red(timelineOf(sampleRun({ load: { requests } }))), ['2 failed at 0:12']);
  assert.deepEqual(red(timelineOf(sampleRun())), []);
});

test('a run of nothing, one without faults, and one in which nothing succeeds are pictures too', () => {
  const { load } = sampleRun();
  const nothing = { ...sampleRun({ faults: [] }), load: { ...load, requests: [] } };
  const failed = { ...sampleRun(), load: { ...load, requests: [failure()] } };
  for (const record of [nothing, failed, sampleRun({ faults: [] })]) {
    const svg = timelineOf(record);
    elementsOf(svg);
    assert.doesNotMatch(svg, /NaN|Infinity|undefined/);
  }
});

test('all that is drawn lies within the picture, for long runs and for slow answers too', () => {
  const late = failure({ dueMs: sampleBeganMs + 1_790_000, endMs: sampleBeganMs + 1_800_001 });
  const faults = Array.from({ length: 100 }, (_, index) =>
    minorityCut({ beganMs: index * 17_900 }),
  );
  const slow = request({ dueMs: sampleBeganMs + 1_700_000, endMs: sampleBeganMs + 1_790_000 });
  const stalls = [{ atMs: sampleBeganMs + 1_800_000, lagMs: 30 }];
  const load = { requests: [late, slow], stalls };
  const elements = elementsOf(timelineOf(sampleRun({ faults, load })));
  const height = Number(elements[0]?.attributes.height);
  for (const { name, attributes } of elements) {
    if (name !== 'rect' || attributes.class === 'paper') continue;
    const [x, y] = [Number(attributes.x ?? 0), Number(attributes.y ?? 0)];
    assert.ok(
      x >= 0 && x + Number(attributes.width) <= plotRight + 0.1,
      JSON.stringify(attributes),
    );
    assert.ok(y >= 0 && y + Number(attributes.height) <= height, JSON.stringify(attributes));
  }
});

test('bars and labels never cover each other', () => {
  const random = seededRandom(3);
  const bars = Array.from({ length: 150 }, () => {
    const from = 64 + random.below(1100);
    const until = Math.min(1184, from + 3 + random.below(40));
    return { from, until, label: 'x'.repeat(3 + random.below(40)) };
  });
  const boxes = placed(bars, 1184).map(({ from, until, label, lane, labelAnchor }) => {
    const width = label.length * 6;
    return labelAnchor === 'start'
      ? { lane, from, until: until + width }
      : { lane, from: from - width, until };
  });
  for (const [index, box] of boxes.entries()) {
    for (const other of boxes.slice(index + 1)) {
      const apart = box.lane !== other.lane || box.until <= other.from || other.until <= box.from;
      assert.ok(apart, JSON.stringify([box, other]));
    }
    assert.ok(box.until <= 1184);
  }
});
