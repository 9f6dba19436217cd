import type { Host, Look } from '../../core/command.ts';
import { dayAndClock } from '../../core/time.ts';
import type { Block, Cell } from '../../core/types.ts';
import { list, type Said, say } from '../../core/words.ts';
import { type Facts, knownFacts } from '../facts.ts';
import { type Health, health } from '../health.ts';
import { type JournalEntry, journal, journalTime } from '../journal.ts';
import { type Machine, type Mounted, machine } from '../machine.ts';
import { orElse } from '../proxmox/cluster-view.ts';
import { bytes, percent, span } from '../units.ts';
import { complaints } from './verdict.ts';

/** Errors of the journal that are shown, and how far back. */
const ERRORS = 5;
const SINCE = '24h';

/** All that may say why something is wrong on a host. */
interface Why {
  readonly facts: Facts;
  readonly health: Health;
  readonly machine: Machine;
  /** The newest errors; undefined where the journal cannot be read. */
  readonly errors: readonly JournalEntry[] | undefined;
}

/** Asks a host, all at once. Throws HostError, Refusal for a distribution that is not known. */
export async function why(look: Look, host: Host): Promise<Why> {
  const known = await knownFacts(look, host);
  const errors = known.systemd ? look.read(host, journal({ priority: 'err', since: journalTime(SINCE), lines: ERRORS })) : Promise.resolve(undefined);
  const [found, up, log] = await Promise.all([look.read(host, health()), look.read(host, machine()), orElse(errors, undefined)]);
  return { facts: known, health: found, machine: up, errors: log?.entries };
}

/** What it says, what is not well first. `now` in milliseconds since the epoch. Pure. */
export function whyBlocks(host: string, { facts, health: is, machine: { uptime }, errors }: Why, now: number): Block[] {
  const wrong = complaints(host, is);
  const fullest = (all: readonly Mounted[]) => all.filter(({ size }) => size > 0).toSorted((a, b) => b.used / b.size - a.used / a.size)[0];
  const [disk, inodes] = [fullest(is.disks), fullest(is.inodes)];
  const { memory, pressure } = is;
  const waits = Object.entries(pressure).map(([of, share]) => say({ en: '{of} {share} %', zh: '{of} {share} %' }, { of, share: Math.round(share) }));
  const rows: (readonly [Said, Cell])[] = [
    [say({ en: 'load', zh: '负载' }), say({ en: '{one}, {five}, {fifteen} on {cpus} CPUs', zh: '{one}、{five}、{fifteen}，{cpus} 个 CPU' }, loads(is))],
    ...(waits.length > 0 ? [[say({ en: 'waits for', zh: '等待压力' }), list(waits)] as const] : []),
    [
      say({ en: 'memory', zh: '内存' }),
      say(
        { en: '{free} of {total} left{swap}', zh: '剩余 {free} / {total}{swap}' },
        { free: bytes(memory.available), total: bytes(memory.total), swap: swapWords(memory) },
      ),
    ],
    ...(disk ? [[say({ en: 'fullest disk', zh: '最满磁盘' }), `${percent(disk.used, disk.size)} ${disk.target}`] as const] : []),
    ...(inodes ? [[say({ en: 'inodes', zh: 'inode' }), `${percent(inodes.used, inodes.size)} ${inodes.target}`] as const] : []),
    [
      say({ en: 'failed units', zh: '失败的单元' }),
      is.failed.length === 0
        ? is.unread.includes('failed')
          ? say({ en: 'cannot be read', zh: '无法读取' })
          : say({ en: 'none', zh: '无' })
        : list(is.failed.slice(0, 8)),
    ],
    [
      say({ en: 'booted', zh: '启动时间' }),
      say(
        { en: '{at} UTC, {span} ago{needed}', zh: '{at} UTC（{span}前）{needed}' },
        { at: dayAndClock(now - uptime * 1000), span: span(uptime), needed: is.rebootRequired ? REBOOT : '' },
      ),
    ],
    [say({ en: 'system', zh: '系统' }), `${facts.os.pretty}, ${facts.kernel}`],
  ];
  return [
    ...wrong.slice(0, 6).map(({ what, todo }): Block => ({ kind: 'text', text: say({ en: '✗ {what}: {todo}', zh: '✗ {what}：{todo}' }, { what, todo }) })),
    { kind: 'facts', facts: rows },
    ...errorBlocks(errors),
  ];
}

const REBOOT = say({ en: '; it wants to be rebooted', zh: '；需要重启' });

function loads({ load: [one, five, fifteen], cpus }: Health) {
  return { one: one.toFixed(2), five: five.toFixed(2), fifteen: fifteen.toFixed(2), cpus };
}

function swapWords({ swap, swapFree }: Health['memory']): Said | string {
  return swap === 0 ? '' : say({ en: ', swap {used} of {swap} used', zh: '，交换区已用 {used} / {swap}' }, { used: bytes(swap - swapFree), swap: bytes(swap) });
}

function errorBlocks(errors: readonly JournalEntry[] | undefined): Block[] {
  if (errors === undefined) return [{ kind: 'text', text: say({ en: 'its journal cannot be read', zh: '无法读取其日志' }) }];
  if (errors.length === 0) return [{ kind: 'text', text: say({ en: 'no errors in its journal within a day', zh: '一天内日志中没有错误' }) }];
  const columns = [say({ en: 'last errors (UTC)', zh: '最近错误（UTC）' }), say({ en: 'unit', zh: '单元' }), say({ en: 'message', zh: '消息' })];
  return [
    {
      kind: 'table',
      columns,
      rows: errors.slice(-ERRORS).map(({ at, unit, by, text }): Cell[] => [dayAndClock(at), unit || by, text.replace(/\s+/g, ' ').slice(0, 160)]),
    },
  ];
}
