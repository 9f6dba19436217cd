import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RealBot, realBot } from '../support/real/bot.ts';
import { needs } from '../support/real/have.ts';
import { NETNS, type NetHost, startNetHost } from '../support/real/netns.ts';
import { BUILD_MS } from '../support/real/systemd.ts';

describe.skipIf(!needs(NETNS))('a redirected port of a host', () => {
  let net: NetHost;
  let bot: RealBot;
  beforeAll(async () => {
    net = await startNetHost();
    bot = await realBot({ real: net.config }, { probes: [{ name: 'gateway', ping: '192.0.2.1' }] });
    for (const port of ['8006', '9100']) net.exec('systemd-run', '--quiet', `--unit=listen-${port}`, 'nc', '-lk', '-p', port);
    net.exec('systemd-run', '--quiet', '--unit=listen-local', 'nc', '-lk', '-s', '127.0.0.1', '-p', '9200');
  }, BUILD_MS + 60_000);
  afterAll(async () => {
    await bot?.close();
    await net?.close();
  });

  const does = async (line: string) => {
    const asked = await bot.says('alice', line);
    expect(asked.ticket?.state, asked.text).toBe('waiting');
    const end = await bot.presses('bob', asked, 'approve', { until: (card) => ['done', 'failed', 'unknown'].includes(card.ticket?.state ?? '') });
    expect(end.ticket?.state, end.text).toBe('done');
    expect(end.text).toContain('kept: all');
    return () => does(`undo ${end.id}`);
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
  const files = () =>
    net.exec(
      'sh',
      '-c',
      'cd /etc; find hostler systemd/system/hostler-* systemd/system/multi-user.target.wants/hostler-* -type f -o -type l 2>/dev/null | sort',
    );
  const rules = () => net.exec('sh', '-c', '{ nft list ruleset; iptables-save -t nat; ip6tables-save -t nat; } 2>/dev/null | grep -i redirect || :');

  /** A port leads to another, also after something emptied all rules, and undone everything is as it was. */
  const story = async (empty: () => void) => {
    expect([takes(443), takes(8006)]).toEqual([false, true]);
    const undo = await does('net redirect set real 443 8006');
    expect([takes(443), takes(8006)]).toEqual([true, true]);
    expect((await bot.says('alice', 'net redirect set real 443 8006')).text).toContain('already leads');
    expect((await bot.says('alice', 'net redirect show real')).text).toMatch(/443 → 8006 +yes +yes/);
    empty();
    await expect.poll(() => takes(443)).toBe(true);
    await undo();
    expect([takes(443), takes(8006)]).toEqual([false, true]);
    expect([files(), rules()]).toEqual(['', '']);
  };

  it('of nftables leads to another, stays when the host’s own rules are loaded anew, and is as it was when that is undone', async () => {
    net.exec('systemctl', 'start', 'nftables.service');
    await story(() => net.exec('systemctl', 'restart', 'nftables.service')); // its first line is: flush ruleset
    net.exec('systemctl', 'stop', 'nftables.service');
  }, 60_000);

  it.each([
    ['22 8006', 'how I come in'],
    ['9100 8006', 'listens at'],
    ['443 8007', 'nothing listens'],
    ['443 9200', 'only loopback'],
    ['443 443', 'to itself'],
  ])('is refused: %s', async (words, why) => {
    const card = await bot.says('alice', `net redirect set real ${words}`);
    expect([card.ticket?.state, card.text]).toEqual(['refused', expect.stringContaining(why)]);
  });

  it('is refused where a rule of someone else redirects it', async () => {
    net.exec(
      'iptables',
      '-t',
      'nat',
      '-A',
      'PREROUTING',
      '-p',
      'tcp',
      '--dport',
      '443',
      '-m',
      'addrtype',
      '--dst-type',
      'LOCAL',
      '-j',
      'REDIRECT',
      '--to-ports',
      '8006',
    );
    expect((await bot.says('alice', 'net redirect set real 443 8006')).text).toContain('someone else');
    net.exec('iptables', '-t', 'nat', '-F', 'PREROUTING');
  });

  it('of iptables does the same where there is no nft', async () => {
    net.exec('mv', '/usr/sbin/nft', '/usr/sbin/nft.away');
    for (const name of ['iptables', 'ip6tables']) net.exec('update-alternatives', '--set', name, `/usr/sbin/${name}-legacy`);
    await story(() => net.exec('systemctl', 'restart', 'hostler-redirect.service'));
    net.exec('mv', '/usr/sbin/nft.away', '/usr/sbin/nft');
  }, 60_000);
});
