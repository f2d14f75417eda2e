/** The body of a request, within what its operation takes. */
import { limits } from '../types/index.js';
import { BodyTooLargeError, type IngressRequest } from './http/http.js';
import type { Operation } from './operation.js';
import { bodyTooLarge } from './routes.js';

/** Throws `request-too-large`, `upload-too-large`. */
export async function bodyOf(request: IngressRequest, operation: Operation): Promise<Uint8Array> {
  try {
    return await request.readBody(operation.bodyBytesMax ?? limits.managementBodyBytesMax);
  } catch (error) {
    throw error instanceof BodyTooLargeError ? bodyTooLarge(operation) : error;
  }
}
