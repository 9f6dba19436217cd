import type { Look } from '../../core/command.ts';
import { Refusal } from '../../core/errors.ts';
import { read } from '../../core/read.ts';
import { assess } from '../../core/risk.ts';
import type { Plan, Read, Step, Target } from '../../core/types.ts';
import { list, say } from '../../core/words.ts';
import { type OfHost, type Saved, TOOLS } from '../hostbackup.ts';
import { when } from '../proxmox/archive-words.ts';
import { shell } from '../shell.ts';
import { bytes } from '../units.ts';
import { aboutFact, lockOf, mustSee, targetOf } from './plan.ts';
import { clearStage, putInPlace, stageOf } from './tool.ts';

/** Half a day. */
const LONG = 12 * 3_600_000;

/** What is wanted of a restore. `into`: a folder; `over`: in place of what is there. */
export interface Wanted {
  readonly from: string | undefined;
  readonly path: string | undefined;
  readonly into: string | undefined;
  readonly over: boolean;
  readonly confirm: string | undefined;
}

/** What is at a place: entries in it (undefined where there is no such folder), and bytes free there. */
interface Place {
  readonly entries: number | undefined;
  readonly free: number;
}

const PLACE = `d=$1; if [ -d "$d" ]; then ls -A -- "$d" | head -n 1000 | wc -l; elif [ -e "$d" ] || [ -L "$d" ]; then echo file; else echo none; fi
while [ ! -d "$d" ]; do d=$(dirname -- "$d"); done; df -P -B1 -- "$d" | tail -n 1`;

function place(path: string): Read<Place> {
  return read({ argv: shell('restore-place', PLACE, path), parse: parsePlace });
}

export function parsePlace(output: string): Place {
  const [first = '', second = ''] = output.trim().split('\n');
  const free = /^.+?\s+\d+\s+\d+\s+(\d+)\s+\d+%/.exec(second)?.[1];
  if (free === undefined) throw new Error('df says nothing');
  return { entries: first.trim() === 'none' ? undefined : first.trim() === 'file' ? 1 : Number(first), free: Number(free) };
}

