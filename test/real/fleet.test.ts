import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostOf, type RealBot, realBot } from '../support/real/bot.ts';
import { needs } from '../support/real/have.ts';
import { freePort } from '../support/real/ports.ts';
import { closeAll, ownFolders } from '../support/real/processes.ts';
import { type Sshd, startSshd } from '../support/real/sshd.ts';

const OS = /^PRETTY_NAME="?(.*?)"?$/m.exec(existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '')?.[1] ?? '';

describe.skipIf(!needs(['sshd', 'ssh-keygen', 'ip', 'ping']))('looking at a real host from the chat', () => {
  let sshd: Sshd;
  let bot: RealBot;
  beforeAll(async () => {
    sshd = await startSshd({ hostKeys: ['ed25519', 'rsa'] });
    const real = { ...hostOf(sshd), kind: 'linux', tags: ['web'] };
    bot = await realBot({ real, gone: { ...real, port: await freePort() }, other: { ...real, hostKey: `SHA256:${'A'.repeat(43)}` } });
  });
  afterAll(() => closeAll(bot, sshd));

  const row = async (line: string, host: string) => {
    const card = await bot.says('alice', line);
    expect(card.ticket?.state, card.text).toBe('done');
    const table = card.blocks.find((block) => block.kind === 'table');
    return table?.rows.find(([name]) => name === host)?.join(' | ') ?? card.text;
  };

  it('lists it with what it is, beside one that is gone and one that is another', async () => {
    expect(await row('hosts', 'real')).toContain(`${OS} | lab | linux | @web`);
    expect(await row('hosts', 'gone')).toContain('refuses the connection');
    // What is too long for a table stands above it.
    const { text } = await bot.says('alice', 'hosts');
    expect(text).toContain(`other: refused: its host key changed; it now shows ${sshd.fingerprint()}`);
  });

  it('shows how it is, or that it has no systemd to ask', async () => {
    const status = await row('host status real', 'real');
    if (existsSync('/run/systemd/system')) expect(status).toContain(`${OS} | ${release()}`);
    else expect((await bot.says('alice', 'host status real')).text).toContain('systemctl');
  });

  it('shows its links', async () => {
    const card = await bot.says('alice', 'net show real');
    expect(card.text).toMatch(/real +lo +UNKNOWN +127\.0\.0\.1\/8/);
  });

  it('pings from it', async () => {
    const card = await bot.says('alice', 'net ping real 127.0.0.1');
    expect(card.text).toContain('real reaches 127.0.0.1');
    expect(card.text).toContain('3/3');
    expect((await bot.says('alice', 'net ping real -f')).ticket?.state).toBe('refused');
  });
});

describe.skipIf(!needs(['sshd', 'ssh-keygen', 'root', 'unshare', 'mount']))('a real host whose output is hostile', () => {
  let dir: string;
  let sshd: Sshd;
  let bot: RealBot;
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'hostler-hostile-'));
    mkdirSync(join(dir, 'sbin'));
    const unit = String.raw`evil\033[2J\342\200\256.service loaded failed failed <!channel> \377`;
    writeFileSync(join(dir, 'sbin/systemctl'), `#!/bin/sh\nprintf '${unit}\\n'\n`, { mode: 0o755 });
    writeFileSync(join(dir, 'os-release'), Buffer.from('ID=debian\nPRETTY_NAME="Evil \x1b[31m\xff\xfe\x07 OS <script>\u0000"\n', 'latin1'));
    const within = ownFolders(`mount --bind '${dir}/sbin' /usr/local/sbin && mount --bind '${dir}/os-release' /etc/os-release`);
    sshd = await startSshd(within ? { within } : {});
    bot = await realBot({ real: { ...hostOf(sshd), kind: 'linux' } });
  });
  afterAll(() => closeAll(bot, sshd).finally(() => rmSync(dir, { recursive: true, force: true })));

  it('shows what could forge or hide text as U+FFFD', async () => {
    const card = await bot.says('alice', 'host status real');
    expect(card.ticket?.state, card.text).toBe('done');
    expect(card.text).toContain('Evil \uFFFD[31m\uFFFD\uFFFD\uFFFD OS <script>\uFFFD');
    expect(card.text).toContain('evil\uFFFD[2J\uFFFD');
    expect(card.text).toContain(release());
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
    expect(JSON.stringify(card)).not.toMatch(/\\u00[01]|[\x00-\x1f\x7f-\x9f\u202e]/);
  });
});
