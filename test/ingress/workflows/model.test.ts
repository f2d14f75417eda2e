/** The table of shapes beside the model that AWS's SDK is made from. */
import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import type { Members } from '../../../src/workflow/service/shape.js';
import { shapes } from '../../../src/workflow/service/shapes.js';
import { sfnOperations } from './sfn-model.js';

describe('the shapes of Step Functions', () => {
  const table: Readonly<Record<string, Members>> = shapes;

  it('are there for every operation of the model, and for no other', () => {
    assert.equal(sfnOperations.length, 37);
    assert.deepEqual(sfnOperations.map(({ name }) => name).sort(), Object.keys(table).sort());
  });

  for (const { name, input } of sfnOperations) {
    it(`have the members of ${name}, and require the same`, () => {
      const members = table[name] ?? {};
      assert.deepEqual(Object.keys(members).sort(), [...input.members].sort());
      const required = Object.keys(members).filter((member) => members[member]?.isRequired);
      assert.deepEqual(required.sort(), input.members.slice(0, input.requiredCount).sort());
    });
  }
});
