/** What the SDK for Java tells of an answer beside the answer: optimised integrations give it to the state machine. */
import type { JsonObject } from '../json.js';

export interface AnswerHead {
  readonly status: number;
  /** In the order that AWS has them, without a date. */
  readonly headers: Readonly<Record<string, string>>;
  readonly requestId: string;
  readonly wallMs: number;
}

/** `SdkHttpMetadata` and `SdkResponseMetadata`. */
export function sdkMetadata({ status, headers, requestId, wallMs }: AnswerHead): JsonObject {
  const all = {
    ...headers,
    'x-amzn-RequestId': requestId,
    Date: new Date(wallMs).toUTCString(),
  };
  return {
    SdkHttpMetadata: {
      AllHttpHeaders: Object.fromEntries(
        Object.entries(all).map(([name, value]) => [name, [value]]),
      ),
      HttpHeaders: all,
      HttpStatusCode: status,
    },
    SdkResponseMetadata: { RequestId: requestId },
  };
}
