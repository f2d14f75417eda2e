/**
 * The protocol of Maelstrom: one JSON object per line, `{src, dest, body}`, on standard input and output.
 * Requests carry `msg_id`, answers `in_reply_to`.
 *
 * Source: github.com/jepsen-io/maelstrom, doc/protocol.md and doc/workloads.md.
 */

export interface Body {
  readonly type: string;
  readonly msg_id?: number;
  readonly in_reply_to?: number;
  readonly [field: string]: unknown;
}

export interface Packet {
  readonly src: string;
  readonly dest: string;
  readonly body: Body;
}

/** Each of these is definite: what was asked did not happen and never will. */
export const errorCodes = {
  notSupported: 10,
  temporarilyUnavailable: 11,
  malformedRequest: 12,
  keyDoesNotExist: 20,
  preconditionFailed: 22,
} as const;

export type ErrorName = keyof typeof errorCodes;

export function errorBody(name: ErrorName, text: string): Body {
  return { type: 'error', code: errorCodes[name], text };
}

/** Throws a SyntaxError where the line is not a packet. */
export function parsePacket(line: string): Packet {
  const packet: unknown = JSON.parse(line);
  if (!isRecord(packet) || !isRecord(packet.body) || typeof packet.body.type !== 'string') {
    throw new SyntaxError(`not a packet: ${line.slice(0, 200)}`);
  }
  return { src: String(packet.src), dest: String(packet.dest), body: packet.body as Body };
}

/** A packet whose body is JSON already. `src` and `dest` come first: harnesses may route by them alone. */
export function packetLine(src: string, dest: string, body: string): string {
  return `{"src":${JSON.stringify(src)},"dest":${JSON.stringify(dest)},"body":${body}}\n`;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
