import type { ChildProcess } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RealBot, realBot } from '../support/real/bot.ts';
import { needs } from '../support/real/have.ts';
import { NETNS, type NetHost, startNetHost } from '../support/real/netns.ts';
import { closeAll, start, stop, until } from '../support/real/processes.ts';
import { BUILD_MS } from '../support/real/systemd.ts';

const able = needs(NETNS);

/** A name server that knows one name and answers `203.0.113.80` for it; argument: the address it listens at. */
const SERVER = `const dgram = require('node:dgram'); const socket = dgram.createSocket('udp4');
socket.on('message', (asked, from) => {
  let end = 12; const labels = [];
  while (asked[end] !== 0) { labels.push(asked.subarray(end + 1, end + 1 + asked[end]).toString()); end += asked[end] + 1; }
  const type = asked.readUInt16BE(end + 1); const known = labels.join('.').toLowerCase() === 'www.example.org';
  const good = known && type === 1;
  const head = Buffer.from(asked.subarray(0, 12)); head.writeUInt16BE(known ? 0x8580 : 0x8583, 2); head.writeUInt16BE(1, 4); head.writeUInt16BE(good ? 1 : 0, 6); head.writeUInt32BE(0, 8);
  const answer = good ? Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 203, 0, 113, 80]) : Buffer.alloc(0);
  socket.send(Buffer.concat([head, asked.subarray(12, end + 5), answer]), from.port, from.address);
}).bind(53, process.argv[1]);`;

let net: NetHost;
let bot: RealBot;
const servers: ChildProcess[] = [];
beforeAll(async () => {
  if (!able) return;
  net = await startNetHost();
  for (const address of ['192.0.2.1', '203.0.113.1']) servers.push(start(['ip', 'netns', 'exec', net.names.gateway, process.execPath, '-e', SERVER, address]));
  await until('name servers', () => net.at('gateway', 'ss', '-Hlun').split(':53 ').length === 3);
  bot = await realBot({ net: net.config });
}, BUILD_MS);
afterAll(async () => {
  await closeAll(bot);
  await Promise.all(servers.map(stop));
  await closeAll(net);
}, 30_000);

const says = async (line: string) => bot.says('alice', line, { ms: 60_000 });
async function does(line: string) {
  const card = await says(line);
  const end = card.ticket?.state === 'waiting' ? await bot.presses('bob', card, 'approve') : card;
  expect(end.ticket?.state, end.text).toBe('done');
  return end;
}

it.runIf(able)(
  'sets name servers in a plain file, and puts them back',
  async () => {
    const file = () => net.exec('cat', '/etc/resolv.conf');
    net.exec(
      'sh',
      '-c',
      'rm -f /etc/resolv.conf; printf "# kept\\nsearch lab.example.org\\nnameserver 192.0.2.1\\noptions timeout:1 attempts:1\\n" >/etc/resolv.conf',
    );
    const before = file();
    expect((await says('net dns show net --lookup www.example.org')).text).toMatch(/nobody: a plain file +192\.0\.2\.1 +answers +lab\.example\.org/);
    expect((await says('net lookup www.example.org net')).text).toContain('www.example.org is 203.0.113.80');
    const card = await does('net dns set net 203.0.113.1 --search example.org');
    expect(file()).toBe('# kept\nsearch example.org\nnameserver 203.0.113.1\noptions timeout:1 attempts:1\n');
    expect((await says('net lookup www net')).text).toContain('www is 203.0.113.80');
    await does(`undo ${card.id}`);
    expect(file()).toBe(before);
  },
  90_000,
);

it.runIf(able)(
  'refuses a server that does not answer there, and leaves everything as it was',
  async () => {
    const before = net.exec('cat', '/etc/resolv.conf');
    const card = await says('net dns set net 192.0.2.77');
    expect(card.ticket?.state).toBe('refused');
    expect(card.text).toContain('192.0.2.77 silent; nothing was done');
    expect(net.exec('cat', '/etc/resolv.conf')).toBe(before);
  },
  60_000,
);

it.runIf(able)(
  'sets them in systemd-resolved by a drop-in, and puts them back',
  async () => {
    net.exec(
      'sh',
      '-c',
      // As where it was started often just now: systemd itself would start it no more.
      'mkdir -p /etc/systemd/resolved.conf.d /etc/systemd/system/systemd-resolved.service.d; printf "[Unit]\\nStartLimitIntervalSec=1h\\nStartLimitBurst=1\\n" >/etc/systemd/system/systemd-resolved.service.d/limit.conf; printf "[Resolve]\\nDNS=192.0.2.1\\n" >/etc/systemd/resolved.conf.d/10-site.conf; systemctl daemon-reload; systemctl reset-failed systemd-resolved; systemctl restart systemd-resolved; ln -sf /run/systemd/resolve/stub-resolv.conf /etc/resolv.conf',
    );
    const files = () => net.exec('sh', '-c', 'ls /etc/systemd/resolved.conf.d 2>/dev/null; resolvectl dns');
    const before = files();
    const first = await does('net dns set net 203.0.113.1 --lookup www.example.org');
    expect((await says('net dns show net --lookup www.example.org')).text).toMatch(/systemd-resolved +127\.0\.0\.53 +answers .*Global: .*203\.0\.113\.1/);
    expect((await says('net lookup www.example.org net')).text).toContain('www.example.org is 203.0.113.80');
    const second = await does('net dns set net 192.0.2.1 203.0.113.1 --search example.org --lookup www.example.org');
    expect(net.exec('resolvectl', 'dns')).toMatch(/Global: 192\.0\.2\.1 203\.0\.113\.1/);
    await does(`undo ${second.id}`);
    expect(net.exec('cat', '/etc/systemd/resolved.conf.d/90-hostler.conf')).toContain('DNS=203.0.113.1\nDomains=~.\n');
    await does(`undo ${first.id}`);
    expect(files()).toBe(before);
  },
  120_000,
);
