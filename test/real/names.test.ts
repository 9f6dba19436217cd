import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Folder } from '../support/processes.ts';
import { type RealBot, realBot } from '../support/real/bot.ts';
import { needs } from '../support/real/have.ts';
import { NETNS, type NetHost, startNetHost } from '../support/real/netns.ts';
import { BUILD_MS } from '../support/real/systemd.ts';

const CONF = `key "hostler" { algorithm hmac-sha256; secret "SECRET"; };
zone "example.org" { type primary; file "/var/lib/bind/example.org.db"; allow-update { key hostler; }; allow-transfer { key hostler; }; };
zone "example.com" { type primary; file "/etc/bind/db.empty"; };
zone "example.net" { type primary; file "/var/lib/bind/example.net.db"; };
`;
const ZONE = `$TTL 3600
@ IN SOA ns1 hostmaster 1 3600 600 86400 60
@ IN NS ns1
@ IN MX 10 mail
ns1 IN A 192.0.2.10
mail 300 IN A 192.0.2.25
www IN CNAME mail
_kerberos._udp IN SRV 0 0 88 ns1
_kerberos IN TXT "EXAMPLE.ORG"
`;
const TINC = `mkdir -p /etc/tinc/campus/hosts; cd /etc/tinc/campus
printf 'Name = real\\nDeviceType = dummy\\nConnectTo = other\\n' >tinc.conf; printf 'Address = 198.51.100.9\\n' >hosts/other; : >hosts/real
tincd -n campus -K2048 </dev/null 2>/dev/null; systemctl start tinc@campus`;

