/** What the two processes of the benchmark say to each other. */

export type ToServer = { readonly kind: 'usage' } | { readonly kind: 'stop' };

export type FromServer =
  | {
      readonly kind: 'ready';
      readonly linkPort: number;
      readonly grpcPort: number;
      readonly httpPort: number;
    }
  /** CPU time of the process so far, user and system. */
  | { readonly kind: 'usage'; readonly cpuMs: number };

export const bodyBytes = 1024;

/** CPU time of this process so far, user and system, milliseconds. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
