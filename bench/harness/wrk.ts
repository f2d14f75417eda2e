/** Load from outside: Debian's wrk, one thread, so that it takes at most one core, and how much is known. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface Load {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** POST where there is a body. */
  readonly method?: 'GET' | 'POST';
  readonly body?: Uint8Array | string;
  readonly connections: number;
  readonly seconds: number;
}

export interface LoadResult {
  readonly requestsPerS: number;
  /** Of answers, heads included. */
  readonly bytesPerS: number;
  readonly latencyMs: {
    readonly p50: number;
    readonly p95: number;
    readonly p99: number;
    readonly max: number;
  };
  /** Socket errors, timeouts, and answers with status 400 and above. */
  readonly errors: number;
  /** CPU of the load generator, 1 = one core. */
  readonly loaderCores: number;
}

const script = fileURLToPath(new URL('../../../bench/harness/wrk.lua', import.meta.url));
const timeoutS = 10;

export async function wrk(load: Load): Promise<LoadResult> {
  const { origin, path, headers = {}, body = '', connections, seconds } = load;
  const method = load.method ?? (body.length > 0 ? 'POST' : 'GET');
  const words = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const options = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', `${timeoutS}s`];
  const child = spawn(
    'wrk',
    [...options, '-s', script, `${origin}${path}`, '--', method, ...words],
    {
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  );
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk));
  child.stderr.on('data', (chunk: Buffer) => (text += chunk));
  // it may end without having read all
  child.stdin.on('error', () => {});
  child.stdin.end(body);
  await once(child, 'close').catch((error: Error) => {
    throw new Error(`wrk, of the Debian package of that name, cannot be run: ${error.message}`);
  });
  return loadResultOf(text);
}

/** Of what wrk printed. */
export function loadResultOf(text: string): LoadResult {
  const found = /^result (.*)$/m.exec(text)?.[1];
  if (found === undefined) throw new Error(`wrk failed: ${text.trim()}`);
  const raw = JSON.parse(found) as Readonly<Record<string, number>>;
  const of = (name: string): number => raw[name] ?? Number.NaN;
  const durationS = of('durationUs') / 1e6;
  const errors = ['connect', 'read', 'write', 'timeout', 'status'].map(of);
  return {
    requestsPerS: of('requests') / durationS,
    bytesPerS: of('bytes') / durationS,
    latencyMs: {
      p50: of('p50Us') / 1000,
      p95: of('p95Us') / 1000,
      p99: of('p99Us') / 1000,
      max: of('maxUs') / 1000,
    },
    errors: errors.reduce((sum, count) => sum + count, 0),
    loaderCores: of('cpuS') / durationS,
  };
}
