/** Two hundred requests at once for a function that nobody has called before. */
import { systemClock } from '../../src/lib/index.js';
import { type Line, lineOf } from '../harness/report.js';
import type { Functions } from './functions.js';

const requests = 200;
const source = `
exports.handler = () => new Promise((resolve) => {
  setTimeout(() => resolve(process.env.AWS_LAMBDA_LOG_STREAM_NAME), 50);
});
`;

export async function measureBurst(functions: Functions, rounds: number): Promise<Line[]> {
  const [tookMs, made]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    const name = `burst-${round}`;
    await functions.create(name, { language: 'nodejs', source });
    const before = await functions.metric(startsMetric);
    const startMs = systemClock.nowMs();
    const calls = Array.from({ length: requests }, () => functions.call(name));
    await Promise.all(calls);
    tookMs.push(systemClock.nowMs() - startMs);
    made.push((await functions.metric(startsMetric)) - before);
    await functions.delete(name);
  }
  return [
    lineOf(`a burst of ${requests} requests of 50 ms, all answered`, 'ms', tookMs, ['<=', 2000]),
    lineOf('... sandboxes made', '', made, ['<=', 60]),
  ];
}

const startsMetric = /^hearth_sandbox_starts_total/;