describe.skipIf(!needs(NETNS))('names of a real host', () => {
  let net: NetHost;
  let bot: RealBot;
  let folder: Folder;
  beforeAll(async () => {
    folder = new Folder();
    net = await startNetHost({ image: 'names' });
    const key = net.exec('tsig-keygen', '-a', 'hmac-sha256', 'hostler');
    const secret = /secret "([^"]+)"/.exec(key)?.[1] ?? '';
    for (const [path, text] of [
      ['/etc/bind/named.conf.local', CONF.replace('SECRET', secret)],
      ['/var/lib/bind/example.org.db', ZONE],
      ['/var/lib/bind/example.net.db', ZONE],
      ['/etc/resolv.conf', 'nameserver 127.0.0.1\n'],
    ] as const)
      net.exec('sh', '-c', 'rm -f "$1"; printf %s "$2" >"$1"', 'sh', path, text);
    net.exec('systemctl', 'restart', 'named');
    const file = folder.file('tsig');
    const wrong = folder.file('wrong');
    writeFileSync(file, `${secret}\n`);
    writeFileSync(wrong, `${Buffer.from('another key').toString('base64')}\n`);
    const zone = { server: '127.0.0.1', from: 'real' };
    bot = await realBot(
      { real: net.config },
      {
        dns: {
          'example.org': { ...zone, key: { name: 'hostler', secret: `file:${file}` } },
          'example.net': { ...zone, key: { name: 'hostler', secret: `file:${wrong}` } },
        },
        domains: { 'example.org': { user: 'joiner', password: `file:${file}` }, 'example.com': { user: 'joiner', password: `file:${file}` } },
      },
    );
  }, BUILD_MS + 60_000);
  afterAll(async () => {
    await bot?.close();
    await folder?.close();
    await net?.close();
  });

  const approved = async (line: string) => {
    const asked = await bot.says('alice', line);
    expect(asked.ticket?.state, asked.text).toBe('waiting');
    return bot.presses('bob', asked, 'approve', { until: ({ ticket }) => ['done', 'failed', 'unknown'].includes(ticket?.state ?? '') });
  };
  const does = async (line: string) => {
    const end = await approved(line);
    expect(end.ticket?.state, end.text).toBe('done');
    return () => does(`undo ${end.id}`);
  };
  const zone = () => {
    const text = net.exec(
      'sh',
      '-c',
      'k=$(sed -n \'s/.*secret "\\(.*\\)";.*/\\1/p\' /etc/bind/named.conf.local); dig +noall +answer +onesoa -y "hmac-sha256:hostler:$k" @127.0.0.1 example.org AXFR',
    );
    return text
      .replace(/^.*\sSOA\s.*\n/gm, '')
      .split('\n')
      .sort()
      .join('\n');
  };

  it('are shown: of a name, of a zone, and why a zone is not given out', async () => {
    expect((await bot.says('alice', 'dns show mail.example.org')).text).toMatch(/mail\.example\.org\. +A +192\.0\.2\.25 +300/);
    expect((await bot.says('alice', 'dns show example.org')).text).toMatch(/_kerberos\._udp\.example\.org\. +SRV +0 0 88 ns1\.example\.org\./);
    const other = await bot.says('alice', 'dns show example.net');
    expect(other.text).toContain('not given out');
    expect(other.text).toMatch(/example\.net\. +MX/);
    expect((await bot.says('alice', 'dns show nowhere.example.com')).text).toContain('in no zone');
  });

  it.each([
    'dns set shop.example.org A 192.0.2.80 192.0.2.81 --ttl 300',
    'dns set mail.example.org AAAA 2001:0db8:0:0::25',
    'dns set example.org MX "20 ns1.example.org" "10 mail.example.org"',
    'dns set example.org TXT "v=spf1 mx \\"x\\" -all" second',
    'dns set shop2.example.org CNAME mail.example.org',
    'dns remove example.org MX "10 mail.example.org"',
  ])(
    'are as they were when that is undone: %s',
    async (line) => {
      const before = zone();
      const undo = await does(line);
      expect(zone()).not.toBe(before);
      const again = await bot.says('alice', line);
      expect(again.ticket?.state, again.text).toBe('done');
      expect(again.text).toMatch(/so already|no such record/);
      await undo();
      expect(zone()).toBe(before);
    },
    30_000,
  );

  it('are refused where a CNAME would stand beside another record, and for values that are none', async () => {
    expect((await bot.says('alice', 'dns set www.example.org A 192.0.2.1')).text).toContain('cannot stand beside');
    expect((await bot.says('alice', 'dns set mail.example.org CNAME ns1.example.org')).text).toContain('cannot stand beside');
    expect((await bot.says('alice', 'dns set mail.example.org A 192.0.2.256')).text).toContain('no value of a record A');
  });

  it('stay as they are where the key is wrong', async () => {
    const end = await approved('dns set new.example.net A 192.0.2.1');
    expect(end.ticket?.state, end.text).toBe('failed');
    expect(end.text).toMatch(/TSIG|BADKEY|NOTAUTH|REFUSED/);
  });

  it('of /etc/hosts are set in a line of its own, never over someone else’s, and are gone when that is undone', async () => {
    const text = () => net.exec('cat', '/etc/hosts');
    net.exec('sh', '-c', "printf '198.51.100.7 taken.example.com other # theirs' >>/etc/hosts");
    const before = text();
    const undo = await does('net hosts set real mirror.example.com 203.0.113.9');
    expect(text()).toBe(`${before}\n203.0.113.9\tmirror.example.com # hostler\n`);
    expect((await bot.says('alice', 'net hosts set real mirror.example.com 203.0.113.9')).text).toContain('already is');
    expect((await bot.says('alice', 'net hosts set real taken.example.com 203.0.113.9')).text).toContain('I did not write that');
    expect((await bot.says('alice', 'net hosts remove real taken.example.com')).text).toContain('I did not write that');
    expect((await bot.says('alice', 'net hosts set real localhost 203.0.113.9')).ticket?.state).toBe('refused');
    await undo();
    expect(text().trimEnd()).toBe(before.trimEnd());
    await does('net hosts set real taken.example.com 203.0.113.9 --replace');
    expect(text()).toContain('198.51.100.7\tother # theirs\n203.0.113.9\ttaken.example.com # hostler\n');
  }, 30_000);

  it('of the networks of tinc are shown', async () => {
    expect((await bot.says('alice', 'net tinc show real')).text).toContain('1.0.36');
    net.exec('sh', '-c', TINC);
    const shown = await bot.says('alice', 'net tinc show real');
    expect(shown.text).toMatch(/campus +active +real +other/);
    expect(shown.text).toContain('tinc 1.0.36, not parsed');
  }, 30_000);

  it('of domains are discovered by realmd, and where it cannot join, what it says is told and the host is in none', async () => {
    expect((await bot.says('alice', 'host leave real')).text).toContain('in no domain already');
    expect((await bot.says('alice', 'host join real nowhere.example.com')).text).toContain('no domain');
    expect((await bot.says('alice', 'host join real example.com')).text).toContain('No such realm found');
    // A Kerberos realm that is neither Active Directory nor FreeIPA, which realmd finds and cannot join.
    const end = await approved('host join real example.org');
    expect([end.ticket?.state, end.text]).toEqual(['failed', expect.stringContaining('realm:')]);
    expect((await bot.says('alice', 'host leave real')).text).toContain('in no domain already');
  }, 30_000);
});
