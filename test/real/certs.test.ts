import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dumped } from '../support/dumped.ts';
import { hostOf, type RealBot, realBot } from '../support/real/bot.ts';
import { needs } from '../support/real/have.ts';
import { freePort } from '../support/real/ports.ts';
import { BUILD_MS, SYSTEMD, type SystemdHost, startSystemd } from '../support/real/systemd.ts';

/** A TLS server that refuses to start with a key that is not RSA, as one with old settings does, and that systemd starts but once an hour; and pairs to deploy. */
const SERVER = `set -e; mkdir -p /etc/tls /root/new; cd /root/new
pair() { openssl req -x509 -nodes -newkey "$3" -keyout "$1.key" -out "$1.pem" -days "$2" -subj "/O=Example/CN=$4" -addext "subjectAltName=DNS:$4" 2>/dev/null; }
pair old 10 rsa:2048 shop.example.org; pair next 90 rsa:2048 shop.example.org; pair other 90 rsa:2048 other.example.org
openssl ecparam -name prime256v1 -genkey -noout -out ec.key; openssl req -x509 -new -key ec.key -out ec.pem -days 90 -subj /CN=shop.example.org
openssl req -x509 -new -key next.key -out expired.pem -days 1 -subj /CN=shop.example.org -set_serial 7 2>/dev/null; cp next.key expired.key
cp old.pem /etc/tls/shop.pem; cp old.key /etc/tls/shop.key; chmod 640 /etc/tls/shop.key; chgrp daemon /etc/tls/shop.key
cat >/etc/systemd/system/shop.service <<UNIT
[Unit]
StartLimitIntervalSec=1h
StartLimitBurst=1
[Service]
ExecStartPre=/bin/sh -c "! grep -q 'BEGIN EC' /etc/tls/shop.key"
ExecStart=openssl s_server -quiet -www -accept 127.0.0.1:$1 -cert /etc/tls/shop.pem -key /etc/tls/shop.key
UNIT
systemctl start shop; n=0; until openssl s_client -connect 127.0.0.1:$1 </dev/null >/dev/null 2>&1; do n=$((n + 1)); [ $n -lt 100 ]; sleep 0.1; done`;

