/** A thread that evaluates expressions: one that never ends holds up this thread only, and ends with it. */
import { parentPort } from 'node:worker_threads';
import { type ExpressionsToEvaluate, evaluateAll, ready } from './evaluation.js';

let last: Promise<unknown> = Promise.resolve();

parentPort?.on('message', (request: ExpressionsToEvaluate) => {
  // in order, so that whoever waits knows which one it is that does not end
  last = last.then(async () => parentPort?.postMessage(await evaluateAll(request)));
});

parentPort?.postMessage(ready);
