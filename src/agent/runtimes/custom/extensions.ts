/**
 * The Extensions API for extensions inside the runtime's own process, such as the one with which
 * aws-lambda-go asks for SIGTERM. They may be told of invocations, and otherwise wait. Programs in
 * /opt/extensions are not started.
 */
import { accepted, type HttpAnswer, refusal } from './answers.js';
import type { Invocation } from './core.js';

export interface Registration {
  readonly answer: HttpAnswer;
  /** For the header `Lambda-Extension-Identifier`; null where it was refused. */
  readonly id: string | null;
}

interface Extension<Waiter> {
  readonly name: string;
  readonly invocations: boolean;
  waiter: Waiter | null;
  /** An event that came while nobody waited; a newer one takes its place. */
  missed: string | null;
}

const extensionsMax = 10;

export class Extensions<Waiter> {
  readonly #extensions = new Map<string, Extension<Waiter>>();

  constructor(private readonly tell: (waiter: Waiter, event: string) => void) {}

  register(
    name: string | undefined,
    body: string,
    open: boolean,
    about: { functionName: string; functionVersion: string; handler: string },
  ): Registration {
    if (!name) return refused('Extension.InvalidExtensionName', 'Empty extension name');
    const events = eventsOf(body);
    if (events === null) return refused('InvalidRequestFormat', 'The body is no list of events');
    const unknown = events.find((event) => event !== 'INVOKE');
    if (unknown !== undefined) {
      const message = `${unknown}: an internal extension can register for INVOKE alone`;
      return refused('Extension.InvalidEventType', message);
    }
    if (!open) {
      return refused('Extension.RegistrationClosed', 'Extension registration closed already');
    }
    if ([...this.#extensions.values()].some((other) => other.name === name)) {
      const message = 'Extension with this name already registered';
      return refused('Extension.InvalidExtensionState', message);
    }
    if (this.#extensions.size >= extensionsMax) {
      return refused('Extension.TooManyExtensions', `Extension limit (${extensionsMax}) reached`);
    }
    const id = idOf(this.#extensions.size + 1);
    const invocations = events.length > 0;
    this.#extensions.set(id, { name, invocations, waiter: null, missed: null });
    const { functionName, functionVersion, handler } = about;
    const answer = JSON.stringify({ functionName, functionVersion, handler });
    return { answer: { status: 200, body: `${answer}\n` }, id };
  }

  /** `event/next`: null where the request waits. */
  next(id: string | undefined, waiter: Waiter): HttpAnswer | null {
    const extension = this.#extensions.get(id ?? '');
    if (extension === undefined) return unknownExtension(id);
    if (extension.waiter !== null) {
      return refusal(403, 'Extension.InvalidExtensionState', 'The extension waits already');
    }
    const { missed } = extension;
    if (missed !== null) {
      extension.missed = null;
      this.tell(waiter, missed);
    } else {
      extension.waiter = waiter;
    }
    return null;
  }

  leave(isGone: (waiter: Waiter) => boolean): void {
    for (const extension of this.#extensions.values()) {
      if (extension.waiter !== null && isGone(extension.waiter)) extension.waiter = null;
    }
  }

  /** `init/error` and `exit/error`: the extension's name where it is one; what to answer. */
  failed(id: string | undefined): { readonly name: string | null; readonly answer: HttpAnswer } {
    const extension = this.#extensions.get(id ?? '');
    if (extension === undefined) return { name: null, answer: unknownExtension(id) };
    return { name: extension.name, answer: accepted };
  }

  /** An invocation begins. */
  invoked({ head }: Invocation): void {
    if (this.#extensions.size === 0) return;
    const event = JSON.stringify({
      eventType: 'INVOKE',
      deadlineMs: Math.trunc(head.deadlineWallMs),
      requestId: head.requestId,
      invokedFunctionArn: head.functionArn,
      tracing: { type: 'X-Amzn-Trace-Id', value: head.traceId },
    });
    for (const extension of this.#extensions.values()) {
      if (!extension.invocations) continue;
      const { waiter } = extension;
      extension.waiter = null;
      if (waiter === null) extension.missed = event;
      else this.tell(waiter, event);
    }
  }
}

/** A UUID in form; whoever could guess it is in the sandbox already. */
function idOf(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

function eventsOf(body: string): readonly string[] | null {
  try {
    const { events } = JSON.parse(body) as { events?: unknown };
    if (events === undefined || events === null) return [];
    return Array.isArray(events) && events.every((event) => typeof event === 'string')
      ? events
      : null;
  } catch {
    return null;
  }
}

function refused(errorType: string, errorMessage: string): Registration {
  return { answer: refusal(403, errorType, errorMessage), id: null };
}

function unknownExtension(id: string | undefined): HttpAnswer {
  return id === undefined
    ? refusal(403, 'Extension.MissingHeader', 'Missing Lambda-Extension-Identifier header')
    : refusal(403, 'Extension.UnknownExtensionIdentifier', 'Unknown extension identifier');
}
