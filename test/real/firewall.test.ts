import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RealBot, realBot } from '../support/real/bot.ts';
import { needs } from '../support/real/have.ts';
import { NETNS, type NetHost, startNetHost } from '../support/real/netns.ts';
import { until } from '../support/real/processes.ts';
import { BUILD_MS } from '../support/real/systemd.ts';

const NFT = `table inet filter {
  chain input {
    type filter hook input priority filter; policy drop;
    ct state established,related accept
    iif "lo" accept
    meta l4proto icmp accept
    tcp dport { 22, 9100 } counter accept
  }
  chain forward { type filter hook forward priority filter; policy drop; }
}
`;
const SAVED = `*filter
:INPUT DROP [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A INPUT -i lo -j ACCEPT
-A INPUT -p icmp -j ACCEPT
-A INPUT -p tcp -m multiport --dports 22,9100 -j ACCEPT
COMMIT
`;

describe.skipIf(!needs(NETNS))('the firewall of a host', () => {
  let net: NetHost;
  let bot: RealBot;
  beforeAll(async () => {
    net = await startNetHost();
    bot = await realBot({ real: net.config }, { probes: [{ name: 'gateway', ping: '192.0.2.1' }] });
    for (const port of ['8080', '9100']) net.exec('systemd-run', '--quiet', `--unit=listen-${port}`, 'nc', '-lk', '-p', port);
  }, BUILD_MS + 60_000);
  afterAll(async () => {
    await bot?.close();
    await net?.close();
  });

  /** Asked by one, approved by another, and undone. */
  const does = async (line: string) => {
    const asked = await bot.says('alice', line);
    expect(asked.ticket?.state, asked.text).toBe('waiting');
    const end = await bot.presses('bob', asked, 'approve', { until: (card) => ['done', 'failed', 'unknown'].includes(card.ticket?.state ?? '') });
    expect(end.ticket?.state, end.text).toBe('done');
    expect(end.text).toContain('kept: all');
    return { asked, end, undo: () => does(`undo ${end.id}`) };
  };
  /** No Node for this: it would take longer to start than to ask. */
  const takes = (port: number) => {
    try {
      net.at('client', 'timeout', '0.7', 'bash', '-c', `: </dev/tcp/192.0.2.10/${port}`);
      return true;
    } catch {
      return false;
    }
  };
  const nft = () => net.exec('nft', 'list', 'ruleset').replace(/packets \d+ bytes \d+/g, 'packets bytes');
  const saved = () =>
    ['iptables-save', 'ip6tables-save']
      .map((program) =>
        net
          .exec(program)
          .replace(/^#.*$/gm, '')
          .replace(/\[\d+:\d+\]/g, ''),
      )
      .join('\n');
  const load = (program: string, text: string) => net.exec('sh', '-c', `printf %s "$1" | ${program}`, 'sh', text);

  /** Opening and closing change what comes in, and undone everything is as it was. */
  const story = async (rules: () => string, closes = true) => {
    const before = rules();
    expect([takes(8080), takes(9100)]).toEqual([false, true]);
    const opened = await does('net firewall open real 8080 --from 198.51.100.0/24');
    expect(takes(8080)).toBe(true);
    expect((await bot.says('alice', 'net firewall open real 8080 --from 198.51.100.0/24')).text).toContain('already open');
    await opened.undo();
    expect(takes(8080)).toBe(false);
    expect(rules()).toBe(before);
    if (!closes) return;
    const closed = await does('net firewall close real 9100');
    expect(takes(9100)).toBe(false);
    expect((await bot.says('alice', 'net firewall close real 9100')).text).toContain('already closed');
    await closed.undo();
    expect(takes(9100)).toBe(true);
    expect(rules()).toBe(before);
  };

  it('of nftables opens and closes a port, and is as it was when that is undone', async () => {
    load('nft -f -', NFT);
    await story(nft);
    const shown = await bot.says('alice', 'net firewall show real');
    expect(shown.text).toContain('at input; otherwise drop');
    expect(shown.text).toContain('tcp dport { 22, 9100 }');
  }, 60_000);

  it('lets in for a time only, which the host ends by itself', async () => {
    const before = nft();
    const { asked } = await does('net firewall open real 8080 --for 3s');
    expect(asked.text).toContain('closed again by the host itself after 3 s');
    await until('it is closed again', () => nft() === before);
  }, 30_000);

  it('keeps the port by which the bot comes in', async () => {
    const card = await bot.says('alice', 'net firewall close real 22');
    expect(card.ticket?.state).toBe('refused');
    expect(card.text).toContain('how I come in');
  });

  it('of iptables over nft does the same', async () => {
    net.exec('nft', 'flush', 'ruleset');
    load('iptables-restore', SAVED);
    await story(saved, false);
  }, 60_000);

  it('of legacy iptables does the same', async () => {
    net.exec('nft', 'flush', 'ruleset');
    for (const name of ['iptables', 'ip6tables']) net.exec('update-alternatives', '--set', name, `/usr/sbin/${name}-legacy`);
    load('iptables-restore', SAVED);
    await story(saved);
  }, 60_000);

  it('says so where nothing filters', async () => {
    for (const name of ['iptables-legacy', 'ip6tables-legacy']) for (const args of [['-P', 'INPUT', 'ACCEPT'], ['-F']] as const) net.exec(name, ...args);
    expect((await bot.says('alice', 'net firewall open real 8080')).text).toContain('nothing turns it away');
  });
});
