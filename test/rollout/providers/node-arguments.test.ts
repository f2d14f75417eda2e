/** The command lines of nodes that are started. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  argumentsIn,
  filesOf,
  nodeArgumentsOf,
} from '../../../src/rollout/providers/node-arguments.js';

const own = [
  ...['node', '--data', 'd', '--http=127.0.0.1:1', '--cluster', '127.0.0.1:2', '--join', 'a:1,b:2'],
  ...['--advertise', 'x:1', '--config', 'c.json', '--secret-file=/etc/s', '--log-level', 'warn'],
];
const kept = ['node', '--config', 'c.json', '--secret-file=/etc/s', '--log-level', 'warn'];

test('a node is started with the arguments of the one that starts it, but for those of its place', () => {
  assert.deepEqual(nodeArgumentsOf(own), kept);
});

test('the files that they name are told with their whole paths', () => {
  assert.deepEqual(filesOf(kept), [`${process.cwd()}/c.json`, '/etc/s']);
});

test('it joins the other places and some members, each once and never itself', () => {
  const places = [1, 2].map((number) => ({
    name: `p${number}`,
    http: `10.0.0.${number}:80`,
    cluster: `10.0.0.${number}:90`,
    data: `/data/${number}`,
  }));
  const [place] = places;
  assert.ok(place);
  const many = Array.from({ length: 100 }, (_, index) => `10.0.1.${index}:90`);
  const members = () => ['10.0.0.1:90', '10.0.0.2:90', ...many];
  const words = argumentsIn(place, places, { nodeArguments: kept, members });
  assert.deepEqual(words.slice(0, -1), [
    ...kept,
    ...['--data', '/data/1', '--http', '10.0.0.1:80', '--cluster', '10.0.0.1:90', '--join'],
  ]);
  const join = words.at(-1)?.split(',') ?? [];
  assert.deepEqual(join.slice(0, 2), ['10.0.0.2:90', '10.0.1.0:90']);
  assert.equal(join.length, 15);
});
