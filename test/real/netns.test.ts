import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schema } from '../../config/schema.ts';
import { host } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import type { FlatCard } from '../../src/core/flatten.ts';
import type { Argv, Probe } from '../../src/core/types.ts';
import { say } from '../../src/core/words.ts';
import { startDesk } from '../../src/desk.ts';
import { startGateway } from '../../src/gateway.ts';
import { loadCommands } from '../../src/registry.ts';
import { startServer } from '../../src/store/server.ts';
import { confirmed } from '../../src/tools/confirm.ts';
import { answersPing, probesFor } from '../../src/tools/probes.ts';
import { People } from '../support/bot.ts';
import { Folder, serverProgram } from '../support/processes.ts';
import { type RealBot, realBot } from '../support/real/bot.ts';
import { needs } from '../support/real/have.ts';
import { NETNS, type NetHost, startNetHost } from '../support/real/netns.ts';
import { until } from '../support/real/processes.ts';
import { BUILD_MS } from '../support/real/systemd.ts';

const run = promisify(execFile);
const sh = (script: string): Argv => ['sh', '-c', script];
const why = say({ en: 'try', zh: '尝试' });

/** What breaks a network, each by what people do: a mistyped gateway, a careless rule, … and one that breaks nothing. */
const CHANGES: Readonly<Record<string, string>> = {
  gateway: 'ip route replace default via 192.0.2.77',
  firewall: "nft 'add table inet bad; add chain inet bad in { type filter hook input priority -10; }; add rule inet bad in tcp dport 22 drop'",
  mtu: 'ip link set eth0 mtu 1280',
  bridge: 'ip link add br0 type bridge; ip link set br0 up; ip link set eth0 master br0',
  route: 'ip route add blackhole 198.51.100.0/24',
  good: 'ip addr add 192.0.2.11/24 dev eth0',
  file: "sed -i 's/192.0.2.10/192.0.2.99/' /etc/network/interfaces",
};
const RESTORE = sh(`ip link set eth0 nomaster; ip link del br0 2>/dev/null; ip link set eth0 mtu 1500; nft delete table inet bad 2>/dev/null
ip route del blackhole 198.51.100.0/24 2>/dev/null; ip addr replace 192.0.2.10/24 dev eth0; ip addr del 192.0.2.11/24 dev eth0 2>/dev/null
ip route replace default via 192.0.2.1`);

/** The address of the gateway's link is known for many minutes. */
const REMEMBERS = `echo 600000 >/proc/sys/net/ipv4/neigh/eth0/base_reachable_time_ms; ping -c 1 -W 5 192.0.2.1 >/dev/null
ip neigh replace 192.0.2.1 dev eth0 nud reachable lladdr "$(ip neigh show 192.0.2.1 dev eth0 | sed 's/.*lladdr \\([^ ]*\\).*/\\1/')"`;

/** Whole packets come through. */
const BIG: Argv = ['ping', '-c', '1', '-W', '1', '-M', 'do', '-s', '1400', '203.0.113.1'];

const AFTER = 6;

const change = command({
  summary: { en: 'Change a network, confirmed', zh: '确认式修改网络' },
  examples: ['shake gateway one'],
  risk: 'low',
  args: { what: host(), host: host() },
  async plan({ what }, look) {
    const [one] = look.hosts;
    const act = CHANGES[what.replace(/-never$/, '')];
    if (!one || act === undefined) throw new Error('no such change');
    const on = { site: one.site, host: one.name };
    const whole: Probe = { what: say({ en: 'whole packets', zh: '整包' }), on: one.name, argv: BIG };
    const never: Probe = { what: say({ en: 'nobody answers', zh: '无人应答' }), on: one.name, argv: answersPing('192.0.2.66') };
    return {
      summary: say({ en: 'shake {what}', zh: '更改 {what}' }, { what }),
      steps: confirmed({
        on,
        id: look.ticket,
        save: ['/etc/network/interfaces'],
        restore: RESTORE,
        afterS: what.endsWith('-never') ? 20 : AFTER,
        act: [{ kind: 'exec', on, why, argv: sh(act) }],
        probes: [...(await probesFor(look, one)), whole, ...(what.endsWith('-never') ? [never] : [])],
      }),
      facts: [],
      locks: [{ name: `${one.site}/${one.name}/network` }],
      risk: 'low',
      undo: { impossible: why },
    };
  },
});

