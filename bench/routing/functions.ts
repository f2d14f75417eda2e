/**
 * The functions of the benchmark: small ones in Python, which write down every event that they are given
 * and every start of a sandbox, so that what ran can be compared with what was answered.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import yazl from 'yazl';
import type { Member } from './member.js';

/** One write each, at the end of the file: the kernel keeps those of different processes apart. */
const source = `
import os
import time

flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
pause = float(os.environ['PAUSE_S'])
events = os.open(os.environ['EVENTS_FILE'], flags, 0o600)
starts = os.open(os.environ['STARTS_FILE'], flags, 0o600)
os.write(starts, b'started\\n')

def handler(event, context):
    os.write(events, (event['id'] + '\\n').encode())
    if pause > 0:
        time.sleep(pause)
    return event['id']
`;

const deploysAtOnce = 4;

export interface FunctionsPlan {
  readonly count: number;
  /** How long an invocation takes, seconds. */
  readonly pauseS: number;
}

export class Functions {
  readonly #eventsFile: string;
  readonly #startsFile: string;

  constructor(
    directory: string,
    readonly plan: FunctionsPlan,
  ) {
    this.#eventsFile = join(directory, 'events');
    this.#startsFile = join(directory, 'starts');
  }

  static nameOf(index: number): string {
    return `f${index}`;
  }

  /** Creates all of them through one node; they can be asked for at every node then. */
  async deploy(through: Member): Promise<void> {
    const zip = (await makeZip()).toString('base64');
    const left = Array.from({ length: this.plan.count }, (_, index) => index);
    const work = async (): Promise<void> => {
      for (let index = left.shift(); index !== undefined; index = left.shift()) {
        await this.#create(through, Functions.nameOf(index), zip);
      }
    };
    await Promise.all(Array.from({ length: deploysAtOnce }, work));
  }

  /** How often each event was given to a function. */
  async runs(): Promise<Map<string, number>> {
    const runs = new Map<string, number>();
    for (const id of await lines(this.#eventsFile)) runs.set(id, (runs.get(id) ?? 0) + 1);
    return runs;
  }

  /** Sandboxes that have loaded a function, on all nodes. */
  async starts(): Promise<number> {
    return (await lines(this.#startsFile)).length;
  }

  async #create(through: Member, name: string, zip: string): Promise<void> {
    const variables = {
      EVENTS_FILE: this.#eventsFile,
      STARTS_FILE: this.#startsFile,
      PAUSE_S: String(this.plan.pauseS),
    };
    const { statusCode, body } = await through.requests.request({
      method: 'POST',
      path: '/2015-03-31/functions',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        FunctionName: name,
        Runtime: 'python3.11',
        Handler: 'index.handler',
        Role: 'arn:aws:iam::123456789012:role/any',
        Timeout: 30,
        Environment: { Variables: variables },
        Code: { ZipFile: zip },
      }),
    });
    const text = await body.text();
    if (statusCode !== 201) throw new Error(`creating ${name}: ${statusCode} ${text}`);
  }
}

async function makeZip(): Promise<Buffer> {
  const zip = new yazl.ZipFile();
  zip.addBuffer(Buffer.from(source), 'index.py');
  zip.end();
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

async function lines(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split('\n').filter((line) => line !== '');
}
