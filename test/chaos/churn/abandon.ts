/** Clients that go away half-way: in the headers, in the body, before the answer, with their half of the connection, in the answer. */
import { request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Scene } from './scene.js';

/** What the node gets to see of it before it goes. */
const staysMs = 5;
/** Who follows logs in which nothing comes leaves, too. */
const answerWithinMs = 2000;
/** How long the function runs that it does not wait for. */
const runsMs = 20;

export async function abandon(scene: Scene, functionName: string, index: number): Promise<void> {
  const { hostname, port } = new URL(scene.nodes.url(scene.someNode()));
  const socket = connect(Number(port), hostname);
  // a node that is killed meanwhile resets it
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.on('error', () => {});
  socket.resume();
  const path = `/2015-03-31/functions/${functionName}/invocations`;
  const body = JSON.stringify({ ms: runsMs });
  const whole = `POST ${path} HTTP/1.1\r\nhost: h\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
  const way = index % 4;
  if (way === 0) socket.write(whole.slice(0, path.length));
  else if (way === 1) socket.write(whole.slice(0, -5));
  else socket.write(whole);
  if (way === 3) socket.end();
  else {
    await delay(staysMs);
    socket.destroy();
  }
  await closed;
}

/** Reads an answer to its end, or leaves with its first piece. Never rejects: nodes are killed meanwhile. */
export async function readAnswer(
  url: string,
  method: 'GET' | 'POST',
  leavesEarly: boolean,
): Promise<void> {
  const asked = request(url, { method, agent: false });
  const closed = new Promise((resolve) => asked.once('close', resolve));
  const late = setTimeout(() => asked.destroy(), answerWithinMs);
  asked.on('error', () => {});
  asked.on('response', (answer) => {
    answer.on('error', () => {});
    answer.on('data', () => leavesEarly && asked.destroy());
  });
  asked.end(method === 'POST' ? '{}' : undefined);
  await closed;
  clearTimeout(late);
}
