/**
 * A sandbox's place among the kernel's control groups, whatever hierarchies this host has: v2 alone, v1
 * alone, or controllers on v1 beside an empty v2 hierarchy that still freezes and kills.
 */
import type { Usage } from '../body.js';

export type Controller = 'memory' | 'cpu' | 'pids' | 'io';

export interface GroupLimits {
  /** null: no limit; so for all of them. Swap counts as memory. */
  readonly memoryBytes: number | null;
  /** CPU time per time, 1 is one core. */
  readonly cpuCores: number | null;
  /** Its share among the node's sandboxes where CPU is short, 1 to 10,000; 100 is usual. */
  readonly cpuWeight: number;
  /** Processes and threads. */
  readonly pidsMax: number | null;
  /** Read from and written to the disk of the node's data, bytes per second each. */
  readonly ioBytesPerS: number | null;
}

/** The groups, one in each hierarchy in use, under which a node's sandboxes have theirs. */
export interface GroupHome {
  /** Absolute paths, what is to be removed after a crash (`removeCgroupTree` of each). */
  readonly paths: readonly string[];
  /** What can be limited and counted here. A limit of another kind is not applied. */
  readonly controllers: ReadonlySet<Controller>;
  readonly freezes: boolean;
  /** For people: such as `cgroup v1 (memory, cpu, pids, io), frozen by v2`. */
  readonly summary: string;
  /** Makes a sandbox's groups with their limits. The name is one path segment. */
  create(name: string, limits: GroupLimits): Promise<SandboxGroup>;
  /** Kills and removes all of it. */
  remove(): Promise<void>;
}

export interface SandboxGroup {
  /**
   * A process that writes `0` to each of these files, before it has a second thread or any child, is in the
   * group with all that it will ever fork. Empty where somebody else puts the processes there.
   */
  readonly procsFiles: readonly string[];
  /**
   * Those of them that bring it within all limits and cost next to nothing. Where there are others, joining
   * them makes the kernel wait some 10 ms: `complete` does that beside the start of the runtime.
   */
  readonly quickProcsFiles: readonly string[];
  /**
   * For a process that writes to `quickProcsFiles` alone: moves it, and what it has forked since, into the rest. May
   * be called as soon as there is a process. Until this has resolved it cannot be frozen for sure, nor be
   * trusted with code of the function.
   */
  complete(pid: number): Promise<void>;
  /**
   * Moves a process that somebody else has forked, before it runs code of the function, into all of them. Some 10 ms,
   * for which the kernel waits until nobody forks. Rejects where it has ended.
   */
  adopt(pid: number): Promise<void>;
  /** Direct writes, some ten microseconds; they wait for no confirmation. Never throw. */
  freeze(): void;
  thaw(): void;
  /** Reads whether the kernel says that all of it is frozen. */
  isFrozen(): boolean;
  usage(): Usage;
  /** Kills every process, frozen or not, removes the groups; false where they are not gone after a bounded time. */
  remove(): Promise<boolean>;
}
