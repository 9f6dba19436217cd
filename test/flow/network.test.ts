import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FlatCard } from '../../src/core/flatten.ts';
import { bot } from '../support/bot.ts';

let world: Awaited<ReturnType<typeof bot>>;
beforeAll(async () => {
  world = await bot();
});
afterAll(() => world.close());

async function does(line: string): Promise<FlatCard> {
  const asked = await world.says('alice', line);
  expect(asked.ticket?.state, asked.text).toBe('waiting');
  return world.presses('bob', asked, 'approve');
}
const shows = async (host: string) => (await world.says('alice', `net show ${host}`)).text;
const refused = async (line: string) => {
  const card = await world.says('alice', line);
  expect(card.ticket?.state ?? 'refused', card.text).toBe('refused');
  return card.text;
};

describe('net show', () => {
  it('says what each link is, and where the MTU of a port differs', async () => {
    const text = await shows('web1');
    expect(text).toMatch(/web1\s+br0\s+bridge\s+.*203\.0\.113\.1\/25\s+9000/);
    expect(text).toMatch(/web1\s+198\.51\.100\.128\/25\s+192\.0\.2\.254\s+eth0/);
    expect(await shows('kvm1')).toMatch(/kvm1\s+vmbr0\s+bridge: .*eno1.*1500 ≠ vnet0 1450/);
  });
});

describe('a change of links', () => {
  it('of a connection that holds a secret is refused, with the reason: a second one would fight with it', async () => {
    const { files } = world.lab.host('web2');
    const path = '/etc/NetworkManager/system-connections/office.nmconnection';
    files.set(path, '[connection]\nid=office\nuuid=11111111-1111-4111-8111-111111111111\ntype=ethernet\ninterface-name=eth9\n[802-1x]\npassword=hush-hush\n');
    try {
      for (const line of ['net mtu set web2 eth9 1400', 'net address set web2 eth9 198.51.100.9/24'])
        expect(await refused(line)).toContain(`${path} on web2 configures eth9 and holds a secret`);
    } finally {
      files.delete(path);
    }
  });

  it('shows the lines, is made, seen in the kernel, and taken back to the same text', async () => {
    const before = (await world.says('alice', 'net bridge set web1 br5 --ports eth1 --address 198.51.100.1/24 --plan')).text;
    expect(before).toContain('+iface br5 inet static');
    expect(before).toContain('+\tbridge-ports eth1');
    const done = await does('net bridge set web1 br5 --ports eth1 --address 198.51.100.1/24');
    expect(done.ticket?.state, done.text).toBe('done');
    expect(await shows('web1')).toMatch(/web1\s+br5\s+bridge: eth1\s+.*198\.51\.100\.1\/24/);
    const again = await world.says('alice', 'net bridge set web1 br5 --ports eth1 --address 198.51.100.1/24');
    expect(again.text).toContain('already so');
    const back = await does(`undo ${done.id}`);
    expect(back.ticket?.state, back.text).toBe('done');
    expect(await shows('web1')).not.toContain('br5');
    const once = (await world.says('alice', 'net bridge set web1 br5 --ports eth1 --address 198.51.100.1/24 --plan')).text;
    expect(once.slice(once.indexOf('/etc/network'), once.indexOf('bridge-fd'))).toBe(before.slice(before.indexOf('/etc/network'), before.indexOf('bridge-fd')));
  });

  it('is made with NetworkManager, too', async () => {
    const done = await does('net vlan set web2 eth0 30 --name storage --address 203.0.113.2/24');
    expect(done.ticket?.state, done.text).toBe('done');
    expect(await shows('web2')).toMatch(/web2\s+storage\s+VLAN .*203\.0\.113\.2\/24/);
  });
});

