/**
 * Requests go where users say, but never to link-local addresses: there clouds answer with the credentials
 * of the machine. What is checked is the address that is then connected to, so that a name that means another
 * one a moment later gets nowhere.
 */
import { type LookupAddress, lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** Told by its code, for it must not be tried again. */
export class RefusedAddressError extends Error {
  override readonly name = 'RefusedAddressError';
  readonly code = 'HEARTH_REFUSED_ADDRESS';
}

/** IPv4 addresses in the clothes of IPv6 are found as well. */
const refused = new BlockList();
refused.addSubnet('169.254.0.0', 16, 'ipv4');
refused.addSubnet('fe80::', 10, 'ipv6');
/** The credentials service of AWS over IPv6. */
refused.addAddress('fd00:ec2::254', 'ipv6');

/** Throws RefusedAddressError where the host of a URL is such an address itself: nothing is looked up then. */
export function checkHost(hostname: string): void {
  const host = hostname.replace(/^\[|\]$/g, '');
  const family = isIP(host);
  if (family !== 0) checkAddress(host, family);
}

/** For `net.connect`: resolves as usual, and fails where any address of the name is refused. */
export const checkedLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    if (error !== null) return callback(error, '', 0);
    try {
      for (const { address, family } of addresses) checkAddress(address, family);
    } catch (thrown) {
      return callback(thrown as RefusedAddressError, '', 0);
    }
    const [first] = addresses;
    if (options.all === true) callback(null, addresses);
    else callback(null, first?.address ?? '', first?.family ?? 0);
  });
};

function checkAddress(address: string, family: number): void {
  if (!refused.check(address, family === 6 ? 'ipv6' : 'ipv4')) return;
  throw new RefusedAddressError(`the address ${address} is link-local, and nothing is sent there`);
}
