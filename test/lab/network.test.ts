import { describe, expect, it } from 'vitest';
import { connect, exec, newLab } from './wire.ts';

describe('the network', () => {
  it('answers ip in JSON', async () => {
    const client = await connect(await newLab(), 'kvm1');
    const json = async (command: string): Promise<unknown> => JSON.parse((await exec(client, command)).out);
    const addresses = await json('ip -j addr show');
    expect(addresses).toContainEqual(expect.objectContaining({ ifname: 'eno1', master: 'vmbr0', addr_info: [] }));
    expect(addresses).toContainEqual(expect.objectContaining({ ifname: 'vnet0', master: 'vmbr0' }));
    expect(await json('ip -j addr show vmbr0')).toMatchObject([
      { addr_info: [{ family: 'inet', local: '192.0.2.11', prefixlen: 24 }, { family: 'inet6' }, { scope: 'link' }] },
    ]);
    expect(await json('ip -j -s link show eno1')).toMatchObject([{ mtu: 1500, stats64: { rx: { errors: 0 }, tx: { dropped: 0 } } }]);
    expect(await json('ip -j route show')).toMatchObject([
      { dst: 'default', gateway: '192.0.2.1', dev: 'vmbr0' },
      { dst: '192.0.2.0/24', prefsrc: '192.0.2.11' },
    ]);
    expect(await json('ip -j -6 route show')).toHaveLength(3);
    expect(await json('ip -j neigh show')).toContainEqual(expect.objectContaining({ dst: '192.0.2.21', state: ['STALE'] }));
    expect((await exec(client, 'ip -j link show nope')).err).toBe('Device "nope" does not exist.\n');
  });

  it('pings what is there', async () => {
    const client = await connect(await newLab(), 'web1');
    const near = await exec(client, 'ping -c 3 -i 0.2 -W 1 -n 192.0.2.31');
    expect(near.exit).toBe(0);
    expect(near.out).toMatch(
      /^PING 192\.0\.2\.31 \(192\.0\.2\.31\) 56\(84\) bytes of data\.\n(64 bytes from 192\.0\.2\.31: icmp_seq=\d ttl=64 time=0\.\d{3} ms\n){3}\n--- 192\.0\.2\.31 ping statistics ---\n3 packets transmitted, 3 received, 0% packet loss, time \d+ms\nrtt min\/avg\/max\/mdev = /,
    );
    expect((await exec(client, 'ping -c 1 -q 198.51.100.21')).out).toMatch(/rtt min\/avg\/max\/mdev = [789]/);
    const lost = await exec(client, 'ping -c 2 -W 1 203.0.113.9');
    expect(lost.exit).toBe(1);
    expect(lost.out).toContain('2 packets transmitted, 0 received, 100% packet loss, time');
    expect(await exec(client, 'ping -c 1 nowhere')).toEqual({ out: '', err: 'ping: nowhere: Name or service not known\n', exit: 2 });
  });

  it('hears from guests that run, and from no others', async () => {
    const lab = await newLab();
    const [client, kvm1] = await Promise.all([connect(lab, 'web1'), connect(lab, 'kvm1')]);
    const [, , , address = ''] = (await exec(kvm1, 'virsh -q domifaddr shop --source arp')).out.trim().split(/ +/);
    const ping = `ping -c 1 -W 1 -n ${address.replace('/24', '')}`;
    expect((await exec(client, ping)).exit).toBe(0);
    await exec(kvm1, 'virsh destroy shop');
    expect((await exec(client, ping)).exit).toBe(1);
  });

  it('answers df', async () => {
    const client = await connect(await newLab(), 'kvm1');
    const { out } = await exec(client, 'df -P -B1 -T -x tmpfs -x devtmpfs');
    const rows = out
      .trim()
      .split('\n')
      .map((line) => line.split(/ +/));
    expect(rows[0]).toEqual(['Filesystem', 'Type', '1-blocks', 'Used', 'Available', 'Capacity', 'Mounted', 'on']);
    expect(rows.slice(1).map((row) => row.at(-1))).toEqual(['/', '/boot/efi', '/var/lib/libvirt/images']);
    for (const [, , size, used, free] of rows.slice(1)) expect(Number(used) + Number(free)).toBeLessThanOrEqual(Number(size));
    expect(await exec(client, 'df -P -B1 /nope')).toEqual({ out: '', err: 'df: /nope: No such file or directory\n', exit: 1 });
  });
});
