/**
 * Which network addresses a message may go to. Only public ones, unless an
 * administrator allows a range: what runs on this machine or in its network
 * trusts whoever is there, and a webhook must not speak for strangers.
 */
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** As IPv4 where it is one inside IPv6; null for what is no address. */
function parse(address: string): Address | null {
  const plain = address.replace(/^\[|\]$/g, '').split('%', 1)[0] ?? '';
  return ipaddr.isValid(plain) ? ipaddr.process(plain) : null;
}

export function isAddress(host: string): boolean {
  return parse(host) !== null;
}

/** Ranges are as 10.0.0.0/8. An address that hides another one (6to4, NAT64, Teredo) is not public. */
export function mayReach(address: string, allowed: readonly string[]): boolean {
  const parsed = parse(address);
  if (parsed === null) return false;
  return parsed.range() === 'unicast' || allowed.some((range) => isIn(parsed, range));
}

function isIn(address: Address, range: string): boolean {
  const [network, bits] = ipaddr.parseCIDR(range);
  return network.kind() === address.kind() && address.match(network, bits);
}
