import type { Fields } from './world.ts';

/** `/etc/network/interfaces` with these cards, a line each. */
export function interfacesFile(cards: readonly Fields[]): readonly string[] {
  const lines = ['auto lo', 'iface lo inet loopback', ''];
  for (const card of cards) {
    const { iface, method, cidr, gateway, mtu, comments } = card;
    if (Number(card.autostart ?? 0) === 1) lines.push(`auto ${String(iface)}`);
    lines.push(`iface ${String(iface)} inet ${String(method ?? 'manual')}`);
    if (cidr !== undefined) lines.push(`\taddress ${String(cidr)}`);
    if (gateway !== undefined) lines.push(`\tgateway ${String(gateway)}`);
    for (const key of ['bridge_ports', 'bridge_stp', 'bridge_fd', 'bridge_vids', 'slaves', 'bond_mode', 'vlan-raw-device'])
      if (card[key] !== undefined) lines.push(`\t${key.replaceAll('_', '-')} ${String(card[key]) === '' ? 'none' : String(card[key])}`);
    if (mtu !== undefined) lines.push(`\tmtu ${String(mtu)}`);
    if (comments !== undefined) for (const line of String(comments).trimEnd().split('\n')) lines.push(`#${line}`);
    lines.push('');
  }
  return lines;
}

const CONTEXT = 3;

/** The difference between two files as `diff -u` writes it, in one hunk. */
export function unifiedDiff(before: readonly string[], after: readonly string[]): string {
  let [head, tail] = [0, 0];
  while (head < before.length && head < after.length && before[head] === after[head]) head++;
  while (tail < before.length - head && tail < after.length - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  const from = Math.max(0, head - CONTEXT);
  const [oldEnd, newEnd] = [before.length - tail, after.length - tail];
  const rest = Math.min(CONTEXT, tail);
  const hunk = [
    ...before.slice(from, head).map((line) => ` ${line}`),
    ...before.slice(head, oldEnd).map((line) => `-${line}`),
    ...after.slice(head, newEnd).map((line) => `+${line}`),
    ...before.slice(oldEnd, oldEnd + rest).map((line) => ` ${line}`),
  ];
  const range = (end: number) => `${from + 1},${end + rest - from}`;
  return ['--- /etc/network/interfaces', '+++ /etc/network/interfaces.new', `@@ -${range(oldEnd)} +${range(newEnd)} @@`, ...hunk, ''].join('\n');
}
