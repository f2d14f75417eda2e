/**
 * Who changed what: one line for each change that was tried by somebody who may, and one for everything that
 * somebody known may not. In the node's log, and kept beside its data.
 */
import * as z from 'zod';
import type { Clock, Logger, RotatingLines } from '../../lib/index.js';
import { asHearthError, errorTable, limits } from '../../types/index.js';
import type { Action } from '../action.js';
import type { RateLimit } from '../auth/access-key.js';
import { type AccessDenied, callerName } from '../auth/caller.js';
import { permissionOf, resourcesOf } from '../auth/permission.js';
import { RateLimiter } from '../auth/rate-limiter.js';
import { header, type Reply, type RequestHead } from '../http/http.js';
import type { Call, Operation } from '../operation.js';
import type { Route } from '../routes.js';

export interface AuditorDeps {
  readonly audit: Pick<RotatingLines, 'append'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

export const auditLine = z.object({
  /** ISO 8601: when it was answered. */
  at: z.string(),
  requestId: z.string(),
  /** `open`, `jwt:SUBJECT`, or a key's id. */
  caller: z.string(),
  /** Of the socket's other end, often a balancer's; and what that one says of who asked it. */
  address: z.string(),
  forwardedFor: z.string().optional(),
  action: z.string(),
  /** Functions by name, `layer:NAME`, `*` for the cluster. */
  on: z.array(z.string()),
  /** The path, which names the rest. */
  path: z.string(),
  status: z.number(),
  /** AWS's name of what went wrong. */
  error: z.string().optional(),
  /** One sentence, where no answer said it: what the node itself refused. */
  reason: z.string().optional(),
});
export type AuditLine = z.output<typeof auditLine>;

const textCharsMax = 300;

/** Of one caller: who is denied again and again does not push out what others have changed. */
const denialRate: RateLimit = { perS: 1, burst: 30 };

export class Auditor {
  readonly #denials = new RateLimiter(limits.accessKeysMax);

  constructor(private readonly deps: AuditorDeps) {}

  /** Tells of a change when it is done, or has failed. */
  async around(
    { operation, subject }: Route,
    head: RequestHead,
    action: Action,
    { requestId, caller }: Call,
    change: () => Promise<Reply> | Reply,
  ): Promise<Reply> {
    const on = resourcesOf(operation, subject, action);
    const what = { requestId, caller: callerName(caller), action: permissionOf(operation), on };
    try {
      const reply = await change();
      const error = reply.headers['x-amzn-errortype'];
      this.#tell(head, what, reply.status, error === undefined ? undefined : String(error));
      return reply;
    } catch (thrown) {
      const row = errorTable[asHearthError(thrown).code];
      this.#tell(head, what, row.http, row.aws);
      throw thrown;
    }
  }

  denied(denial: AccessDenied, head: RequestHead, requestId: Call['requestId']): void {
    const { permission, resource } = denial;
    const caller = callerName(denial.caller);
    const isTold =
      denial.isProven && this.#denials.take(caller, denialRate, this.deps.clock.nowMs()) === 0;
    if (!isTold) return;
    const what = { requestId, caller, action: permission, on: [resource] };
    const row = errorTable[denial.code];
    this.#tell(head, what, row.http, row.aws);
  }

  #tell(
    head: RequestHead,
    {
      requestId,
      caller,
      action,
      on,
    }: Pick<AuditLine, 'requestId' | 'caller' | 'action'> & {
      readonly on: readonly string[];
    },
    status: number,
    error: string | undefined,
  ): void {
    const forwardedFor = header(head, 'x-forwarded-for')?.slice(0, textCharsMax);
    const line: AuditLine = {
      at: new Date(this.deps.clock.wallMs()).toISOString(),
      requestId,
      caller,
      address: head.remoteAddress,
      ...(forwardedFor === undefined ? {} : { forwardedFor }),
      action,
      on: on.map((text) => text.slice(0, textCharsMax)),
      path: head.path.slice(0, textCharsMax),
      status,
      ...(error === undefined ? {} : { error }),
    };
    this.deps.audit.append(JSON.stringify(line));
    this.deps.logger.info({ audit: line }, error === undefined ? 'changed' : 'not changed');
  }
}

/** Whether an operation changes what somebody may want to know of later. */
export function isChange({ method, who, changes }: Operation): boolean {
  if (who === 'peer') return false;
  return changes ?? (method === 'POST' || method === 'PUT' || method === 'DELETE');
}
