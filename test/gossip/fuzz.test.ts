/**
 * A million hostile inputs for the codec, and whole packets of lies for the core. HEARTH_FUZZ_INPUTS changes how many, HEARTH_FUZZ_SEED where they begin; a
 * failure prints its seed.
 */
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import {
  type DropReason,
  type Effect,
  GossipCodec,
  GossipCore,
  type GossipMember,
  gossipParameters,
  type Packet,
} from '../../src/gossip/index.js';
import { Seal } from '../../src/gossip/seal.js';
import { seededRandom } from '../../src/lib/index.js';
import { clusterId, limits, nodeId, parseHostPort } from '../../src/types/index.js';
import { HostileBytes, type HostileKind, hostileKinds } from './hostile-bytes.js';
import { HostilePackets } from './hostile-packets.js';

const inputs = Number(process.env.HEARTH_FUZZ_INPUTS ?? 1_000_000);
const seed = Number(process.env.HEARTH_FUZZ_SEED ?? 1);
const share = (part: number): number => Math.ceil(inputs * part);

const cluster = clusterId('ab'.repeat(16));
const elsewhere = clusterId('cd'.repeat(16));
const secret = Buffer.from('0123456789abcdef');
const start = { salt: new Uint8Array(4), counter: 1_000_000 };
const self = nodeId('0'.repeat(32));
const peers = Array.from({ length: 20 }, (_, index) =>
  nodeId((index + 1).toString(16).padStart(32, '0')),
);

type Answer = 'ok' | DropReason;

for (const { name, secrets, part } of [
  { name: 'a node without a secret', secrets: [], part: 0.5 },
  { name: 'a node with a secret', secrets: [secret], part: 0.5 },
]) {
  test(`${name} answers every input with a packet or a reason (seed ${seed})`, () => {
    const random = seededRandom(seed);
    const own = new GossipCodec(cluster, secrets);
    const senders = {
      codec: new GossipCodec(cluster, secrets, start),
      stranger: new GossipCodec(elsewhere, secrets, start),
      seal: secrets[0] === undefined ? null : new Seal(cluster, [secrets[0]], start),
    };
    const source = new HostileBytes(random, senders, cluster, seed);
    const core = new LiveCore();
    const answers = new Map<string, number>();
    const total = share(part);
    for (let turn = 0; turn < total; turn++) {
      const { kind, bytes, carrier } = source.next();
      const result = own.decode(bytes, carrier);
      const answer = result.ok ? 'ok' : result.reason;
      count(answers, kind, answer);
      if (result.ok && turn % 32 === 0) core.take(result.packet, carrier === 'stream');
      if (turn % 10_000 === 0) core.check();
    }
    core.check();
    assert.equal(sum(answers), total, 'every input is counted once');
    check(answers, secrets.length > 0);
  });
}

test(`a core stays sane whatever packets say, and can still say all it knows (seed ${seed})`, () => {
  const random = seededRandom(seed);
  const source = new HostilePackets(random, cluster, [self, ...peers]);
  const wire = new GossipCodec(cluster, []);
  const core = new LiveCore();
  const total = share(0.03);
  for (let turn = 0; turn < total; turn++) {
    const sent = source.next();
    const result = wire.decode(wire.encode(sent, 'stream'), 'stream');
    assert.deepEqual(result.ok && result.packet.body, sent.body);
    if (result.ok) core.take(result.packet, random.below(8) === 0);
    if (turn % 1000 === 0) core.check();
  }
  core.check();
});

/** A core that takes part in a cluster of 21 while it is fuzzed; its words are really encoded. */
class LiveCore {
  readonly #wire = new GossipCodec(cluster, [secret]);
  readonly #core: GossipCore;
  #nowMs = 0;
  #taken = 0;

