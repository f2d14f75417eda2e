/**
 * Fetches what an issuer publishes, from a URL that somebody who may configure functions has set: no redirects, no
 * addresses that only this machine's surroundings have (link-local: where clouds keep credentials), little time and
 * few bytes.
 */
import { lookup as dnsLookup, type LookupOptions } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import type { JSONWebKeySet } from 'jose';
import { Agent, request } from 'undici';
import type { Clock } from '../../lib/index.js';

const timeoutMs = 5000;
const bytesMax = 256 * 1024;

const forbidden = new BlockList();
forbidden.addSubnet('0.0.0.0', 8, 'ipv4');
forbidden.addSubnet('169.254.0.0', 16, 'ipv4');
forbidden.addSubnet('224.0.0.0', 3, 'ipv4');
forbidden.addAddress('::', 'ipv6');
forbidden.addSubnet('fe80::', 10, 'ipv6');
forbidden.addSubnet('ff00::', 8, 'ipv6');
forbidden.addAddress('fd00:ec2::254', 'ipv6');

/** Rejects with an Error that tells the node's operator why. */
export function keyFetcher(clock: Clock): (uri: string) => Promise<JSONWebKeySet> {
  // without pipelining: a connection for each request, and none that is left open
  const dispatcher = new Agent({
    pipelining: 0,
    maxResponseSize: bytesMax,
    connect: { lookup, timeout: timeoutMs },
  });
  return async (uri) => {
    checkHost(new URL(uri));
    const ended = new AbortController();
    const cancel = clock.after(timeoutMs, () => ended.abort(new Error('no answer in time')));
    try {
      const options = { dispatcher, signal: ended.signal, headers: { accept: 'application/json' } };
      const { statusCode, body } = await request(uri, options);
      const text = await body.text();
      if (statusCode !== 200) throw new Error(`the answer was ${statusCode}`);
      return JSON.parse(text) as JSONWebKeySet;
    } finally {
      cancel();
    }
  };
}

function checkHost({ protocol, hostname }: URL): void {
  if (protocol !== 'https:' && protocol !== 'http:') throw new Error('neither http nor https');
  const host = hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0) checkAddress(host);
}

function checkAddress(address: string): void {
  if (!forbidden.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')) return;
  throw new Error(`the address ${address} is not one to fetch keys from`);
}

/** What a name stands for is looked at where it is used, so that it cannot change in between. */
const lookup: LookupFunction = (hostname, options, callback) => {
  dnsLookup(hostname, options as LookupOptions, (error, address, family) => {
    if (error === null) {
      try {
        for (const one of [address].flat()) {
          checkAddress(typeof one === 'string' ? one : (one as { address: string }).address);
        }
      } catch (refused) {
        callback(refused as NodeJS.ErrnoException, address, family);
        return;
      }
    }
    callback(error, address, family);
  });
};
