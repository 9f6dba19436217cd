import type { Client } from 'ssh2';
import { describe, expect, it } from 'vitest';
import { connect, eventually, exec, newLab, quote } from './wire.ts';

async function state(client: Client, guest: string): Promise<string> {
  return (await exec(client, quote('virsh', 'domstate', guest))).out.trim();
}

describe('virsh', () => {
  it('lists guests as libvirt 9 does', async () => {
    const lab = await newLab();
    const client = await connect(lab, 'kvm2');
    const guests = lab.host('kvm2').guests();
    const lines = (await exec(client, 'virsh list --all --uuid --name')).out.split('\n');
    expect(lines.slice(-2)).toEqual(['', '']);
    expect(lines.slice(0, -2).sort()).toEqual(guests.map(({ uuid, name }) => `${uuid} ${name}`).sort());
    const table = (await exec(client, 'virsh list --all')).out.split('\n');
    expect(table[0]).toMatch(/^ Id {3}Name + State$/);
    expect(table[1]).toMatch(/^-+$/);
    expect((await exec(client, 'virsh -q -c qemu:///system list --all --name')).out.trim().split('\n')).toContain('db 02');
  });

  it('tells a guest by name, UUID and id', async () => {
    const lab = await newLab();
    const client = await connect(lab, 'kvm1');
    const shop = lab
      .host('kvm1')
      .guests()
      .find(({ name }) => name === 'shop');
    const id = (await exec(client, 'virsh domid shop')).out.trim();
    for (const name of ['shop', shop?.uuid ?? '', id]) expect((await exec(client, quote('virsh', 'domname', name))).out).toBe('shop\n\n');
    expect((await exec(client, 'virsh dominfo --domain shop')).out).toContain('State:          running\n');
    const stats = (await exec(client, 'virsh domstats --state --balloon --vcpu build')).out;
    expect(stats).toMatch(
      /^Domain: 'build'\n {2}state\.state=5\n {2}state\.reason=1\n {2}balloon\.current=\d+\n {2}balloon\.maximum=\d+\n {2}vcpu\.current=\d\n {2}vcpu\.maximum=\d\n\n$/,
    );
  });

  it('fails as libvirt does', async () => {
    const client = await connect(await newLab(), 'kvm1');
    const error = async (command: string) => {
      const { err, exit } = await exec(client, command);
      return `${exit} ${err}`;
    };
    expect(await error('virsh start shop')).toBe('1 error: Domain is already active\n');
    expect(await error('virsh start nope')).toBe("1 error: failed to get domain 'nope'\n");
    expect(await error('virsh shutdown build')).toBe(
      "1 error: Failed to shutdown domain 'build'\nerror: Requested operation is not valid: domain is not running\n",
    );
    expect(await error('virsh resume shop')).toBe(
      "1 error: Failed to resume domain 'shop'\nerror: Requested operation is not valid: domain is already running\n",
    );
    await exec(client, 'virsh suspend shop');
    expect(await error('virsh shutdown shop')).toBe(
      "1 error: Failed to shutdown domain 'shop'\nerror: Requested operation is not valid: domain is not running\n",
    );
    expect(await error('virsh snapshot-create-as shop a/b')).toBe("1 error: invalid snapshot name 'a/b': name can't contain '/'\n");
    expect(await error('virsh frobnicate')).toBe("1 error: unknown command: 'frobnicate'\n");
    expect(await error('virsh start')).toBe("1 error: command 'start' requires <domain> option\n");
    expect(await error('virsh list --bogus')).toBe("1 error: command 'list' doesn't support option --bogus\n");
    expect(await error('virsh start -- --all')).toBe("1 error: failed to get domain '--all'\n");
  });

  it('shuts a guest down a little later', async () => {
    const lab = await newLab();
    const client = await connect(lab, 'kvm2');
    expect((await exec(client, "virsh shutdown 'db 02'")).out).toBe("Domain 'db 02' is being shutdown\n\n");
    expect(await state(client, 'db 02')).toBe('running');
    await eventually(async () => (await state(client, 'db 02')) === 'shut off');
    expect((await exec(client, "virsh start 'db 02'")).out).toBe("Domain 'db 02' started\n\n");
    expect(await state(client, 'db 02')).toBe('running');
    expect(lab.host('kvm2').effects).toEqual(['virsh shutdown db 02', 'virsh start db 02']);
  });

  it('lets a guest ignore its power button until it is destroyed', async () => {
    const lab = await newLab();
    const client = await connect(lab, 'kvm2');
    lab.host('kvm2').ignoreShutdown('mail', true);
    await exec(client, 'virsh shutdown mail');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await state(client, 'mail')).toBe('running');
    await exec(client, 'virsh destroy mail');
    expect((await exec(client, 'virsh domstate mail --reason')).out).toBe('shut off (destroyed)\n\n');
  });

  it('keeps snapshots', async () => {
    const client = await connect(await newLab(), 'kvm1');
    expect((await exec(client, "virsh snapshot-create-as build s1 'two words'")).out).toBe('Domain snapshot s1 created\n');
    expect((await exec(client, 'virsh snapshot-create-as build s1')).err).toBe('error: operation failed: domain moment s1 already exists\n');
    await exec(client, 'virsh snapshot-create-as --domain build --name s2');
    expect((await exec(client, 'virsh snapshot-list build --name')).out).toBe('s1\ns2\n\n');
    expect((await exec(client, 'virsh snapshot-info build --snapshotname s2')).out).toContain('Parent:         s1\n');
    await exec(client, 'virsh start build');
    expect((await exec(client, 'virsh snapshot-revert build s1')).out).toBe('Domain snapshot s1 reverted\n\n');
    expect(await state(client, 'build')).toBe('shut off');
    expect((await exec(client, 'virsh snapshot-delete build s1')).out).toBe('Domain snapshot s1 deleted\n\n');
    expect((await exec(client, 'virsh snapshot-delete build s1')).err).toBe("error: Domain snapshot not found: no domain snapshot with matching name 's1'\n");
    expect((await exec(client, 'virsh snapshot-info build s2')).out).toContain('Parent:         -\n');
  });
});