const HOSTS = ['one', 'two', 'three', 'four', 'five'] as const;

describe.skipIf(!needs(NETNS))('the network of a host', () => {
  let hosts: Record<(typeof HOSTS)[number], NetHost>;
  let bot: RealBot;
  beforeAll(async () => {
    const [one, ...rest] = [await startNetHost(), ...(await Promise.all(HOSTS.slice(1).map(() => startNetHost())))];
    const [two, three, four, five] = rest;
    if (!one || !two || !three || !four || !five) throw new Error('no hosts');
    hosts = { one, two, three, four, five };
    const config = Object.fromEntries(HOSTS.map((name) => [name, hosts[name].config]));
    bot = await realBot(
      config,
      {
        probes: [
          { name: 'gateway', ping: '192.0.2.1' },
          { name: 'ssh', tcp: '192.0.2.10:22' },
        ],
      },
      { shake: change },
    );
  }, BUILD_MS + 60_000);
  afterAll(async () => {
    await bot?.close();
    await Promise.all(Object.values(hosts ?? {}).map((one) => one.close()));
  });

  it('comes back by itself after every bad change, with nobody acting', async () => {
    const bad = ['gateway', 'firewall', 'mtu', 'bridge', 'route'] as const;
    // What was learned of neighbours is remembered for minutes: all the while the old way still carries packets that the change has cut off.
    hosts.four.at('host', 'sh', '-c', REMEMBERS);
    const outages = await Promise.all(
      bad.map(async (what, i) => {
        const one = hosts[HOSTS[i] ?? 'one'];
        const whole = async () => {
          if (what !== 'mtu') return one.answers(400);
          const [program, ...words] = BIG;
          const ended = run('ip', ['netns', 'exec', one.names.host, program, ...words]);
          return ended.then(
            () => true,
            () => false,
          );
        };
        const asked = bot.says('alice', `shake ${what} ${HOSTS[i]}`, { ms: 60_000 });
        let good = Date.now();
        await until(
          `${what} breaks it`,
          async () => {
            const began = Date.now();
            if (!(await whole())) return true;
            good = began;
            return false;
          },
          30_000,
        );
        await until(`${what} is put back`, whole, 30_000);
        const seconds = (Date.now() - good) / 1000;
        return { what, seconds, card: await asked };
      }),
    );
    console.info(outages.map(({ what, seconds }) => `outage after a bad ${what}: ${seconds.toFixed(1)} s`).join('\n'));
    for (const { what, seconds, card } of outages) {
      expect(card.ticket?.state, `${what}: ${card.text}`).toBe('failed');
      expect(card.text, what).toContain('put back: it is as it was');
      expect(seconds, what).toBeLessThan(AFTER + 6);
    }
    for (const name of HOSTS) {
      expect(hosts[name].at('host', 'ip', 'route', 'show', 'default')).toContain('via 192.0.2.1 dev eth0');
      expect(hosts[name].exec('sh', '-c', 'ls /etc/systemd/system/sysinit.target.wants')).not.toContain('hostler');
    }
  }, 90_000);

  it('keeps a good one, and what a person says, either way', async () => {
    const proving = (card: FlatCard) => card.buttons.some(({ id }) => id === 'keep') && card.text.includes('nobody answers');
    const [good, kept, back] = await Promise.all([
      bot.says('alice', 'shake good one'),
      bot.says('alice', 'shake good-never two', { until: proving }).then((card) => bot.presses('bob', card, 'keep')),
      bot.says('alice', 'shake good-never three', { until: proving }).then((card) => bot.presses('alice', card, 'cancel')),
    ]);
    expect(good.text).toContain('kept: all');
    expect(good.ticket?.state).toBe('done');
    expect(kept.ticket?.state, kept.text).toBe('done');
    expect(kept.text).toContain('kept by Bob before it had proven itself');
    expect(back.ticket?.state, back.text).toBe('cancelled');
    expect(back.text).toContain('put back: it is as it was');
    const has = (name: (typeof HOSTS)[number]) => hosts[name].at('host', 'ip', '-br', 'addr').includes('192.0.2.11');
    expect(HOSTS.slice(0, 3).map(has)).toEqual([true, true, false]);
  }, 60_000);

  it('is as it was after a reboot in the middle', async () => {
    const four = hosts.four;
    const before = four.exec('cat', '/etc/network/interfaces');
    const asked = bot.says('alice', 'shake file-never four', { ms: 60_000 });
    await until('the change', () => four.exec('cat', '/etc/network/interfaces') !== before);
    await until('it is asked to prove itself', async () =>
      (await bot.cards('alice')).some((card) => card.text.includes('file-never') && card.buttons.some(({ id }) => id === 'keep')),
    );
    await four.machine.kill();
    await until('it is back', () => four.answers(), 30_000);
    expect(four.exec('cat', '/etc/network/interfaces')).toBe(before);
    const card = await asked;
    expect(card.ticket?.state, card.text).toBe('failed');
    expect(card.text).toContain('put back: it is as it was');
    expect(four.exec('sh', '-c', 'ls /etc/systemd/system /etc/systemd/system/sysinit.target.wants')).not.toContain('hostler-revert');
  }, 90_000);

  it('is kept by who says so after the worker that changed it was killed', async () => {
    const five = hosts.five;
    five.exec('sh', '-c', "nft 'add table inet f; add chain inet f in { type filter hook input priority 0; }; add rule inet f in tcp dport 9 drop'");
    const folder = new Folder();
    try {
      const { url: redis } = await startServer(serverProgram(), folder.file('redis')).then((server) => folder.closes(server));
      const everywhere = { grants: [{ commands: ['*'], hosts: ['*'], upTo: 'high' }] };
      const config = schema.parse({
        ...{
          practice: true,
          sites: { lab: {} },
          hosts: { five: five.config },
          people: { alice: { name: 'Alice', roles: ['all'] }, bob: { name: 'Bob', roles: ['all'] } },
        },
        ...{ roles: { all: everywhere }, approvals: [{ from: 'medium', roles: ['all'] }], probes: [{ name: 'nobody', ping: '192.0.2.66' }] },
      });
      const common = { redis, commands: await loadCommands(), log: () => undefined };
      folder.closes(await startDesk({ ...common, config, home: folder.file('desk') }));
      const { url = '' } = folder.closes(await startGateway({ ...common, port: 0, token: 'token-for-tests', version: 'test' }));
      const people = new People({ url, token: 'token-for-tests' });
      folder.closes({ close: async () => people.close() });
      const worker = () => folder.hostler(['worker', '--site', 'lab', '--redis', redis]).says('is ready');
      const first = await worker();
      const asked = await people.says('alice', 'net firewall open five 8080');
      const card = await people.presses('bob', asked, 'approve', {
        until: ({ buttons, text }) => buttons.some(({ id }) => id === 'keep') && text.includes('nobody'),
      });
      first.child.kill('SIGKILL');
      await first.ended;
      await worker();
      const kept = await people.presses('bob', card, 'keep', { until: ({ ticket }) => ['done', 'failed'].includes(ticket?.state ?? '') });
      expect(kept.ticket?.state, kept.text).toBe('done');
      expect(kept.text).toContain('kept by Bob');
      expect(five.exec('nft', 'list', 'ruleset')).toContain(`hostler-${kept.id}`);
    } finally {
      await folder.close();
    }
  }, 60_000);
});
