/**
 * `hearth node`: one member in the foreground. Ends on the first signal with a drain, on the second at
 * once. SIGTERM comes from who runs services behind balancers, and lets them hear of it first; a person who
 * presses Ctrl-C waits for none. Started by `hearth up` it also ends when that process is gone, by whatever death.
 */
import { markRuns, stopYielding } from '../lib/index.js';
import type { NodeConfig } from '../types/index.js';
import { asFailure } from './failure.js';
import { type Io, print, say, withProgress } from './io.js';
import type { RunNode, RunningNode } from './node-module.js';
import { onEndSignal } from './signals.js';

/** What a node tells `hearth up` over the IPC channel when it takes requests. */
export interface NodeReadyMessage {
  readonly ready: true;
  readonly http: string;
  readonly cluster: string;
}

/** Beyond the drain: what closing files and sockets may take before the process ends anyway. */
const closeGraceMs = 5000;
/** Where there is no time to finish anything: what ending the sandboxes may take. */
const endNowMs = 800;
const upLookEveryMs = 1000;

/** Resolves when the node has stopped; rejects where it could not start or go on. */
export async function runNodeCommand(io: Io, config: NodeConfig, runNode: RunNode): Promise<void> {
  const ending = new AbortController();
  let node: RunningNode | null = null;
  const endAtOnce = () => {
    io.clock.after(endNowMs, () => process.exit(1));
    void Promise.resolve(node?.endNow())
      .catch(() => {})
      .finally(() => process.exit(1));
  };
  const forgetSignals = onEndSignal((signal, count) => {
    if (count > 1) endAtOnce();
    ending.abort(signal);
  });
  const underUp = io.env.HEARTH_UP === '1' && process.send !== undefined;
  if (underUp) process.once('disconnect', () => ending.abort('disconnect'));
  const forgetUp = underUp ? () => {} : watchUp(io, () => ending.abort('hearth up is gone'));

  try {
    node = await runNode(config);
    const failed = node.failed.then((error) => Promise.reject(error));
    const { ready } = node;
    await withProgress(io, 'joining the cluster', () =>
      Promise.race([ready, failed, aborted(ending.signal)]),
    );
    stopYielding();
    if (!ending.signal.aborted) announce(io, node, underUp);
    await Promise.race([failed, aborted(ending.signal)]);
    say(io, `stopping (${String(ending.signal.reason)}): waiting for running requests ...`);
  } finally {
    if (node !== null) {
      const withNotice = ending.signal.reason === 'SIGTERM';
      const noticeMs = withNotice ? config.drainNoticeMs : 0;
      io.clock.after(noticeMs + config.drainMs + closeGraceMs, endAtOnce);
      await node.stop(withNotice);
    }
    forgetSignals();
    forgetUp();
    if (process.connected) process.disconnect();
  }
}

/** A node that a rollout started under `hearth up` is not its child; it ends when that process is gone as well. */
function watchUp({ env, clock }: Io, gone: () => void): () => void {
  const mark = env.HEARTH_UP_PID;
  if (!mark) return () => {};
  return clock.every(upLookEveryMs, () => void markRuns(mark).then((runs) => !runs && gone()));
}

function announce(io: Io, node: RunningNode, underUp: boolean): void {
  if (!underUp) {
    print(io, `ready http://${node.httpAddress}`);
    say(
      io,
      `cluster address ${node.clusterAddress}; others join with --join ${node.clusterAddress}`,
    );
    return;
  }
  const message: NodeReadyMessage = {
    ready: true,
    http: node.httpAddress,
    cluster: node.clusterAddress,
  };
  // The channel may close between the check and the write: `disconnect` then ends the node.
  process.send?.(message, (error: Error | null) => {
    if (error !== null) say(io, `hearth up is gone: ${asFailure(error).message}`);
  });
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
