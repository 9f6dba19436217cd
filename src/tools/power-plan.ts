import { answer, type Host, type Look } from '../core/command.ts';
import type { Bmc } from '../core/declared.ts';
import { HostError, Refusal } from '../core/errors.ts';
import { assess } from '../core/risk.ts';
import type { Block, Fact, Plan, Step, Undo } from '../core/types.ts';
import { list, quoted, type Said, say } from '../core/words.ts';
import { disturbsHost } from './expects.ts';
import { guestsOf } from './guests.ts';
import { type Power, type PowerAction, powerOf, press, sensors, untilPower } from './ipmi.ts';
import { bootId } from './machine.ts';
import { sender } from './neighbour.ts';
import { resources } from './proxmox/resources.ts';

const SOFT_S = 300;
const HARD_S = 60;

interface Switch {
  readonly host: Host;
  readonly bmc: Bmc;
  /** The host it is asked from. */
  readonly by: Host;
  readonly power: Power;
}

/** The switch of a host, asked from another host. Throws Refusal where it cannot be told how it is. */
async function switchOf(look: Look, host: Host): Promise<Switch> {
  const { bmc } = host;
  if (!bmc)
    throw new Refusal(
      say({ en: 'the configuration has no bmc: of {name}', zh: '配置中没有 {name} 的 bmc:' }, { name: host.name }),
      say({ en: 'add its address, user and password there', zh: '请在配置中添加地址、用户与密码' }),
    );
  const { host: by } = await sender(look, host, ['ipmitool'], bmc.from);
  const found = await look.read(by, powerOf(bmc));
  if ('power' in found) return { host, bmc, by, power: found.power };
  throw new Refusal(
    say(
      { en: 'asked from {by}, the controller of {name} says: {trouble}', zh: '从 {by} 询问，{name} 的管理控制器返回：{trouble}' },
      { by: by.name, name: host.name, trouble: found.trouble },
    ),
    say(
      { en: 'check bmc: in the configuration, and that {by} reaches {at}', zh: '请检查配置中的 bmc:，以及 {by} 能否到达 {at}' },
      { by: by.name, at: bmc.address },
    ),
  );
}

/** Whether a host has power. */
export async function powerShown(look: Look, host: Host): Promise<Plan> {
  const { power, by, bmc } = await switchOf(look, host);
  const values = { name: host.name };
  const summary = power === 'on' ? say({ en: '{name} has power', zh: '{name} 已通电' }, values) : say({ en: '{name} is off', zh: '{name} 已断电' }, values);
  return answer(summary, [
    {
      kind: 'facts',
      facts: [
        [say({ en: 'controller', zh: '管理控制器' }), bmc.address],
        [say({ en: 'asked from', zh: '询问自' }), by.name],
      ],
    },
  ]);
}

/** What the sensors of a host say, as they say it: the columns differ from maker to maker. */
export async function sensorsShown(look: Look, host: Host): Promise<Plan> {
  const { by, bmc } = await switchOf(look, host);
  const text = await look.read(by, sensors(bmc));
  const block: Block = { kind: 'code', text: text.trim() || '-' };
  return answer(say({ en: 'sensors of {name}, as ipmitool prints them', zh: '{name} 的传感器（ipmitool 原文）' }, { name: host.name }), [block]);
}

