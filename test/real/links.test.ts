import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FlatCard } from '../../src/core/flatten.ts';
import { type RealBot, realBot } from '../support/real/bot.ts';
import { needs } from '../support/real/have.ts';
import { NETNS, type NetHost, startNetHost } from '../support/real/netns.ts';
import { BUILD_MS } from '../support/real/systemd.ts';

/** Nothing but the loopback is left to ifupdown2: NetworkManager keeps away from what is. */
const LO = `printf 'auto lo\niface lo inet loopback\n' >/etc/network/interfaces`;

/** How each way is made the one that configures the host, where its files are, and what is made there besides a bridge: each somewhere, one way all of it. */
const WAYS: Readonly<Record<string, { readonly begin: string; readonly files: string; readonly makes: readonly ('route' | 'tunnel' | 'mtu')[] }>> = {
  ifupdown2: { begin: 'ifreload -a; ip route replace default via 192.0.2.1', files: 'cat /etc/network/interfaces', makes: ['route', 'tunnel', 'mtu'] },
  'systemd-networkd': {
    begin: `printf '[Match]\nName=eth0\n\n[Network]\nAddress=192.0.2.10/24\nGateway=192.0.2.1\n' >/etc/systemd/network/20-eth0.network
${LO}; systemctl start systemd-networkd; networkctl reload`,
    files: 'cd /etc/systemd/network; head -n 99 -- *',
    makes: ['tunnel'],
  },
  netplan: {
    begin: `${LO}; umask 077; cat >/etc/netplan/01-base.yaml <<'END'
network:
  version: 2
  renderer: networkd
  ethernets:
    eth0:
      addresses: ["192.0.2.10/24"]  # ours
      routes: [{to: default, via: 192.0.2.1}]
END
netplan generate; systemctl start systemd-networkd; networkctl reload`,
    files: 'cd /etc/netplan; head -n 99 -- *',
    makes: ['route'],
  },
  NetworkManager: {
    begin: `${LO}; printf '[main]\nno-auto-default=*\n' >/etc/NetworkManager/conf.d/quiet.conf
umask 077; printf '[connection]\nid=eth0\nuuid=11111111-1111-4111-8111-111111111111\ntype=ethernet\ninterface-name=eth0\n\n[ethernet]\n\n[ipv4]\naddress1=192.0.2.10/24,192.0.2.1\nmethod=manual\n\n[ipv6]\nmethod=ignore\n' >/etc/NetworkManager/system-connections/eth0.nmconnection
systemctl start NetworkManager; nmcli --wait 10 connection up eth0`,
    files: 'cd /etc/NetworkManager/system-connections; head -n 99 -- *',
    makes: ['mtu'],
  },
};

/** Nobody configures anything. There is no udev in a container, which `netplan apply` does not expect; systemd-networkd 252 spins over addresses that are there
 * before it; links are not renamed by a rule that is meant for cards. */
const NOBODY = `cp /bin/true /usr/bin/udevadm; systemctl unmask NetworkManager.service systemd-networkd.service systemd-networkd.socket 2>/dev/null
systemctl stop NetworkManager.service systemd-networkd.socket systemd-networkd.service
rm -f /etc/netplan/* /etc/systemd/network/* /etc/NetworkManager/system-connections/*; netplan generate; ip -4 address flush dev eth0
ln -sf /dev/null /etc/systemd/network/99-default.link`;