  constructor() {
    const load = { load: 0, waiting: 0, freeMemoryMb: 0 };
    const meta = { http: '127.0.0.1:8081', release: '1', joinedAt: 1, ...load };
    this.#core = new GossipCore(seededRandom(seed), {
      clusterId: cluster,
      id: self,
      generation: 2,
      cluster: '127.0.0.1:9081',
      meta: { ...meta, degraded: false, cohort: 0 },
    });
    const updates = peers.map((id, index) => ({
      ...{ id, generation: 2, incarnation: 0, status: 'alive' as const, endedS: 0, accusers: [] },
      cluster: `127.0.0.1:${9100 + index}`,
      meta: { ...meta, degraded: false, cohort: 0 },
    }));
    const [from = self] = peers;
    this.take(
      { clusterId: cluster, from, generation: 2, updates, view: '', body: { kind: 'sync' } },
      false,
    );
    this.check();
  }

  take(packet: Packet, onStream: boolean): void {
    this.#taken++;
    if (onStream) {
      const { reply, effects } = this.#core.exchange(packet, this.#nowMs);
      if (reply !== null && this.#taken % 50 === 0) this.#wire.encode(reply, 'stream');
      this.#perform(effects);
    } else this.#perform(this.#core.receive(packet, '127.0.0.1:9100', this.#nowMs));
    if (this.#taken % 20 > 0) return;
    this.#nowMs += gossipParameters.tickIntervalMs;
    this.#perform(this.#core.tick(this.#nowMs));
  }

  check(): void {
    const members = this.#core.members();
    assert.ok(members.length <= limits.membersMax, `${members.length} members`);
    assert.equal(new Set(members.map(({ id }) => id)).size, members.length, 'nobody twice');
    const me = members.find(({ id }) => id === self);
    assert.deepEqual([me?.status, me?.generation, me?.cluster], ['alive', 2, '127.0.0.1:9081']);
    for (const member of members) checkMember(member);
    for (const [reason, drops] of Object.entries(this.#core.counters.dropped)) {
      assert.ok(Number.isSafeInteger(drops) && drops >= 0, `${drops} drops for ${reason}`);
    }
  }

  #perform(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.kind === 'send') this.#wire.encode(effect.packet);
      if (effect.kind === 'exchange' && this.#taken % 50 === 0) {
        this.#wire.encode(effect.packet, 'stream');
      }
    }
  }
}

function checkMember({ id, generation, incarnation, cluster: address, meta }: GossipMember): void {
  nodeId(id);
  parseHostPort(address, 'the gossip address');
  parseHostPort(meta.http, 'the HTTP address');
  for (const number of [generation, incarnation, meta.joinedAt]) {
    assert.ok(Number.isSafeInteger(number) && number >= 0, `${number} of ${id}`);
  }
  assert.ok(meta.load >= 0 && meta.load <= 1);
}

function count(answers: Map<string, number>, kind: HostileKind, answer: Answer): void {
  const key = `${kind}: ${answer}`;
  answers.set(key, (answers.get(key) ?? 0) + 1);
}

function sum(answers: ReadonlyMap<string, number>): number {
  return [...answers.values()].reduce((total, each) => total + each, 0);
}

/** What each kind of input must have been answered, and must never. */
function check(answers: ReadonlyMap<string, number>, sealed: boolean): void {
  const got = (kind: HostileKind): Set<string> =>
    new Set(
      [...answers.keys()]
        .filter((key) => key.startsWith(`${kind}: `))
        .map((key) => key.slice(kind.length + 2)),
    );
  const only = (kind: HostileKind, ...allowed: Answer[]): void => {
    assert.deepEqual(
      [...got(kind)].filter((answer) => !allowed.some((one) => one === answer)),
      [],
      `${kind} was answered otherwise`,
    );
  };
  for (const kind of hostileKinds) assert.ok(got(kind).size > 0, `no input was ${kind}`);
  only('genuine', 'ok');
  if (!sealed) return;
  only('other-cluster', 'forged', 'replayed');
  only('noise', 'oversized', 'malformed', 'version', 'unsealed', 'forged', 'replayed');
  only('truncated', 'malformed', 'forged', 'replayed');
  only('spliced', 'ok', 'forged', 'malformed', 'replayed');
  only('replayed', 'ok', 'replayed');
  only('hostile-content', 'ok', 'malformed', 'oversized', 'replayed');
}
