/** Where writers and publishers ask: the balancers, with each request taken down. */
import type { Random } from '../../../src/lib/index.js';
import type { Desk, DeskAnswer } from '../../e2e/histories/settings.js';
import { monotonicMs } from '../records.js';
import { requestId } from './schedule.js';
import { type Sender, settingsKind } from './sender.js';

const functionOfPath = /functions\/([^/?]+)/;

export class SettingsDesk implements Desk {
  readonly name = 'a balancer';
  readonly #labels = new Map<string, string>();
  #firstDueMs: number | null = null;
  #count = 0;

  constructor(
    private readonly sender: Sender,
    private readonly seed: number,
    private readonly random: Random,
  ) {}

  /** The first request that `begin` sends was due then; whatever follows is due when it is sent. */
  dueAt<Result>(dueMs: number, begin: () => Result): Result {
    this.#firstDueMs = dueMs;
    const begun = begin();
    this.#firstDueMs = null;
    return begun;
  }

  async ask(method: string, path: string, body?: unknown): Promise<DeskAnswer> {
    const kind = settingsKind(method, path);
    const functionName = functionOfPath.exec(path)?.[1] ?? '';
    const id = requestId(this.seed, 'following', this.#count++);
    const dueMs = this.#firstDueMs ?? monotonicMs();
    this.#firstDueMs = null;
    const { FunctionVersion, RevisionId } = (body ?? {}) as Readonly<Record<string, string>>;
    const label = kind === 'publish' ? (this.#labels.get(RevisionId ?? '') ?? null) : null;
    const version = FunctionVersion === undefined ? null : Number(FunctionVersion);
    const sent = { id, kind, functionName, dueMs, label, version };
    const answered = await this.sender.send(
      sent,
      {
        method,
        path,
        headers: { 'content-type': 'application/json' },
        body: body === undefined ? '' : JSON.stringify(body),
        mayRepeat: kind === 'read',
      },
      this.random.next(),
    );
    if (answered.error !== null && answered.status === 0) throw new Error(answered.error);
    const answer = { ...answered, body: bodyOf(answered.text) };
    if (kind === 'read') this.#learn(answer.body);
    return answer;
  }

  /** What a version will be called that is made of this revision. */
  #learn({ RevisionId, Description }: DeskAnswer['body']): void {
    if (typeof RevisionId === 'string' && Description) {
      this.#labels.set(RevisionId, String(Description));
    }
  }
}

/** Balancers answer in HTML where they have nobody to ask. */
export function bodyOf(text: string): DeskAnswer['body'] {
  try {
    return JSON.parse(text);
  } catch {
    return { text };
  }
}
