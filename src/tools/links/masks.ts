import { isV6 } from './conf.ts';

/** The bits of an IP address as a number; undefined for what is none. */
export function bitsOf(address: string): bigint | undefined {
  if (!isV6(address)) {
    const parts = address.split('.');
    if (parts.length !== 4 || parts.some((part) => !/^\d{1,3}$/.test(part) || Number(part) > 255)) return undefined;
    return parts.reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);
  }
  const [head = '', tail] = address.toLowerCase().split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':'));
  const [left, right] = [groups(head), groups(tail ?? '')];
  const missing = 8 - left.length - right.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const all = [...left, ...Array.from({ length: tail === undefined ? 0 : missing }, () => '0'), ...right];
  if (all.some((group) => !/^[0-9a-f]{1,4}$/.test(group))) return undefined;
  return all.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
}

/** An address with the length of its prefix, in bits; undefined where the text is none or the length too long. */
export function cidrOf(text: string): { readonly bits: bigint; readonly length: number; readonly width: number } | undefined {
  const [address = '', length = ''] = text.split('/');
  const bits = bitsOf(address);
  const width = isV6(address) ? 128 : 32;
  if (bits === undefined || !/^\d{1,3}$/.test(length) || Number(length) > width) return undefined;
  return { bits, length: Number(length), width };
}

/** Whether an address is within a network such as `192.0.2.21/24`. */
export function isWithin(address: string, network: string): boolean {
  const [bits, cidr] = [bitsOf(address), cidrOf(network)];
  if (bits === undefined || !cidr || isV6(address) !== isV6(network)) return false;
  const shift = BigInt(cidr.width - cidr.length);
  return bits >> shift === cidr.bits >> shift;
}

/** Whether the bits after the prefix are all zero, as a network's must be. */
export function isNetwork(text: string): boolean {
  const cidr = cidrOf(text);
  if (!cidr) return false;
  const shift = BigInt(cidr.width - cidr.length);
  return (cidr.bits >> shift) << shift === cidr.bits;
}

/** The length of a prefix from a netmask such as `255.255.255.0`, or from a number. */
export function prefixOf(netmask: string): number {
  if (/^\d{1,3}$/.test(netmask)) return Number(netmask);
  return (bitsOf(netmask) ?? 0n).toString(2).replaceAll('0', '').length;
}
