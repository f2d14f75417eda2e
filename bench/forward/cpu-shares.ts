/** Who has used the CPU while a load was on. */
import { cpuS, type LoadResult, sandboxesCpuS } from '../harness/index.js';
import type { Pair } from './pair.js';

/** 1 is one core. */
export interface CpuShares {
  readonly asked: number;
  readonly warm: number;
  readonly sandboxes: number;
  readonly loader: number;
}

export async function cpuOf(
  { asked, warm }: Pair,
  load: () => Promise<LoadResult>,
): Promise<{ readonly result: LoadResult; readonly share: CpuShares }> {
  const read = (): Promise<number[]> =>
    Promise.all([cpuS([asked.pid]), cpuS([warm.pid]), sandboxesCpuS(warm.pid)]);
  const before = await read();
  const startMs = performance.now();
  const result = await load();
  const tookS = (performance.now() - startMs) / 1000;
  const used = (await read()).map((s, at) => (s - (before[at] ?? 0)) / tookS);
  const [askedCores = 0, warmCores = 0, sandboxes = 0] = used;
  const share = { asked: askedCores, warm: warmCores, sandboxes, loader: result.loaderCores };
  return { result, share };
}

export function sharesText({ asked, warm, sandboxes, loader }: CpuShares): string {
  const [a, w, s, l] = [asked, warm, sandboxes, loader].map((cores) => cores.toFixed(2));
  return `cores: asked ${a}, warm ${w}, sandboxes ${s}, wrk ${l}`;
}
