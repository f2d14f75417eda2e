/** Events: invocations that nobody waits for, kept in the durable log until they have ended. */
export type {
  Accepted,
  AsyncEvent,
  AsyncEvents,
  Deliver,
  Delivery,
  DeliveryResult,
  EventCondition,
  EventOutcome,
  EventPage,
  EventQuery,
  EventStats,
  EventStatus,
  Submission,
} from './async/index.js';