/** Presses the power switch and sees what comes of it. */
export async function powerPlan(look: Look, host: Host, action: PowerAction, options: { readonly confirm?: string }): Promise<Plan> {
  const values = { name: host.name, action };
  const found = await switchOf(look, host);
  const { power, by, bmc } = found;
  if (action === power || (action === 'soft' && power === 'off'))
    return answer(
      power === 'on' ? say({ en: '{name} has power already', zh: '{name} 已通电' }, values) : say({ en: '{name} is off already', zh: '{name} 已断电' }, values),
      [],
    );
  if (action === 'cycle' && power === 'off')
    throw new Refusal(
      say({ en: '{name} is off: there is nothing to turn off and on', zh: '{name} 已断电，无法重启电源' }, values),
      say({ en: '`host power {name} on`', zh: '`host power {name} on`' }, values),
    );
  const cuts = action === 'off' || action === 'cycle';
  if (cuts && options.confirm !== host.name)
    throw new Refusal(
      say(
        { en: 'this cuts the power of {name} while it runs: what is not on disk is lost', zh: '这会在运行中切断 {name} 的电源：未写入磁盘的内容将丢失' },
        values,
      ),
      say(
        {
          en: 'say so with --confirm {name}, or `host power {name} soft` lets it end by itself',
          zh: '请加 --confirm {name}，或用 `host power {name} soft` 正常关机',
        },
        values,
      ),
    );
  const at = look.now();
  const guests = action === 'on' ? undefined : await guestsOn(look, host);
  const old = await bootIdOf(look, host);
  const names = guests ?? [];
  const { risk, facts } = assess(
    action === 'on' ? 'medium' : 'high',
    action === 'on' ? { host: host.name } : { host: host.name, wholeHost: true, running: names.length },
    look.self,
    at,
  );
  const carried: Fact[] =
    names.length > 0 ? [{ what: say({ en: 'guests that go down', zh: '会停机的客户机' }), value: list(names), at, holds: `guests ${names.join(' ')}` }] : [];
  const unread: Said[] =
    action !== 'on' && guests === undefined
      ? [say({ en: 'whether guests run on {name} cannot be read', zh: '无法读取 {name} 上是否有客户机运行' }, values)]
      : [];
  return {
    summary: WHAT[action](values),
    steps: steps(found, action, old),
    facts: [
      {
        what: say({ en: 'power of {name}', zh: '{name} 的电源' }, values),
        value: power,
        at,
        holds: `power ${host.name} ${power} ${bmc.address} by ${by.name}`,
      },
      ...(old === undefined ? [] : [{ what: say({ en: 'boot id', zh: '启动标识' }), value: old, at, holds: `boot ${host.name} ${old}` }]),
      ...carried,
      ...facts,
    ],
    locks: [{ name: `${host.site}/${host.name}` }],
    // The switch is pressed from another host; it is this one that is changed.
    touches: [host.name],
    expects: disturbsHost(host),
    risk,
    undo: undoOf(host, action),
    notes: unread,
  };
}

const WHAT: Readonly<Record<PowerAction, (values: { name: string }) => Said>> = {
  on: (values) => say({ en: 'turn {name} on', zh: '接通 {name} 的电源' }, values),
  off: (values) => say({ en: 'cut the power of {name}', zh: '切断 {name} 的电源' }, values),
  cycle: (values) => say({ en: 'cut the power of {name} and turn it on again', zh: '切断并重新接通 {name} 的电源' }, values),
  soft: (values) => say({ en: 'let {name} shut down', zh: '正常关闭 {name}' }, values),
};

function undoOf({ name }: Host, action: PowerAction): Undo {
  if (action === 'on') return { command: 'host power', input: { machine: name, action: 'soft' } };
  if (action === 'cycle') return { impossible: say({ en: 'a power cycle cannot be taken back', zh: '电源重启无法撤回' }) };
  return { command: 'host power', input: { machine: name, action: 'on' } };
}

function steps({ host, bmc, by }: Switch, action: PowerAction, old: string | undefined): Step[] {
  const from = { site: by.site, host: by.name, name: host.name };
  const exec = (why: Said, argv: ReturnType<typeof press>, timeoutMs: number): Step => ({ kind: 'exec', on: from, why, argv, stdin: bmc.password, timeoutMs });
  const pressed: Step = {
    ...exec(say({ en: 'press the switch: {action}', zh: '操作电源：{action}' }, { action: quoted(action) }), press(bmc, action), 30_000),
    ...(action === 'on' ? {} : { stop: 'never' }),
  };
  const until = (power: Power, seconds: number) =>
    exec(
      power === 'on' ? say({ en: 'until it has power', zh: '直到通电' }) : say({ en: 'until it is off', zh: '直到断电' }),
      untilPower(bmc, power, seconds),
      (seconds + 30) * 1000,
    );
  const up: Step = {
    kind: 'wait',
    on: { site: host.site, host: host.name },
    why: say({ en: 'until it answers', zh: '直到有回应' }),
    read: { argv: bootId().argv },
    until: { isNot: action === 'cycle' ? (old ?? '') : '' },
    everyMs: 2000,
    timeoutMs: 900_000,
  };
  if (action === 'soft') return [pressed, until('off', SOFT_S)];
  return action === 'off' ? [pressed, until('off', HARD_S)] : [pressed, until('on', HARD_S), up];
}

async function quietly<T>(asked: Promise<T>): Promise<T | undefined> {
  return asked.catch((error: unknown) => {
    if (error instanceof HostError) return undefined;
    throw error;
  });
}

function bootIdOf(look: Look, host: Host): Promise<string | undefined> {
  return quietly(look.read(host, bootId()));
}

/** Names of the guests that run there; undefined where that cannot be read. */
async function guestsOn(look: Look, host: Host): Promise<readonly string[] | undefined> {
  const cluster = look.clusterOf(host);
  if (cluster && host.node) {
    const { name } = host.node;
    const all = await quietly(look.read(cluster, resources()));
    return all?.guests.filter(({ node, status }) => node === name && status === 'running').map((guest) => guest.name);
  }
  if (host.kind !== 'libvirt') return [];
  return (await quietly(guestsOf(look, host)))?.filter(({ state }) => state === 'running').map(({ name }) => name);
}
