/**
 * From nothing to the first answer: a sandbox with all its isolation, and in turns with it a bare node process
 * that connects to a Unix socket, loads the same handler, and answers the same question.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { systemClock } from '../../src/lib/index.js';
import { type Line, lineOf } from '../harness/report.js';
import { firstAnswerMs, question } from './first-answer.js';
import { type Bench, openBench } from './sandboxes.js';

const bare = `
const socket = require('node:net').connect(process.argv[1]);
socket.on('data', async (data) => {
  const { handler } = require(process.argv[2]);
  socket.write(JSON.stringify(await handler(JSON.parse(data))));
});
`;

export async function measureCold(rounds: number): Promise<Line[]> {
  const bench = await openBench(0);
  try {
    const [bareMs, sandboxMs]: [number[], number[]] = [[], []];
    for (let round = -1; round < rounds; round++) {
      const pair = [
        await bareRound(bench, round),
        await firstAnswerMs(() => bench.driver.create(bench.spec)),
      ] as const;
      // the first of each reads programs from the disk
      if (round < 0) continue;
      bareMs.push(pair[0]);
      sandboxMs.push(pair[1]);
    }
    const ratios = sandboxMs.map((ms, at) => ms / (bareMs[at] ?? Number.NaN));
    return [
      lineOf('bare node process to its first answer', 'ms', bareMs),
      lineOf(`${bench.driver.kind} sandbox to its first answer`, 'ms', sandboxMs),
      lineOf('... times as long', '', ratios, ['<=', 1.3]),
    ];
  } finally {
    await bench.close();
  }
}

async function bareRound({ data, spec }: Bench, round: number): Promise<number> {
  const startMs = systemClock.nowMs();
  const path = join(data, `bare-${round}`);
  const server = createServer();
  server.listen(path);
  await once(server, 'listening');
  const program = [process.execPath, '-e', bare, path, join(spec.taskRoot, 'index.js')];
  const child = spawn(program[0] as string, program.slice(1), { stdio: 'ignore' });
  const [socket] = (await once(server, 'connection')) as [Socket];
  socket.write(question);
  await once(socket, 'data');
  const tookMs = systemClock.nowMs() - startMs;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
  socket.destroy();
  server.close();
  return tookMs;
}
