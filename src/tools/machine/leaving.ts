import type { Host, Look } from '../../core/command.ts';
import { Refusal } from '../../core/errors.ts';
import type { Hazard } from '../../core/risk.ts';
import { assess } from '../../core/risk.ts';
import type { Fact, Lock, Plan, Risk, Step } from '../../core/types.ts';
import { list, say } from '../../core/words.ts';
import { disturbsGuest, disturbsHost } from '../expects.ts';
import { guestsOf } from '../guests.ts';
import { lastGood } from '../hostbackup.ts';
import { oneNodeAtATime } from '../onenode.ts';
import { resources } from '../proxmox/resources.ts';
import { span } from '../units.ts';
import { CALL_OFF, goDown, type Outage, outage } from './power.ts';

/** What taking a host down means. */
export interface Leaving {
  readonly outage: Outage;
  readonly risk: Risk;
  readonly facts: readonly Fact[];
  readonly locks: readonly Lock[];
  readonly expects: NonNullable<Plan['expects']>;
}

/** Everything to know before a host goes down. Throws Refusal where its cluster would lose quorum, or a shutdown is announced already. */
export async function leaving(look: Look, host: Host): Promise<Leaving> {
  const { facts: quorum, locks } = await oneNodeAtATime(look, host);
  const [now, guests] = await Promise.all([look.read(host, outage()), runningOn(look, host)]);
  if (now.scheduled) {
    const { mode, at } = now.scheduled;
    throw new Refusal(
      say(
        { en: '{host} goes down already: {mode} in {time}', zh: '{host} 已计划关闭：{time}后 {mode}' },
        { host: host.name, mode, time: span(Math.max(0, at - look.now()) / 1000) },
      ),
      say({ en: '`host cancel {host}` takes that back', zh: '可用 `host cancel {host}` 撤回' }, { host: host.name }),
    );
  }
  const cluster = host.node && look.clusterOf(host);
  const hazard: Hazard = {
    host: cluster?.name ?? host.name,
    ...(host.node ? { node: host.node.name, shell: host.name, carries: guests.map(({ id }) => id) } : {}),
    ...{ wholeHost: true, running: guests.length },
  };
  const { risk, facts } = assess('high', hazard, look.self, look.now());
  const named = list([...guests.slice(0, 8).map(({ name }) => name), ...(guests.length > 8 ? ['…'] : [])]);
  return {
    outage: now,
    risk,
    expects: [...disturbsHost(host), ...guests.flatMap(({ called }) => disturbsGuest(cluster ?? host, called))],
    locks: [{ name: `${host.site}/${host.name}` }, ...locks],
    facts: [
      ...quorum,
      ...facts,
      ...(guests.length > 0
        ? [
            {
              what: say({ en: 'they are', zh: '它们是' }),
              value: host.node
                ? say(
                    { en: '{named}; `node evacuate {node}` moves them first', zh: '{named}；可先用 `node evacuate {node}` 迁走' },
                    { named, node: host.node.name },
                  )
                : named,
              at: look.now(),
              holds: `running ${host.name} ${guests
                .map(({ name }) => name)
                .sort()
                .join(' ')}`,
            },
          ]
        : []),
      ...(await lastGood(look, host)),
      ...(now.people.length > 0 ? [{ what: say({ en: 'logged in', zh: '已登录' }), value: list(now.people.slice(0, 8)), at: look.now() }] : []),
    ],
  };
}

/** A guest that goes down with it: as people read it, as plans do, and by what it is called. */
interface Carried {
  readonly name: string;
  readonly id: string;
  readonly called: { readonly name: string; readonly vmid?: number };
}

async function runningOn(look: Look, host: Host): Promise<readonly Carried[]> {
  const cluster = host.node && look.clusterOf(host);
  if (cluster) {
    const { guests } = await look.read(cluster, resources());
    return guests
      .filter(({ node, status }) => node === host.node?.name && status === 'running')
      .map(({ name, vmid }) => ({ name: `${name} (${vmid})`, id: String(vmid), called: { name, vmid } }));
  }
  if (host.kind !== 'libvirt') return [];
  return (await guestsOf(look, host)).filter(({ state }) => state === 'running').map(({ name }) => ({ name, id: name, called: { name } }));
}

/** Announces it, so that it can be taken back until then; a cancel does so. */
export function goingDown(on: Step['on'], how: 'reboot' | 'poweroff', minutes: number, wait: Step): Step[] {
  const why =
    how === 'reboot'
      ? say({ en: 'reboot in {n} min', zh: '{n} 分钟后重启' }, { n: minutes })
      : say({ en: 'power off in {n} min', zh: '{n} 分钟后关机' }, { n: minutes });
  return [
    { kind: 'exec', on, why, argv: goDown(how, minutes, `Hostler: ${how} asked for and approved`), timeoutMs: 30_000 },
    wait,
    { kind: 'exec', on, why: say({ en: 'take it back', zh: '撤回' }), argv: CALL_OFF, timeoutMs: 30_000, always: 'cancelled' },
  ];
}
