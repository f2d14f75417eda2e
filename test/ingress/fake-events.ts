/** Asynchronous invocations that a test puts there, and what it is asked to do with them. */
import type {
  Accepted,
  AsyncEvent,
  AsyncEvents,
  EventPage,
  EventQuery,
  EventStats,
  Submission,
} from '../../src/events/index.js';

export class FakeEvents implements AsyncEvents {
  readonly events: AsyncEvent[] = [];
  readonly submitted: Submission[] = [];
  readonly asked: string[] = [];

  /** What the next submissions answer. */
  accept = ({ id }: Submission): Promise<Accepted> | Accepted => ({ id, duplicate: false });

  async submit(submission: Submission) {
    this.submitted.push(submission);
    return this.accept(submission);
  }

  async get(id: string) {
    return this.events.find((event) => event.id === id);
  }

  async list({ functionName, status, after = 0, itemsMax }: EventQuery): Promise<EventPage> {
    const all = this.events.filter(
      (event) =>
        event.sequence > after &&
        (functionName === undefined || event.functionName === functionName) &&
        (status === undefined || event.status === status),
    );
    const events = all.slice(0, itemsMax);
    return { events, next: all.length > itemsMax ? (events.at(-1)?.sequence ?? null) : null };
  }

  async cancel(id: string) {
    return this.#change('cancel', id, ['queued', 'waiting'], 'cancelled');
  }

  async redrive(id: string) {
    return this.#change('redrive', id, ['dead'], 'queued');
  }

  async redriveAll(functionName: string | null) {
    this.asked.push(`redrive all ${functionName}`);
    return 3;
  }

  stats(): EventStats {
    throw new Error('nobody asks for it here');
  }

  #change(
    what: string,
    id: string,
    from: readonly AsyncEvent['status'][],
    status: AsyncEvent['status'],
  ): boolean {
    this.asked.push(`${what} ${id}`);
    const at = this.events.findIndex((event) => event.id === id);
    const event = this.events[at];
    if (event === undefined || !from.includes(event.status)) return false;
    this.events[at] = { ...event, status };
    return true;
  }
}
