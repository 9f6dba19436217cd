import { statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { connect, exec, newLab, quote } from './wire.ts';

describe('exec', () => {
  it('runs a program and answers output and status', async () => {
    const client = await connect(await newLab(), 'web1');
    expect(await exec(client, 'hostname')).toEqual({ out: 'web1\n', err: '', exit: 0 });
    expect(await exec(client, 'false')).toEqual({ out: '', err: '', exit: 1 });
    expect((await exec(client, 'cat /etc/os-release')).out).toContain('VERSION_ID="12"\n');
    expect(await exec(client, 'cat /etc/hostname /nope')).toEqual({ out: 'web1\n', err: 'cat: /nope: No such file or directory\n', exit: 1 });
  });

  it('does not know programs the host would not have', async () => {
    const client = await connect(await newLab(), 'web1');
    expect(await exec(client, 'frobnicate -x')).toEqual({ out: '', err: 'sh: 1: frobnicate: not found\n', exit: 127 });
    expect(await exec(client, 'virsh list')).toEqual({ out: '', err: 'sh: 1: virsh: not found\n', exit: 127 });
    expect((await exec(client, 'constructor')).exit).toBe(127);
    expect((await exec(client, 'cat constructor')).exit).toBe(1);
  });

  it('refuses operators and executes nothing', async () => {
    const lab = await newLab();
    const client = await connect(lab, 'kvm1');
    for (const tail of ['; true', '| cat', '& true', '> /tmp/x', '< /etc/passwd', '$HOME', '`id`', '$(id)', '\ntrue', "'open"]) {
      expect(await exec(client, `virsh destroy shop ${tail}`)).toEqual({ out: '', err: 'sh: 1: Syntax error\n', exit: 2 });
    }
    expect((await exec(client, 'echo "$HOME"')).exit).toBe(2);
    expect(lab.host('kvm1').effects).toEqual([]);
  });

  it('takes hostile words as they are', async () => {
    const client = await connect(await newLab(), 'web1');
    for (const word of ['a b', "it's", '$(reboot)', '`id`', '; rm -rf /', '"', '\\', 'a\nb', '名前', '', '--', '*']) {
      expect(await exec(client, quote('printf', '[%s]', word))).toEqual({ out: `[${word}]`, err: '', exit: 0 });
    }
    expect((await exec(client, 'echo "a \\"b\\" \\$c \\\\d" e\\ f')).out).toBe('a "b" $c \\d e f\n');
  });

  it('strips prefixes', async () => {
    const client = await connect(await newLab(), 'web1');
    expect((await exec(client, "sudo -n env LC_ALL=C 'A=b c' hostname")).out).toBe('web1\n');
  });

  it('hands standard input to a program that reads it', async () => {
    const client = await connect(await newLab(), 'web1');
    expect((await exec(client, 'cat', 'héllo\n')).out).toBe('héllo\n');
  });

  it('serves many channels of one connection at once', async () => {
    const client = await connect(await newLab(), 'web1');
    const answers = await Promise.all(Array.from({ length: 32 }, (_, index) => exec(client, `echo ${index}`)));
    expect(answers.map(({ out }) => out.trim())).toEqual(answers.map((_, index) => String(index)));
  });

  it('sends a lot of output whole', async () => {
    const client = await connect(await newLab(), 'web1');
    const { out } = await exec(client, 'seq 1 400000');
    expect(out.length).toBe(2_688_895);
    expect(out.endsWith('399999\n400000\n')).toBe(true);
  });

  it('keeps the client key to its owner and presents the configured host key', async () => {
    const lab = await newLab();
    const host = lab.config.hosts.web1;
    expect(statSync(host?.key.slice(5) ?? '').mode & 0o777).toBe(0o600);
    expect(host?.hostKey).toMatch(/^SHA256:[A-Za-z0-9+/]{43}$/);
    expect(JSON.parse(JSON.stringify(lab.config))).toEqual(lab.config);
  });
});