describe.skipIf(!needs(NETNS))('links of a real host', () => {
  let net: NetHost;
  let people: RealBot;

  beforeAll(async () => {
    net = await startNetHost();
    net.at('host', 'ip', 'link', 'add', 'p0', 'type', 'veth', 'peer', 'name', 'p1');
    for (const port of ['p0', 'p1']) net.at('host', 'ip', 'link', 'set', port, 'up');
    people = await realBot({ real: net.config });
  }, BUILD_MS);
  afterAll(async () => {
    await people?.close();
    await net?.close();
  });

  async function does(line: string): Promise<FlatCard> {
    const asked = await people.says('alice', line, { ms: 60_000 });
    const card = asked.ticket?.state === 'waiting' ? await people.presses('bob', asked, 'approve') : asked;
    const settled = card.ticket?.state === 'running' ? await people.sees('alice', card.id) : card;
    expect(settled.ticket?.state, `${settled.text}\n${JSON.stringify(settled)}`).toBe('done');
    return settled;
  }
  const kernel = (...args: string[]) => JSON.parse(net.at('host', 'ip', '-j', '-d', ...args) || '[]');
  const there = (name: string) => net.at('host', 'ip', '-br', 'link').includes(`${name} `);

  it('are as they were when a change is given up', async () => {
    const doubtful = await realBot({ real: net.config }, { probes: [{ name: 'never', hosts: ['real'], ping: '192.0.2.66' }] });
    try {
      const before = net.exec('cat', '/etc/network/interfaces');
      const asked = await doubtful.says('alice', 'net bridge set real br1 --ports p0 --address 203.0.113.129/25');
      const proving = await doubtful.presses('bob', asked, 'approve', { until: ({ text }) => text.includes('real pings 192.0.2.66') });
      expect(there('br1')).toBe(true);
      const ended = await doubtful.presses('alice', proving, 'cancel');
      expect(ended.text).toContain('put back: it is as it was');
      expect(there('br1')).toBe(false);
      expect(net.exec('cat', '/etc/network/interfaces')).toBe(before);
    } finally {
      await doubtful.close();
    }
  }, 60_000);

  describe.each(Object.keys(WAYS))('%s', (way) => {
    it('makes links, and takes them back', async () => {
      const { begin, files, makes } = WAYS[way] ?? { begin: '', files: '', makes: [] };
      net.exec('sh', '-c', NOBODY);
      net.exec('sh', '-c', begin);
      const before = net.exec('sh', '-c', files);

      const done = [await does('net bridge set real br1 --ports p0 --address 203.0.113.129/25 --within 60')];
      expect(kernel('link', 'show', 'p0')).toMatchObject([{ master: 'br1' }]);
      expect(kernel('addr', 'show', 'br1')).toMatchObject([{ linkinfo: { info_kind: 'bridge', info_data: { stp_state: 0 } } }]);
      expect(JSON.stringify(kernel('addr', 'show', 'br1'))).toContain('203.0.113.129');

      if (makes.includes('route')) {
        done.push(await does('net route set real 198.51.100.64/26 --via 192.0.2.1 --dev eth0 --within 60'));
        expect(kernel('route', 'show', '198.51.100.64/26')).toMatchObject([{ gateway: '192.0.2.1', dev: 'eth0' }]);
      }
      if (makes.includes('tunnel')) {
        done.push(await does('net tunnel set real vx5 --kind vxlan --local 192.0.2.10 --remote 192.0.2.1 --vni 5 --bridge br1 --within 60'));
        expect(kernel('link', 'show', 'vx5')).toMatchObject([
          { mtu: 1500, master: 'br1', linkinfo: { info_kind: 'vxlan', info_data: { id: 5, local: '192.0.2.10' } } },
        ]);
      }
      if (makes.includes('mtu')) {
        done.push(await does('net mtu set real br1 1400 --within 60'));
        expect(kernel('link', 'show', 'br1')).toMatchObject([{ mtu: 1400 }]);
        expect((await people.says('alice', 'net mtu set real br1 1400')).text).toContain('already so');
      }

      for (const { id, text } of done.reverse()) {
        expect(text).toContain('undo  `undo');
        await does(`undo ${id}`);
      }
      expect(there('br1')).toBe(false);
      expect(there('vx5')).toBe(false);
      expect(kernel('link', 'show', 'p0')[0]?.master).toBeUndefined();
      expect(kernel('route', 'show', '198.51.100.64/26')).toEqual([]);
      expect(net.exec('sh', '-c', files)).toBe(before);
    }, 180_000);
  });
});
