/** The registry as a state machine on the log: the same commands give the same everywhere, within limits. */
import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { limits } from '../../../src/types/index.js';
import { type RegistryCommand, RegistryCore } from '../../../src/workflow/registry/index.js';

const create = (name: string, more: object = {}): RegistryCommand => ({
  kind: 'create-state-machine',
  ...{ name, type: 'STANDARD', definition: `of ${name}`, roleArn: 'r' },
  ...{ logging: {}, tracing: {}, tags: [], publish: null },
  ...more,
});
const update = (name: string, definition: string, revisionId = definition): RegistryCommand => ({
  ...{ kind: 'update-state-machine', name, definition, revisionId },
  publish: { description: '' },
});

const names = fc.constantFrom('a', 'b', 'c');
const versions = fc.integer({ min: 1, max: 4 });
const commands: fc.Arbitrary<RegistryCommand> = fc.oneof(
  fc
    .tuple(names, fc.constantFrom(null, { description: 'd' }))
    .map(([name, publish]) => create(name, { publish })),
  fc.tuple(names, fc.constantFrom('x', 'y')).map(([name, text]) => update(name, text)),
  names.map((name) => ({ kind: 'delete-state-machine', name }) as const),
  fc
    .tuple(names, versions)
    .map(([stateMachine, version]) => ({ kind: 'delete-version', stateMachine, version }) as const),
  fc.tuple(names, versions).map(
    ([stateMachine, version]) =>
      ({
        kind: 'create-alias',
        ...{ stateMachine, name: 'live', description: '' },
        routing: [{ version, weight: 100 }],
      }) as const,
  ),
  names.map((stateMachine) => ({ kind: 'delete-alias', stateMachine, name: 'live' }) as const),
  names.map((name) => ({ kind: 'create-activity', name, tags: [] }) as const),
  names.map((name) => ({ kind: 'delete-activity', name }) as const),
  names.map(
    (name) => ({ kind: 'tag', of: 'activity', name, tags: [{ key: 'k', value: '' }] }) as const,
  ),
);

describe('the registry', () => {
  it('is the same after a snapshot at any point, and goes on the same', () => {
    fc.assert(
      fc.property(fc.array(commands, { maxLength: 40 }), fc.nat(40), (all, cut) => {
        const running = (name: string) => (name === 'a' ? 1 : 0);
        const one = new RegistryCore();
        for (const [index, command] of all.slice(0, cut).entries()) {
          one.apply(command, index, running);
        }
        const other = new RegistryCore();
        for (const part of JSON.parse(JSON.stringify([...one.image()]))) other.restore(part);
        for (const [index, command] of all.slice(cut).entries()) {
          const result = one.apply(command, index, running);
          assert.deepEqual(other.apply(command, index, running), result);
        }
        assert.deepEqual(other.stateMachines(), one.stateMachines());
        assert.deepEqual(other.activities(), one.activities());
      }),
      { seed: 20_261_123 },
    );
  });

  it('has no alias that leads to a version that is not there', () => {
    fc.assert(
      fc.property(fc.array(commands, { maxLength: 60 }), (all) => {
        const core = new RegistryCore();
        for (const [index, command] of all.entries()) core.apply(command, index);
        for (const { aliases, versions, lastVersion } of core.stateMachines()) {
          const numbers = versions.map(({ version }) => version);
          assert.ok(numbers.every((version) => version <= lastVersion));
          for (const { routing } of aliases) {
            assert.ok(routing.every(({ version }) => numbers.includes(version)));
          }
        }
      }),
      { seed: 20_261_123 },
    );
  });

  it('takes no more versions, and no more text, than there may be', () => {
    const core = new RegistryCore();
    core.apply(create('a'), 1);
    for (let count = 1; count <= limits.stateMachineVersionsMax; count++) {
      assert.equal(core.apply(update('a', `v${count}`), count).kind, 'done');
    }
    const before = core.stateMachine('a');
    const refused = core.apply(update('a', 'one more'), 5);
    assert.equal(refused.kind === 'refused' && refused.code, 'service-quota-exceeded');
    assert.equal(core.stateMachine('a'), before);

    // two bytes for each character, and 2 ** 20 characters at the most
    const definition = 'x'.repeat(2 ** 20);
    const most = limits.definitionBytesTogetherMax / 2 ** 21;
    const full = new RegistryCore();
    for (let count = 1; count <= most; count++) {
      assert.equal(full.apply(create(`m${count}`, { definition }), 1).kind, 'done');
    }
    const last = full.apply(create('last', { definition }), 1);
    assert.equal(last.kind === 'refused' && last.code, 'state-machine-limit-exceeded');
    full.apply({ kind: 'delete-state-machine', name: 'm1' }, 1);
    assert.equal(full.apply(create('last', { definition }), 1).kind, 'done');
  });

  it('finds what an ARN runs, and nothing for what is not there', () => {
    const core = new RegistryCore();
    const arn = 'arn:aws:states:us-east-1:123456789012:stateMachine:a';
    core.apply(create('a', { publish: { description: '' } }), 1);
    core.apply(update('a', 'now'), 2);
    const routing = [
      { version: 1, weight: 100 },
      { version: 2, weight: 0 },
    ];
    const alias = { stateMachine: 'a', name: 'live', description: '', routing };
    core.apply({ kind: 'create-alias', ...alias }, 3);
    const found = (text: string) => core.runnable(text, 0.999)?.definition;
    assert.deepEqual([arn, `${arn}:1`, `${arn}:2`, `${arn}:live`].map(found), [
      'now',
      'of a',
      'now',
      'of a',
    ]);
    for (const none of [`${arn}:3`, `${arn}:x`, `${arn}b`, `${arn}:`, 'a', '']) {
      assert.equal(found(none), undefined, none);
    }
  });

  it('keeps a deleted state machine of which executions run until they have ended, as it is', () => {
    const core = new RegistryCore();
    const running = () => 1;
    core.apply(create('a', { publish: { description: '' } }), 1);
    assert.equal(core.apply({ kind: 'delete-state-machine', name: 'a' }, 2, running).kind, 'done');
    assert.equal(core.stateMachine('a')?.isDeleting, true);
    for (const command of [
      create('a'),
      update('a', 'other'),
      { kind: 'publish-version', name: 'a', description: '', revisionId: null } as const,
      {
        kind: 'create-alias',
        stateMachine: 'a',
        name: 'live',
        description: '',
        routing: [{ version: 1, weight: 100 }],
      } as const,
    ]) {
      const result = core.apply(command, 3, running);
      assert.equal(result.kind === 'refused' && result.code, 'state-machine-deleting');
    }
    assert.equal(core.apply({ kind: 'delete-state-machine', name: 'a' }, 4, running).kind, 'done');
    core.ended('a');
    assert.equal(core.stateMachine('a'), undefined);
    assert.equal(core.apply(create('a'), 5).kind, 'done');
    core.ended('a');
    assert.equal(core.stateMachine('a')?.isDeleting, undefined);
  });
});
