/** A pause on the injected clock that keeps the process alive and ends early when told to. */
import type { Clock } from '../lib/index.js';

/** Resolves after `delayMs`, or at once when `signal` is aborted. */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      cancel();
      channel.port1.close();
      signal?.removeEventListener('abort', end);
      resolve();
    };
    // The clock's timers let a process end: an open port is what holds it here.
    const channel = new MessageChannel();
    channel.port1.ref();
    const cancel = clock.after(delayMs, end);
    if (signal?.aborted) end();
    else signal?.addEventListener('abort', end, { once: true });
  });
}
