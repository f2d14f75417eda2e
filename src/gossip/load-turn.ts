/**
 * When a node may say how busy it is: that moves all the time and everywhere, so alone it waits for its turn, which comes
 * the more rarely the more members there are. With anything else it goes along.
 */
import { parameters } from './parameters.js';

export class LoadTurn {
  #atMs = 0;

  /** False where it is not time for that. */
  take(loadOnly: boolean, members: number, nowMs: number): boolean {
    if (loadOnly && nowMs < this.#atMs) return false;
    const { loadIntervalMs, loadIntervalPerMemberMs } = parameters;
    this.#atMs = nowMs + Math.max(loadIntervalMs, members * loadIntervalPerMemberMs);
    return true;
  }
}
