/** Signals that ask a foreground command to end: SIGINT, SIGTERM, and SIGHUP of a closed terminal. */

const endSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Calls back with each signal, counted from 1; the returned function stops listening. */
export function onEndSignal(callback: (signal: NodeJS.Signals, count: number) => void): () => void {
  let count = 0;
  const listener = (signal: NodeJS.Signals) => {
    count += 1;
    callback(signal, count);
  };
  for (const signal of endSignals) process.on(signal, listener);
  return () => {
    for (const signal of endSignals) process.off(signal, listener);
  };
}
