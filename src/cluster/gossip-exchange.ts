/**
 * The stream side of gossip: one request and its reply over TCP, for views too large for a datagram and for
 * pings past a lost one. Each goes over a connection of its own, so that it says something about the
 * host as it is now: no stale connection, no backoff of an address that was down stands in its way, and
 * nothing is left behind for a host that is gone.
 */
import type { GossipStreams } from '../gossip/index.js';
import type { Clock } from '../lib/index.js';
import { limits } from '../types/index.js';
import { callUnary, openChannel } from './channel.js';
import { methods } from './rpc.js';
import type { Security } from './security.js';

/** Beyond the data: the frame around it. */
const slackBytes = 1024;
const bytesMax = limits.gossipSyncBytesMax + slackBytes;

export class GossipExchange implements GossipStreams {
  constructor(
    private readonly clock: Clock,
    private readonly security: Security,
  ) {}

  async exchange(address: string, request: Uint8Array, timeoutMs: number): Promise<Uint8Array> {
    const channel = openChannel(address, this.security, {
      'grpc.enable_retries': 0,
      'grpc.max_send_message_length': bytesMax,
      'grpc.max_receive_message_length': bytesMax,
    });
    try {
      const deadline = new Date(this.clock.machineWallMs() + timeoutMs);
      const reply = await callUnary(channel, methods.exchange, { data: request }, deadline);
      return reply.data;
    } finally {
      channel.close();
    }
  }
}
