/** A span that has ended, as data: made here, and given to whoever exports it. */

export type SpanKind = 'server' | 'client' | 'internal';
export type Attributes = Readonly<Record<string, string | number | boolean>>;

export interface EndedSpan {
  readonly name: string;
  readonly kind: SpanKind;
  /** 32 and 16 hexadecimal digits. */
  readonly traceId: string;
  readonly spanId: string;
  /** Empty of the first span of a trace. */
  readonly parentId: string;
  /** Milliseconds since 1970, with fractions. */
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Attributes;
  /** The type of what went wrong; null where nothing did. */
  readonly error: string | null;
}

/** Neither waits nor throws. */
export interface SpanSink {
  add(span: EndedSpan): void;
}
