import type { Look } from '../../core/command.ts';
import type { Block, Cell } from '../../core/types.ts';
import { list, quoted, type Said, say } from '../../core/words.ts';
import { type Draft, stateWords } from '../guests/guest.ts';
import { called, lineFor, placeOf } from '../guests/naming.ts';
import { bytes, span } from '../units.ts';
import { flag } from './fields.ts';
import { know, type PveGuest, unless } from './guest.ts';
import { disksOf } from './guest-disks.ts';
import { pending } from './guest-reads.ts';
import { guestSnapshots } from './snapshot-tree.ts';

const YES = say({ en: 'yes', zh: '是' });
const NO = say({ en: 'no', zh: '否' });

/** State, size, disks and snapshots of a guest. */
export async function show(look: Look, seen: PveGuest): Promise<Draft> {
  const [known, taken, settings] = await Promise.all([
    know(look, seen),
    unless(look.read(seen.host, guestSnapshots(seen))),
    unless(look.read(seen.host, pending(seen))),
  ]);
  const waiting = (settings ?? []).filter((one) => one.gone || one.pending !== undefined).map(({ key }) => key);
  const { guest, now, lock, config, state } = known;
  const { values } = config;
  const rows: (readonly [Said, Cell] | undefined)[] = [
    [say({ en: 'state', zh: '状态' }), guest.template ? say({ en: 'template', zh: '模板' }) : stateWords(state)],
    [say({ en: 'node', zh: '节点' }), placeOf(guest)],
    [say({ en: 'VMID', zh: 'VMID' }), String(guest.vmid)],
    lock === undefined ? undefined : [say({ en: 'locked', zh: '锁' }), lock],
    known.tasks.length === 0 ? undefined : [say({ en: 'running tasks', zh: '正在运行的任务' }), known.tasks.join(', ')],
    [say({ en: 'CPUs', zh: 'CPU' }), now.cpus || guest.cpus],
    [say({ en: 'memory', zh: '内存' }), now.memoryUsed > 0 ? usedOf(now.memoryUsed, now.memory) : bytes(now.memory || guest.memory)],
    now.uptime > 0 ? [say({ en: 'up for', zh: '已运行' }), span(now.uptime)] : undefined,
    [say({ en: 'HA', zh: '高可用' }), now.ha === undefined ? say({ en: 'not managed', zh: '未管理' }) : quoted(now.ha)],
    [say({ en: 'starts with its node', zh: '随节点启动' }), flag(values, 'onboot') ? YES : NO],
    [say({ en: 'protected', zh: '保护' }), flag(values, 'protection') ? YES : NO],
    guest.tags.length === 0 ? undefined : [say({ en: 'tags', zh: '标签' }), guest.tags.join(' ')],
    [
      say({ en: 'snapshots', zh: '快照' }),
      taken === undefined ? say({ en: 'not known', zh: '未知' }) : taken.all.map(({ name }) => name).join(', ') || say({ en: 'none', zh: '无' }),
    ],
  ];
  const facts: Block = { kind: 'facts', facts: rows.filter((row) => row !== undefined) };
  const table: Block = {
    kind: 'table',
    columns: [say({ en: 'disk', zh: '磁盘' }), say({ en: 'size', zh: '大小' }), say({ en: 'volume', zh: '卷' })],
    rows: disksOf(guest.type, values).map(({ name, size, volume }): Cell[] => [name, size === undefined ? '' : bytes(size), quoted(volume)]),
  };
  return {
    summary: on(guest),
    answer: table.rows.length > 0 ? [facts, table] : [facts],
    ...(waiting.length > 0
      ? {
          notes: [
            say(
              { en: '{waiting}: waits for a restart; `{line}` shows to what', zh: '{waiting}：等待重启后生效；可用 `{line}` 查看' },
              { waiting: list(waiting), line: lineFor(guest.family, 'config', guest) },
            ),
          ],
        }
      : {}),
  };
}

const usedOf = (used: number, all: number) => say({ en: '{used} of {all}', zh: '{used} / {all}' }, { used: bytes(used), all: bytes(all) });

/** Never shown: what somebody could log in with. */
const SECRETS = ['cipassword', 'sshkeys', 'env'];

/** The whole config, with what waits for a restart. */
export async function config(look: Look, guest: PveGuest): Promise<Draft> {
  const settings = await look.read(guest.host, pending(guest));
  const rows = settings.map(({ key, value, pending: next, gone }): Cell[] => {
    const masked = (it: string) => (SECRETS.includes(key) ? HIDDEN : quoted(shorten(it)));
    return [key, value === undefined ? '' : masked(value), gone ? say({ en: 'taken out', zh: '移除' }) : next === undefined ? '' : masked(next)];
  });
  const waits = settings.some((one) => one.gone || one.pending !== undefined);
  const columns = [say({ en: 'setting', zh: '设置' }), say({ en: 'now', zh: '当前' }), say({ en: 'after a restart', zh: '重启后' })];
  return {
    summary: on(guest),
    answer: [{ kind: 'table', columns, rows }],
    ...(waits ? { notes: [say({ en: 'some settings wait for a restart of the guest', zh: '部分设置需重启客户机后生效' })] } : {}),
  };
}

/** One line, as far as a table has room for it; notes may be pages long. */
function shorten(value: string): string {
  const line = value.trimEnd().replaceAll('\n', ' ⏎ ');
  return line.length > 90 ? `${line.slice(0, 89)}…` : line;
}

const HIDDEN = say({ en: '(set, not shown)', zh: '（已设置，不显示）' });

function on(guest: PveGuest): Said {
  return say({ en: '{name} on {place}', zh: '{place} 上的 {name}' }, { name: called(guest), place: placeOf(guest) });
}
