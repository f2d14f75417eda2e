import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  childContext,
  formatTraceparent,
  formatXray,
  parseTraceparent,
  parseXray,
  type TraceContext,
  traceContextOf,
  traceIdOf,
} from '../../src/types/index.js';

const traceId = '5759e988bd862e3fe1be46a994272793';
const parentId = '53995c3f42cd8ad8';
const traceparent = `00-${traceId}-${parentId}-01`;
const xray = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1';
const context: TraceContext = { traceId, parentId, sampled: true, state: '' };

describe('a trace context', () => {
  it('reads the same from either notation', () => {
    assert.deepEqual(parseTraceparent(traceparent), context);
    assert.deepEqual(parseXray(xray), context);
    assert.deepEqual([formatTraceparent(context), formatXray(context)], [traceparent, xray]);
  });

  it('takes what a later version of the W3C format has more, and nothing that is not the format', () => {
    assert.deepEqual(parseTraceparent(`cc-${traceId}-${parentId}-09-more`), context);
    for (const wrong of [
      '',
      'x',
      `ff-${traceId}-${parentId}-01`,
      `00-${traceId}-${parentId}-01-more`,
      `00-${'0'.repeat(32)}-${parentId}-01`,
      `00-${traceId}-${'0'.repeat(16)}-01`,
      `00-${traceId.toUpperCase()}-${parentId}-01`,
      `00-${traceId.slice(1)}-${parentId}-01`,
    ]) {
      assert.equal(parseTraceparent(wrong), undefined, wrong);
    }
  });

  it('needs only the root of an X-Ray header, whose members come in any order', () => {
    const root = 'Root=1-5759e988-bd862e3fe1be46a994272793';
    assert.deepEqual(parseXray(root), { ...context, parentId: '', sampled: false });
    assert.deepEqual(
      parseXray(`Self=1-2-3; Sampled=1;Lineage=a:0; ${root};Parent=${parentId}`),
      context,
    );
    for (const wrong of ['', 'Root=2-5759e988-bd862e3fe1be46a994272793', 'Root=1-x-y', 'Root']) {
      assert.equal(parseXray(wrong), undefined, wrong);
    }
  });

  it('is that of the X-Ray header where a request has both, else that of the other with its state', () => {
    const other = `00-${'a'.repeat(32)}-${parentId}-00`;
    const headers = { traceparent: other, tracestate: 'vendor=1' };
    assert.deepEqual(traceContextOf({ ...headers, 'x-amzn-trace-id': xray }), context);
    assert.deepEqual(traceContextOf({ ...headers, 'x-amzn-trace-id': 'nonsense' }), {
      traceId: 'a'.repeat(32),
      parentId,
      sampled: false,
      state: 'vendor=1',
    });
    assert.equal(traceContextOf({}), undefined);
  });

  it('tells a function the X-Ray header as it came, or as it is made of the other', () => {
    assert.equal(traceIdOf({ 'x-amzn-trace-id': 'as it came', traceparent }), 'as it came');
    assert.equal(traceIdOf({ traceparent }), xray);
    assert.equal(traceIdOf({ traceparent: 'nonsense' }), '');
    assert.equal(traceIdOf({}), '');
  });

  it('is passed on with a span of one’s own as the parent', () => {
    const child = childContext(context, 'b'.repeat(16));
    assert.equal(formatTraceparent(child), `00-${traceId}-${'b'.repeat(16)}-01`);
  });

  it('comes out of any header as a context that both notations can carry, or not at all', () => {
    const header = fc.oneof(
      fc.string(),
      fc.constantFrom(xray, traceparent),
      fc.mixedCase(fc.constant(xray)),
    );
    fc.assert(
      fc.property(header, header, (one, other) => {
        const found = traceContextOf({ 'x-amzn-trace-id': one, traceparent: other });
        if (found === undefined) return;
        assert.deepEqual(parseXray(formatXray(found)), { ...found, state: '' });
        if (found.parentId !== '') {
          assert.deepEqual(parseTraceparent(formatTraceparent(found)), { ...found, state: '' });
        }
      }),
      { seed: 1 },
    );
  });
});
