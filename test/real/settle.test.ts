import { describe, expect, it } from 'vitest';
import { quote } from '../../src/core/quote.ts';
import { changed } from '../../src/tools/links/change.ts';
import { blank, type LinkConf } from '../../src/tools/links/conf.ts';
import { settleArgv, settled } from '../../src/tools/links/settle.ts';
import { needs } from '../support/real/have.ts';
import { runs } from '../support/real/processes.ts';

describe.skipIf(!needs(['root', 'unshare', 'ip']))('a change of an address', () => {
  const before: readonly LinkConf[] = [{ ...blank('e0', 'ether'), addresses: ['192.0.2.5/24', '2001:db8::5/64'] }];
  const line = (argv: readonly string[]) => argv.map(quote).join(' ');
  /** What it says of a kernel that has these addresses; `applied`: after what is left of the old state was seen to. */
  const says = (after: readonly LinkConf[], has: readonly string[], applied = false) =>
    runs(
      ...(['unshare', '--net', 'sh', '-ec'] as const),
      [
        'ip link add e0 type veth peer name e1',
        ...has.map((address) => `ip address add ${address} dev e0`),
        ...(applied ? [line(settleArgv('none', before, after))] : []),
        line(settled(before, after).argv),
        ...(applied ? ['ip -o address show dev e0'] : []),
      ].join('\n'),
    );

  it.each([
    ['192.0.2.5/25', ['192.0.2.5/24', '192.0.2.5/25']],
    ['2001:DB8:0::5/80', ['2001:db8::5/80']],
  ])('to the same with another length, %s, is settled once the kernel has that alone', (address, both) => {
    const after = changed(before, { do: 'address set', link: 'e0', address, replace: true });
    expect(says(after, both, true)).toMatch(/^settled\n/);
    expect(says(after, both, true)).toContain(` ${both.at(-1)} `);
    expect(says(after, both, true)).not.toContain('192.0.2.5/24');
  });

  it('is not settled while the old length is there', () => {
    const after = changed(before, { do: 'address set', link: 'e0', address: '192.0.2.5/25', replace: true });
    expect(says(after, ['192.0.2.5/24'])).toContain('not yet: ');
    expect(says(after, ['192.0.2.5/24', '192.0.2.5/25'])).toBe('not yet: no-address e0 192.0.2.5/24\n');
  });
});
