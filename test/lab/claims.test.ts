import { describe, expect, it } from 'vitest';
import { claimed, connect, eventually, exec, newLab } from './wire.ts';

describe('claimed steps', () => {
  it('runs a step once, however often it is asked for', async () => {
    const lab = await newLab();
    const client = await connect(lab, 'kvm1');
    const command = claimed('t1.0', 10, 'virsh', 'start', 'build');
    const first = await exec(client, command);
    expect(first).toEqual({ out: "hostler-run 1 exit 0 24\nDomain 'build' started\n\n", err: '', exit: 0 });
    expect(await exec(client, command)).toEqual(first);
    expect(lab.host('kvm1').effects).toEqual(['virsh start build']);
  });

  it('merges output and carries the exit status in the header', async () => {
    const client = await connect(await newLab(), 'kvm1');
    expect((await exec(client, claimed('t2.0', 10, 'virsh', 'start', 'shop'))).out).toBe('hostler-run 1 exit 1 33\n\nerror: Domain is already active\n');
    expect((await exec(client, claimed('t2.1', 10, 'frobnicate'))).out).toBe('hostler-run 1 exit 127 29\nsh: 1: frobnicate: not found\n');
  });

  it('joins concurrent calls', async () => {
    const lab = await newLab();
    const clients = await Promise.all([connect(lab, 'web1'), connect(lab, 'web1'), connect(lab, 'web1')]);
    const command = claimed('t3.0', 10, 'systemctl', 'restart', 'nginx');
    const answers = await Promise.all([...clients, ...clients].map((client) => exec(client, command)));
    expect(new Set(answers.map(({ out }) => out))).toEqual(new Set(['hostler-run 1 exit 0 0\n']));
    expect(lab.host('web1').effects).toHaveLength(1);
  });

  it('goes on without its connection and tells whoever asks later', async () => {
    const lab = await newLab();
    const lost = await connect(lab, 'web1');
    const command = claimed('t4.0', 10, 'sleep', '0.3');
    const step = claimed('t4.1', 10, 'systemctl', 'restart', 'nginx');
    void exec(lost, command);
    void exec(lost, step);
    await eventually(() => lab.host('web1').effects.length === 1);
    lost.destroy();
    const again = await connect(lab, 'web1');
    expect((await exec(again, command)).out).toBe('hostler-run 1 exit 0 0\n');
    expect((await exec(again, step)).out).toBe('hostler-run 1 exit 0 0\n');
    expect(lab.host('web1').effects).toEqual(['systemctl restart nginx']);
  });

  it('ends a step that takes too long', async () => {
    const client = await connect(await newLab(), 'web1');
    expect((await exec(client, claimed('t5.0', 0.1, 'sleep', '60'))).out).toBe('hostler-run 1 exit 124 0\n');
  });

  it('shows the head and the tail of long output', async () => {
    const client = await connect(await newLab(), 'web1');
    const { out } = await exec(client, claimed('t6.0', 10, 'seq', '1', '400000'));
    const [header = ''] = out.split('\n', 1);
    expect(header).toBe('hostler-run 1 exit 0 2688895');
    const body = out.slice(header.length + 1);
    expect(body.length).toBe(262_144);
    expect(body.startsWith('1\n2\n')).toBe(true);
    expect(body.endsWith('399999\n400000\n')).toBe(true);
  });

  it('says so when the host rebooted in the middle, and keeps what had ended', async () => {
    const lab = await newLab();
    const client = await connect(lab, 'web1');
    const done = claimed('t7.0', 10, 'echo', 'done');
    const cut = claimed('t7.1', 60, 'sleep', '60');
    await exec(client, done);
    const open = exec(client, cut);
    client.on('error', () => undefined);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await lab.host('web1').reboot();
    await open;
    const after = await connect(lab, 'web1');
    expect((await exec(after, done)).out).toBe('hostler-run 1 exit 0 5\ndone\n');
    expect((await exec(after, cut)).out).toBe('hostler-run 1 rebooted - 0\n');
    expect((await exec(after, cut)).out).toBe('hostler-run 1 rebooted - 0\n');
  });
});