describe.skipIf(!needs(SYSTEMD))('certificates of a real host', () => {
  let host: SystemdHost;
  let bot: RealBot;
  let port: number;
  const at = (path: string) => join(host.root, path);
  const on = async (script: string, ...words: string[]) => {
    const done = await host.ssh().exec(['sh', '-c', script, 'sh', ...words], { timeoutMs: 30_000, cap: 65_536 });
    if (done.kind !== 'exit' || done.code !== 0) throw new Error(JSON.stringify(done));
    return done.stdout.trim();
  };
  const print = (file: string) => on('openssl x509 -in "$1" -noout -fingerprint -sha256 | sed "s/.*=//"', file);
  const served = () =>
    on('openssl s_client -connect "127.0.0.1:$1" </dev/null 2>/dev/null | openssl x509 -noout -fingerprint -sha256 | sed "s/.*=//"', String(port));
  const approved = async (line: string) => {
    const card = await bot.says('alice', line);
    expect(card.ticket?.state, card.text).toBe('waiting');
    return { card, done: await bot.presses('bob', card, 'approve', { until: ({ ticket }) => ticket?.state === 'done' || ticket?.state === 'failed' }) };
  };

  beforeAll(async () => {
    [host, port] = await Promise.all([startSystemd({ image: 'admin' }), freePort()]);
    await on(SERVER, String(port));
    const one = (name: string) => ({
      name,
      hosts: ['web'],
      cert: '/etc/tls/shop.pem',
      key: '/etc/tls/shop.key',
      port,
      reload: 'shop',
      from: { host: 'store', cert: `/root/new/${name}.pem`, key: `/root/new/${name}.key` },
    });
    const certificates = [one('next'), one('ec'), { ...one('mixed'), from: { host: 'store', cert: '/root/new/next.pem', key: '/root/new/other.key' } }];
    bot = await realBot({ web: hostOf(host), store: hostOf(host) }, { certificates });
  }, BUILD_MS + 60_000);
  afterAll(async () => {
    await bot?.close();
    await host?.close();
  });

  it('what is served is told apart from what is in the file', async () => {
    const before = await bot.says('alice', 'cert list web');
    expect(before.text).toMatch(
      new RegExp(`^web +/etc/tls/shop\\.pem +shop\\.example\\.org +itself .* RSA 2048 +${(await print('/etc/tls/shop.pem')).slice(0, 11)} +expires soon$`, 'm'),
    );
    await on('cp /root/new/next.pem /etc/tls/shop.pem; cp /root/new/next.key /etc/tls/shop.key');
    const after = await bot.says('alice', 'cert list web');
    expect(after.text).toMatch(new RegExp(`^web +:${port} .*SERVED ≠ FILE`, 'm'));
    const { card, done } = await approved('cert deploy next');
    expect(card.text).toContain('another than its file');
    expect(done.ticket?.state, done.text).toBe('done');
    expect((await bot.says('alice', 'cert list web')).text).not.toContain('≠');
    await on('cp /root/new/old.pem /etc/tls/shop.pem; cp /root/new/old.key /etc/tls/shop.key; systemctl reset-failed shop; systemctl restart shop');
    await expect.poll(served, { timeout: 10_000 }).toBe(await print('/root/new/old.pem'));
  });

  it('a new one is brought with its key, reloaded and seen served; undone, all is as before; the key is nowhere else', async () => {
    const { card, done } = await approved('cert deploy next');
    expect(card.text).toContain('new, from store');
    expect(done.ticket?.state, done.text).toBe('done');
    expect(await served()).toBe(await print('/root/new/next.pem'));
    expect(await on('stat -c "%a %G" /etc/tls/shop.key; cmp /etc/tls/shop.key /root/new/next.key')).toBe('640 daemon');
    const key = readFileSync(at('root/new/next.key'), 'utf8').split('\n')[5] ?? '';
    expect(key).toMatch(/^[A-Za-z0-9+/]{64}$/);
    expect(await dumped(bot.redis)).not.toContain(key);
    // What was replaced is kept for the undo, and is none of this.
    expect(await on('grep -rlF --exclude-dir=certs -- "$1" /var/lib/hostler /run /tmp /var/log 2>/dev/null || :', key)).toBe('');
    expect((await bot.says('alice', 'cert deploy next')).text).toContain('in its place already: nothing to do');
    const undo = await approved(`undo ${card.id}`);
    expect(undo.done.ticket?.state, undo.done.text).toBe('done');
    expect(await served()).toBe(await print('/root/new/old.pem'));
    expect(await on('stat -c "%a %G" /etc/tls/shop.key; cmp /etc/tls/shop.key /root/new/old.key')).toBe('640 daemon');
  });

  it('one that the server does not take is taken back by itself', async () => {
    const { done } = await approved('cert deploy ec');
    expect(done.ticket?.state, done.text).toBe('failed');
    expect(done.text).toContain('the old one was put back');
    // systemd says that it runs before it listens.
    await expect.poll(served, { timeout: 10_000 }).toBe(await print('/root/new/old.pem'));
    expect(existsSync(at('etc/tls/shop.pem.hostler-new'))).toBe(false);
  });

  it('a key of another, and a certificate nobody declared, are refused, and nothing is touched', async () => {
    expect((await bot.says('alice', 'cert deploy mixed')).text).toContain('/root/new/other.key is not the key of /root/new/next.pem on store');
    expect((await bot.says('alice', 'cert deploy nosuch')).text).toContain('there is no certificate “nosuch”');
    expect(await on('cmp /etc/tls/shop.key /root/new/old.key && cmp /etc/tls/shop.pem /root/new/old.pem && echo same')).toBe('same');
  });
});