/** Restores a host's backup beside what is there; or in its place, where that is confirmed by the backup's name. */
export async function restoreHost(look: Look, one: OfHost, wanted: Wanted): Promise<Plan> {
  const { host, backup, name } = one;
  const { path, over } = wanted;
  if (over && wanted.into !== undefined)
    throw new Refusal(
      say({ en: '--to and --over exclude each other', zh: '--to 与 --over 不能同时使用' }),
      say({ en: '--over restores to where it was', zh: '--over 恢复到原位置' }),
    );
  const seen = await mustSee(look, one);
  const saved = chosen(one, seen.saved, wanted.from);
  const into = over ? '/' : (wanted.into?.replace(/(.)\/+$/, '$1') ?? `/restore/${backup.name}-${saved.id}`);
  const there = await look.read(host, place(into));
  const full = over || (there.entries ?? 0) > 0;
  if (full && wanted.confirm !== name)
    throw new Refusal(
      over
        ? say(
            { en: 'this writes over {paths} of {host}; nothing was done', zh: '这会覆盖 {host} 的 {paths}；未做任何操作' },
            { paths: path ?? list(backup.paths), host: host.name },
          )
        : say({ en: '{into} on {host} is not empty; nothing was done', zh: '{host} 上的 {into} 非空；未做任何操作' }, { into, host: host.name }),
      say({ en: 'say --confirm {name} to write over it, or another folder with --to', zh: '如需覆盖请加 --confirm {name}，或用 --to 指定其他目录' }, { name }),
    );
  const at = look.now();
  const assessed = assess(full ? 'high' : 'medium', { host: host.name, wholeHost: over }, look.self, at);
  const on = targetOf(one);
  const stage = full ? stageOf(into, look.ticket) : undefined;
  const what = path === undefined ? list(backup.paths) : path;
  return {
    summary: over
      ? say({ en: 'restore {what} of {name} over what is on {host}', zh: '将 {name} 的 {what} 恢复并覆盖 {host} 上的内容' }, { what, name, host: host.name })
      : say({ en: 'restore {what} of {name} to {into}', zh: '将 {name} 的 {what} 恢复到 {into}' }, { what, name, into }),
    steps: [
      {
        kind: 'exec',
        on,
        why: say({ en: 'restore to {into}', zh: '恢复到 {into}' }, { into: stage ?? into }),
        ...TOOLS[backup.tool].restore(host, backup, saved.id, stage ?? into, path),
        timeoutMs: LONG,
      },
      ...(stage === undefined ? [] : overSteps(on, into, stage, path === undefined ? backup.paths : [path])),
    ],
    facts: [
      {
        what: say({ en: 'backup', zh: '备份' }),
        value: say({ en: '{id}, made {when} UTC', zh: '{id}，创建于 {when} UTC' }, { id: saved.id, when: when(saved.at) }),
        at,
        holds: `saved ${name} ${saved.id}`,
      },
      {
        what: say({ en: 'where', zh: '位置' }),
        value: full
          ? say({ en: '{into} of {host}: what is there is WRITTEN OVER', zh: '{host} 的 {into}：现有内容将被覆盖' }, { into, host: host.name })
          : say({ en: '{into} of {host}, {free} free', zh: '{host} 的 {into}，剩余 {free}' }, { into, host: host.name, free: bytes(there.free) }),
        at,
        holds: `place ${host.name} ${into} ${full ? 'full' : 'empty'}`,
      },
      aboutFact(one, at),
      ...assessed.facts,
    ],
    locks: [lockOf(one)],
    risk: assessed.risk,
    undo: {
      impossible: full
        ? say({ en: 'what is written over is lost, but for backups', zh: '被覆盖的内容只能从备份找回' })
        : say({ en: 'it only adds files: remove {into} on {host}', zh: '只会新增文件：在 {host} 上删除 {into} 即可' }, { into, host: host.name }),
    },
    ...(stage === undefined
      ? {}
      : {
          notes: [
            say(
              {
                en: 'it is restored whole to {stage} first, which can be cancelled and touches nothing; once it is being put in place it cannot be',
                zh: '先完整恢复到 {stage}，期间可取消且不影响现有内容；开始替换后不可取消',
              },
              { stage },
            ),
          ],
        }),
  };
}

/** What was restored beside it takes its place, which nothing ends half-way; what is left of it goes whatever happened. */
function overSteps(on: Target, into: string, stage: string, paths: readonly string[]): Step[] {
  return [
    {
      kind: 'exec',
      on,
      why: say({ en: 'put it in the place of what is there', zh: '替换现有内容' }),
      argv: putInPlace(into, stage, paths),
      stop: 'never',
      timeoutMs: LONG,
    },
    { kind: 'exec', on, why: say({ en: 'remove {stage}', zh: '删除 {stage}' }, { stage }), argv: clearStage(stage), always: true, timeoutMs: LONG },
  ];
}

/** The newest, or the one of this id, or the newest of a day. */
function chosen({ name }: OfHost, all: readonly Saved[], from: string | undefined): Saved {
  const [newest] = all;
  if (!newest) throw new Refusal(say({ en: '{name} has no backup yet', zh: '{name} 尚无备份' }, { name }));
  if (from === undefined || from === 'latest') return newest;
  const found = all.find(({ id, at }) => id === from || id.endsWith(`-${from}`) || id.endsWith(`:${from}`) || when(at).startsWith(from));
  if (found) return found;
  throw new Refusal(
    say({ en: '{name} has no backup “{from}”', zh: '{name} 没有备份“{from}”' }, { name, from }),
    say({ en: 'there is: {known}', zh: '现有：{known}' }, { known: list(all.slice(0, 10).map(({ id, at }) => `${id} (${when(at)})`)) }),
  );
}
