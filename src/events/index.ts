/** Events: invocations that nobody waits for, kept in the durable log until they have ended. */
export * from './async/index.js';
export {
  type Deliverers,
  type DeliveryCounts,
  Destinations,
} from './destinations/destinations.js';
export { FunctionDeliverer } from './destinations/function.js';
export { StreamDeliverer } from './destinations/stream.js';
export { parseTarget, type Target } from './destinations/target.js';
export { WebhookDeliverer } from './destinations/webhook.js';
export { type WebhookSecret, WebhookSecrets } from './destinations/webhook-secrets.js';
export {
  type NewRecord,
  type StreamInfo,
  type StreamPage,
  type StreamRecord,
  type StreamService,
  Streams,
  streamCommandLevel,
  streamCommandTag,
} from './streams/index.js';
