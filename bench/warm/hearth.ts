/**
 * Hearth as a user has it who lets others in: every caller signs, sandboxes are namespaces with one request at a time,
 * metrics, logs and records of executions as they are by default.
 */
import { type HearthNodes, type Place, type Running, startHearth } from '../harness/index.js';

/** What is sent and comes back. */
export const smallBody = '{"key1":"value1","n":1}';

const eventSource = 'export const handler = async (event) => event;\n';
/** A URL's event holds the body as text. */
const urlSource = 'export const handler = async ({ body }) => JSON.parse(body);\n';
const json = { 'content-type': 'application/json' };

/** `api`: by the Lambda API; `url`: by a function URL that is open to everyone. */
export async function startOneNode(place: Place): Promise<{ api: Running; url: Running }> {
  const nodes = await startHearth(place, secured);
  await deployEcho(nodes);
  await nodes.deploy('page', { 'index.mjs': urlSource });
  await nodes.command('url', 'create', 'page', '--auth', 'none');
  const { origin, pid } = nodes.first;
  const url = { origin, path: '/fn/page/', headers: json, pids: [pid], stop: nodes.stop };
  return { api: echoOf(nodes, origin), url };
}

/** The same where nobody is asked who they are, as peers have it. */
export async function startOpenNode(place: Place): Promise<Running> {
  const nodes = await startHearth(place, { args: ['--sandbox', 'namespace'] });
  await deployEcho(nodes);
  const { origin, pid } = nodes.first;
  return { origin, path: nodes.invocation('echo'), headers: json, pids: [pid], stop: nodes.stop };
}

export const secured = { args: ['--auth', 'on', '--sandbox', 'namespace'] } as const;

export async function deployEcho(nodes: HearthNodes): Promise<void> {
  await nodes.deploy('echo', { 'index.mjs': eventSource });
}

/** `origin`: who is asked, which is part of what is signed. */
export function echoOf(nodes: HearthNodes, origin: string): Running {
  const path = nodes.invocation('echo');
  return {
    origin,
    path,
    // anew each time: a signature holds for five minutes
    get headers() {
      return nodes.signed({ method: 'POST', path, body: smallBody }, json, origin);
    },
    pids: nodes.members.map(({ pid }) => pid),
    stop: nodes.stop,
  };
}
