import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Lab, startLab } from '../../src/lab/index.ts';
import { connect, eventually, exec, newLab } from './wire.ts';

async function boots(lab: Lab): Promise<string> {
  const ids = await Promise.all(
    Object.keys(lab.config.hosts).map(async (name) => (await exec(await connect(lab, name), 'cat /proc/sys/kernel/random/boot_id')).out),
  );
  return ids.join('');
}

function guests(lab: Lab) {
  return ['kvm1', 'kvm2'].map((name) => lab.host(name).guests());
}

async function listens(lab: Lab, name: string): Promise<boolean> {
  try {
    (await connect(lab, name)).destroy();
    return true;
  } catch {
    return false;
  }
}

describe('the world', () => {
  it('is the same for the same seed and another for another', async () => {
    const [one, same, other] = await Promise.all([newLab(1), newLab(1), newLab(2)]);
    expect(guests(one)).toEqual(guests(same));
    expect(guests(one)).not.toEqual(guests(other));
    expect(await boots(one)).toBe(await boots(same));
    expect(await boots(one)).not.toBe(await boots(other));
  });

  it('has the named guests whatever the seed', async () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const [kvm1 = [], kvm2 = []] = guests(await newLab(seed));
      expect(kvm1.find(({ name }) => name === 'shop')?.state).toBe('running');
      expect(kvm1.find(({ name }) => name === 'build')?.state).toBe('shut off');
      expect(kvm2.filter(({ name }) => name === 'mail' || name === 'db 02').map(({ state }) => state)).toEqual(['running', 'running']);
      const shared = kvm1.filter(({ name }) => kvm2.some((guest) => guest.name === name));
      expect(shared.map(({ name }) => name)).toEqual(['cache']);
    }
  });

  it('keeps its keys between starts', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'lab-'));
    const first = await startLab({ seed: 1, dir });
    await first.close();
    const second = await startLab({ seed: 1, dir });
    await second.close();
    rmSync(dir, { recursive: true });
    expect(Object.values(second.config.hosts).map(({ hostKey }) => hostKey)).toEqual(Object.values(first.config.hosts).map(({ hostKey }) => hostKey));
  });

  it('is consistent', async () => {
    const client = await connect(await newLab(), 'db1');
    const memory = (await exec(client, 'cat /proc/meminfo')).out;
    const kib = (name: string) => Number(new RegExp(`^${name}: +(\\d+) kB$`, 'm').exec(memory)?.[1]);
    expect(kib('MemAvailable')).toBeLessThan(kib('MemTotal'));
    expect(kib('MemFree')).toBeLessThan(kib('MemAvailable'));
    const up = Number((await exec(client, 'cat /proc/uptime')).out.split(' ')[0]);
    const since = Date.parse(`${(await exec(client, 'uptime -s')).out.trim()}Z`);
    expect(Math.abs(Date.now() - up * 1000 - since)).toBeLessThan(2000);
    expect((await exec(client, 'uname -r')).out).toMatch(/^6\.6\.0-.*oe2403sp2\.x86_64\n$/);
  });

  it('reboots: away for a while, then the same port and another boot', async () => {
    const lab = await newLab();
    const client = await connect(lab, 'kvm2');
    client.on('error', () => undefined);
    const ask = 'cat /proc/sys/kernel/random/boot_id';
    const before = (await exec(client, ask)).out;
    const said = await exec(client, "shutdown -r +1 'kernel update'");
    expect(said.err).toMatch(/^Reboot scheduled for \w{3} \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC, use 'shutdown -c' to cancel\.\n$/);
    await eventually(async () => !(await listens(lab, 'kvm2')));
    await eventually(() => listens(lab, 'kvm2'));
    const again = await connect(lab, 'kvm2');
    expect((await exec(again, ask)).out).not.toBe(before);
    expect(Number((await exec(again, 'cat /proc/uptime')).out.split(' ')[0])).toBeLessThan(5);
    const states = new Map(
      lab
        .host('kvm2')
        .guests()
        .map(({ name, state }) => [name, state]),
    );
    expect([states.get('mail'), states.get('db 02')]).toEqual(['running', 'shut off']);
    expect(lab.host('kvm2').effects).toEqual(['shutdown -r +1 kernel update']);
  });

  it('cancels a reboot', async () => {
    const lab = await newLab();
    const client = await connect(lab, 'web1');
    await exec(client, 'shutdown -r +1');
    await exec(client, 'shutdown -c');
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect((await exec(client, 'true')).exit).toBe(0);
  });

  it('goes down, hangs and changes its key when a test says so', async () => {
    const lab = await newLab();
    const host = lab.host('web1');
    await host.down();
    await expect(connect(lab, 'web1')).rejects.toThrow('ECONNREFUSED');
    expect((await exec(await connect(lab, 'kvm1'), 'ping -c 1 -W 1 192.0.2.21')).exit).toBe(1);
    await host.up();
    const open = await connect(lab, 'web1');
    host.hang(true);
    let answered = false;
    const late = exec(open, 'hostname').then((answer) => {
      answered = true;
      return answer;
    });
    await expect(connect(lab, 'web1', 200)).rejects.toThrow('Timed out');
    expect(answered).toBe(false);
    host.hang(false);
    expect((await late).out).toBe('web1\n');
    host.rekey();
    expect((await exec(await connect(lab, 'web1'), 'hostname')).out).toBe('web1\n');
  });
});
