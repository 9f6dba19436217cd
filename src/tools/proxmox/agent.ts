import type { Look } from '../../core/command.ts';
import { HostError, Refusal } from '../../core/errors.ts';
import { pveErrorOf } from '../../core/pveerror.ts';
import type { Block, Cell } from '../../core/types.ts';
import { quoted, type Said, say } from '../../core/words.ts';
import type { Draft } from '../guests/guest.ts';
import { called, exactly, lineFor, placeOf } from '../guests/naming.ts';
import { hostName, interfaces, osInfo } from './agent-reads.ts';
import { properties, text } from './fields.ts';
import { baseFacts, call, type Known, know, mustBeFree, type PveGuest, unless, weigh } from './guest.ts';

/** What runs inside of a guest, and how it calls itself. */
export async function agentInfo(look: Look, seen: PveGuest): Promise<Draft> {
  const { guest } = await able(look, seen);
  const [os, name] = await Promise.all([says(guest, look.read(guest.host, osInfo(guest))), unless(look.read(guest.host, hostName(guest)))]);
  const facts: [Said, Cell | undefined][] = [
    [say({ en: 'host name', zh: '主机名' }), name],
    [say({ en: 'system', zh: '系统' }), text(os, 'pretty-name') ?? text(os, 'name')],
    [say({ en: 'version', zh: '版本' }), text(os, 'version')],
    [say({ en: 'kernel', zh: '内核' }), text(os, 'kernel-release')],
    [say({ en: 'machine', zh: '架构' }), text(os, 'machine')],
  ];
  const known = facts.flatMap(([what, value]): (readonly [Said, Cell])[] => (value === undefined || value === '' ? [] : [[what, value]]));
  return { summary: on(guest), answer: [{ kind: 'facts', facts: known }] };
}

/** The addresses of a guest, as it sees them itself. */
export async function agentIp(look: Look, seen: PveGuest): Promise<Draft> {
  const { guest } = await able(look, seen);
  const found = await says(guest, look.read(guest.host, interfaces(guest)));
  const table: Block = {
    kind: 'table',
    columns: [say({ en: 'link', zh: '网卡' }), say({ en: 'addresses', zh: '地址' }), say({ en: 'MAC', zh: 'MAC' })],
    rows: found.map(({ name, addresses, mac }): Cell[] => [
      quoted(name),
      addresses.length > 0 ? quoted(addresses.join(' ')) : say({ en: 'none', zh: '无' }),
      quoted(mac),
    ]),
  };
  return { summary: on(guest), answer: [table] };
}

/** Gives space that files no longer use back to the storage. */
export async function agentTrim(look: Look, seen: PveGuest): Promise<Draft> {
  const known = await able(look, seen);
  const { guest } = known;
  mustBeFree(known, { quorum: false });
  await says(guest, look.read(guest.host, hostName(guest)));
  const { risk, facts } = weigh(look, known, 'low');
  return {
    summary: say(
      { en: 'trim the file systems of {name} on {place}', zh: '回收 {place} 上 {name} 文件系统的空闲空间' },
      { name: called(guest), place: placeOf(guest) },
    ),
    steps: [
      call(guest, {
        method: 'POST',
        path: ['agent', 'fstrim'],
        params: {},
        why: say({ en: 'trim its file systems', zh: '回收空闲空间' }),
        proof: 'again',
        timeoutMs: 600_000,
      }),
    ],
    facts: [...baseFacts(known, look.now()), ...facts],
    risk,
    undo: { impossible: say({ en: 'only space that nothing uses is given back', zh: '只释放未使用的空间' }) },
  };
}

/** Throws Refusal when there is no agent to ask: it is off in the config, or the guest does not run. */
async function able(look: Look, seen: PveGuest): Promise<Known> {
  const known = await know(look, seen);
  const { guest, config, state } = known;
  const agent = properties(text(config.values, 'agent'));
  const enabled = agent.get('enabled') ?? agent.get('');
  if (enabled !== '1')
    throw new Refusal(
      say({ en: '{name} has no guest agent turned on in its config', zh: '{name} 的配置中未启用 guest agent' }, { name: exactly(guest) }),
      say({
        en: 'install qemu-guest-agent inside, turn on “QEMU Guest Agent” in its options, and restart it',
        zh: '请在客户机内安装 qemu-guest-agent，在其选项中启用“QEMU Guest Agent”，然后重启',
      }),
    );
  if (state === 'running') return known;
  throw new Refusal(
    say({ en: '{name} does not run: its agent cannot be asked', zh: '{name} 未运行：无法查询其 agent' }, { name: exactly(guest) }),
    say({ en: '`{line}` starts it', zh: '可用 `{line}` 启动' }, { line: lineFor(guest.family, state === 'paused' ? 'resume' : 'start', guest) }),
  );
}

/** An answer of the agent. Throws Refusal, in plain words, when it does not run inside. */
async function says<T>(guest: PveGuest, reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof HostError) || pveErrorOf(error)?.fault.kind !== 'agent') throw error;
    throw new Refusal(
      say({ en: 'the agent inside of {name} does not answer', zh: '{name} 内的 agent 没有回应' }, { name: exactly(guest) }),
      say({
        en: 'is it still booting? Else `systemctl start qemu-guest-agent` inside of it',
        zh: '是否仍在启动？否则请在其中执行 `systemctl start qemu-guest-agent`',
      }),
    );
  }
}

function on(guest: PveGuest): Said {
  return say({ en: '{name} on {place}', zh: '{place} 上的 {name}' }, { name: called(guest), place: placeOf(guest) });
}