describe('what cannot work is refused', () => {
  it.each([
    ['net bridge set web1 br5 --ports eth9', 'there is no link “eth9”'],
    ['net bridge set web1 br5 --ports eth2', 'eth2 is a port of bond0 already'],
    ['net bridge set web1 br5 --ports eth0', 'eth0 has addresses (192.0.2.21/24)'],
    ['net bridge set web1 br5 --address 192.0.2.21/24', '192.0.2.21 is on eth0 of web1 already'],
    ['net address set web1 br0 203.0.113.9/25 --gateway 198.51.100.1', 'gateway 198.51.100.1 is in no network of br0'],
    ['net address set web1 br0 203.0.113.999/25', 'is no address'],
    ['net address remove web1 eth0 192.0.2.21/24', 'the bot itself reaches web1 by 192.0.2.21'],
    ['net vlan set web1 eth1 4095', 'VLAN 4095 is out of range'],
    ['net mtu set kvm1 vnet0 1500', 'comes and goes with a guest'],
    ['net tunnel set web1 t5 --kind foo --local 192.0.2.21 --remote 192.0.2.31', 'it is one of: gre, gretap, vxlan'],
    ['net mtu set web1 eth1 9000 --within 10s', 'from 30 to 900'],
    ['net bridge remove kvm1 vmbr0', 'running guests are on vmbr0'],
    ['net bridge set pve1 br5', 'vmbr0 to vmbr4094'],
    ['net bridge set pve1 vmbr4095', 'vmbr0 to vmbr4094'],
    ['net bridge remove web1 br77', '“br77” is not configured on web1 as bridge'],
    ['net route set web1 203.0.113.7/24 --via 192.0.2.1', 'bits after its prefix'],
    ['net route set web1 203.0.113.0/24 --via 10.0.0.1', 'gateway 10.0.0.1 is in no network of web1'],
    ['net tunnel set web1 t1 --kind vxlan --local 192.0.2.21 --remote 192.0.2.31', 'needs `--vni`'],
    ['net tunnel set web1 t1 --kind gretap --local 192.0.2.99 --remote 192.0.2.31', '192.0.2.99 is no address of web1'],
    ['net mtu set web1 eth9 1400', 'there is no link “eth9”'],
  ])('%s', async (line, why) => {
    expect(await refused(line)).toContain(why);
  });
});

describe('a tunnel', () => {
  it('says its MTU, and takes that of the bridge it is to be in', async () => {
    const alone = await world.says('alice', 'net tunnel set web1 gretap5 --kind gretap --local 192.0.2.21 --remote 192.0.2.31 --plan');
    expect(alone.text).toContain('+\tmtu 1462');
    const within = await world.says('alice', 'net tunnel set web1 gretap5 --kind gretap --local 192.0.2.21 --remote 192.0.2.31 --bridge br0 --plan');
    expect(within.text).toContain('+\tmtu 9000');
    expect(within.text).toContain('a smaller port would drag it down');
  });
});

describe('a node of Proxmox VE', () => {
  it('stages, applies what is staged, and has it', async () => {
    const done = await does('net bridge set pve1 vmbr5 --ports none --address 203.0.113.61/24');
    expect(done.ticket?.state, done.text).toBe('done');
    expect(done.text).toContain('apply what is staged');
    expect(await shows('pve1')).toMatch(/pve1\s+vmbr5\s+bridge/);
    const back = await does(`undo ${done.id}`);
    expect(back.ticket?.state, back.text).toBe('done');
    expect(await shows('pve1')).not.toContain('vmbr5');
  });

  it('never applies what somebody else has staged', async () => {
    const text = await refused('net bridge set pve3 vmbr5');
    expect(text).toContain('+auto vmbr9');
    expect((await world.says('alice', 'net pending show pve3')).text).toContain('+iface vmbr9 inet manual');
    const dropped = await does('net pending drop pve3');
    expect(dropped.ticket?.state, dropped.text).toBe('done');
    expect((await world.says('alice', 'net pending show pve3')).text).toContain('nothing is staged');
    expect((await world.says('alice', 'net bridge set pve3 vmbr5 --plan')).text).toContain('vmbr5');
  });
});
