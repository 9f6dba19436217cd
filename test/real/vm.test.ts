import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostOf, type RealBot, realBot } from '../support/real/bot.ts';
import { needs } from '../support/real/have.ts';
import { closeAll } from '../support/real/processes.ts';
import { BOOT_MS, BUILD_MS, startVm, VM, type Vm } from '../support/real/vm.ts';

const able = needs(VM);
/** eth0, which carries SSH, is nobody's to configure. */
const INTERFACES = `auto lo
iface lo inet loopback

auto eth1
iface eth1 inet manual

auto br0
iface br0 inet manual
    bridge-ports none
    bridge-stp off
    bridge-fd 0
`;
let vm: Vm;
let bot: RealBot;
beforeAll(async () => {
  if (!able) return;
  vm = await startVm({
    modules: ['8021q', 'bonding', 'dummy', 'bridge', 'ip_gre'],
    links: 2,
    files: { '/etc/network/interfaces': INTERFACES },
  });
  bot = await realBot({ vm: hostOf(vm) });
}, BUILD_MS + BOOT_MS);
afterAll(() => closeAll(bot, vm), 30_000);

async function link(name: string): Promise<Record<string, unknown>> {
  const [found] = JSON.parse(await vm.runs(`ip -d -j link show dev ${name}`));
  return found;
}
async function does(line: string) {
  const card = await bot.says('alice', line, { ms: 60_000 });
  if (card.ticket?.state !== 'waiting') return card;
  await bot.presses('bob', card, 'approve', { until: () => true });
  return bot.sees('bob', card.id, ({ ticket }) => ['done', 'failed', 'unknown'].includes(ticket?.state ?? ''), 100_000);
}

describe.runIf(able)('the network of a kernel that has it all', () => {
  it('has VLANs, bonds, dummies, bridges that know VLANs, and netem', async () => {
    await vm.runs(`ip link add dummy7 type dummy; ip link add link eth1 name eth1.12 type vlan id 12
      ip link add bond7 type bond mode active-backup miimon 100; ip link set eth2 master bond7
      ip link add br7 type bridge vlan_filtering 1; ip link set dummy7 master br7; bridge vlan add dev dummy7 vid 30 pvid untagged
      tc qdisc add dev eth1 root netem delay 10ms loss 1%`);
    expect(await link('eth1.12')).toMatchObject({ link: 'eth1', linkinfo: { info_kind: 'vlan', info_data: { protocol: '802.1Q', id: 12 } } });
    expect(await link('bond7')).toMatchObject({ linkinfo: { info_kind: 'bond', info_data: { mode: 'active-backup', miimon: 100 } } });
    expect(await link('br7')).toMatchObject({ linkinfo: { info_kind: 'bridge', info_data: { vlan_filtering: 1 } } });
    expect(await vm.runs('bridge -j vlan show dev dummy7')).toContain('"vlan":30,"flags":["PVID","Egress Untagged"]');
    expect(await vm.runs('tc qdisc show dev eth1')).toContain('delay 10ms loss 1%');
    const shown = await bot.says('alice', 'net show vm', { ms: 60_000 });
    expect(shown.text).toMatch(/dummy7 .*br7/);
    await vm.runs('ip link del bond7; ip link del br7; ip link del dummy7; ip link del eth1.12; tc qdisc del dev eth1 root');
  }, 60_000);

  it('gives a fresh GRETAP an MTU of 1462, which drags its bridge down', async () => {
    await vm.runs('ip link add br8 type bridge; ip link add tap8 type gretap local 10.0.2.15 remote 10.0.2.99');
    expect(await link('br8')).toMatchObject({ mtu: 1500 });
    expect(await link('tap8')).toMatchObject({ mtu: 1462, linkinfo: { info_kind: 'gretap' } });
    await vm.runs('ip link set tap8 master br8');
    expect(await link('br8')).toMatchObject({ mtu: 1462 });
    await vm.runs('ip link del br8; ip link del tap8'); // two with the same ends cannot be
  }, 60_000);

  it('turns BBR on and off, and the kernel says so', async () => {
    const how = () => vm.runs('cat /proc/sys/net/ipv4/tcp_congestion_control /proc/sys/net/core/default_qdisc; ls /etc/sysctl.d');
    const before = await how();
    expect(before).toContain('cubic');
    const on = await does('net bbr on vm');
    expect(on.ticket?.state, on.text).toBe('done');
    expect(await how()).toMatch(/^bbr\nfq\n[\s\S]*90-hostler-bbr\.conf/);
    expect((await bot.says('alice', 'net bbr show vm', { ms: 60_000 })).text).toMatch(/bbr +fq +reno cubic bbr +bbr/);
    const undone = await does(`undo ${on.id}`);
    expect(undone.ticket?.state, undone.text).toBe('done');
    expect(await how()).toBe(before);
  }, 180_000);
});

/** What a link is, without what the kernel counts or draws by itself. */
async function state(): Promise<string[]> {
  const found: { ifname: string; mtu: number; master?: string; linkinfo?: { info_kind?: string } }[] = JSON.parse(await vm.runs('ip -d -j link'));
  return found.map(({ ifname, mtu, master, linkinfo }) => `${ifname} ${mtu} ${master ?? ''} ${linkinfo?.info_kind ?? ''}`).toSorted();
}

describe.runIf(able)('changes of links, on a kernel that has them', () => {
  beforeAll(async () => {
    await vm.runs('ifreload -a');
  }, 60_000);

  it.each([
    ['net vlan set vm eth1 215', /^eth1\.215 1500 {2}vlan$/m],
    ['net bond set vm bond1 --ports eth2 --mode active-backup', /^bond1 1500 {2}bond$/m],
    ['net tunnel set vm tap1 --kind gretap --local 10.0.2.15 --remote 10.0.2.99 --bridge br0', /^tap1 \d+ br0 gretap$/m],
  ])('%s, and undo: all is as it was', { timeout: 240_000 }, async (line, made) => {
    const before = await state();
    const done = await does(line);
    expect(done.ticket?.state, done.text).toBe('done');
    expect((await state()).join('\n')).toMatch(made);
    const undone = await does(`undo ${done.id}`);
    expect(undone.ticket?.state, undone.text).toBe('done');
    expect(await state()).toEqual(before);
  });
});
