/**
 * Ids that must not be mixed up. They are plain strings at run time; the brand exists only for the
 * compiler, and the one place that makes a brand is the function beside it.
 */

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** A node's stable identity: 32 hex digits made at the first start and kept in its data directory. */
export type NodeId = Branded<'NodeId'>;
/** A cluster's identity: 32 hex digits made once, by the node that founds it. */
export type ClusterId = Branded<'ClusterId'>;
/** An invocation's identity: a lower-case UUID, the function's `awsRequestId`. */
export type RequestId = Branded<'RequestId'>;
/** SHA-256 of a code bundle, 64 lower-case hex digits. */
export type BundleHash = Branded<'BundleHash'>;

const hex32 = /^[0-9a-f]{32}$/;
const hex64 = /^[0-9a-f]{64}$/;

export const nodeId = (text: string): NodeId => checked(text, hex32, 'node id') as NodeId;
export const clusterId = (text: string): ClusterId =>
  checked(text, hex32, 'cluster id') as ClusterId;
export const requestId = (text: string): RequestId => text as RequestId;
export const bundleHash = (text: string): BundleHash =>
  checked(text, hex64, 'bundle hash') as BundleHash;

function checked(text: string, shape: RegExp, what: string): string {
  if (!shape.test(text)) throw new TypeError(`not a ${what}: ${JSON.stringify(text.slice(0, 80))}`);
  return text;
}
