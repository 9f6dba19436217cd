import type { Look } from '../../core/command.ts';
import { Refusal } from '../../core/errors.ts';
import type { Fact } from '../../core/types.ts';
import { list, say } from '../../core/words.ts';
import type { Draft } from '../guests/guest.ts';
import { called, exactly, lineFor, placeOf } from '../guests/naming.ts';
import { KEEP_SAFETY, keepSnapshot, mustHave } from '../snapshots.ts';
import { age, when } from './archive-words.ts';
import { baseFacts, call, configFact, type Known, know, mustBeFree, mustBeNoTemplate, type PveGuest, weigh } from './guest.ts';
import { disksOf } from './guest-disks.ts';
import { feature } from './guest-reads.ts';
import { guestSnapshots, type Snapshot, tree } from './snapshot-tree.ts';
import { TAKES, take } from './snapshots.ts';

/** Types of storage that go back to the newest snapshot only. */
const NEWEST_ONLY: readonly string[] = ['zfspool', 'zfs', 'lvm'];

/** Puts a guest back to a snapshot; what it is now is kept as a snapshot where its storage can still go back then. Throws Refusal. */
export async function rollback(look: Look, seen: PveGuest, { name, start }: { readonly name: string; readonly start: boolean }): Promise<Draft> {
  const [known, { all, on }, able] = await Promise.all([
    know(look, seen),
    look.read(seen.host, guestSnapshots(seen)),
    look.read(seen.host, feature(seen, 'snapshot')),
  ]);
  const { guest, state } = known;
  mustHave(
    guest,
    name,
    all.map((one) => one.name),
  );
  const to = all.find((one) => one.name === name);
  mustBeNoTemplate(known);
  mustBeFree(known);
  mustRest(known);
  mustBeWhole(known, to);
  const strict = strictStorages(known);
  const newer = newerThan(all, to);
  if (strict.length > 0 && newer.length > 0) throw mustBeNewest(known, name, strict, newer);
  const safety = strict.length === 0 && able.has ? `before-${look.ticket}` : undefined;
  const at = look.now();
  const { risk, facts } = weigh(look, known, 'high');
  return {
    summary: say(
      { en: 'put {guest} on {place} back to snapshot {name}', zh: '将 {place} 上的 {guest} 回滚到快照 {name}' },
      { guest: called(guest), place: placeOf(guest), name },
    ),
    steps: [
      ...(safety === undefined
        ? []
        : [take(known, safety, false, say({ en: 'keep what its disks are now as {safety}', zh: '将当前磁盘保存为 {safety}' }, { safety }))]),
      call(guest, {
        method: 'POST',
        path: ['snapshot', name, 'rollback'],
        params: start ? { start: 1 } : {},
        why: say({ en: 'go back to {name}', zh: '回滚到 {name}' }, { name }),
        stop: 'never',
        timeoutMs: TAKES,
      }),
    ],
    facts: [
      ...baseFacts(known, at),
      ...facts,
      ...since(to, safety, at),
      ...stays(known, to, start, at),
      {
        what: say({ en: 'snapshots', zh: '快照' }),
        value: list(all.map((one) => one.name)),
        at,
        holds: `snapshots ${guest.vmid} ${all.map((one) => one.name).join(' ')} on ${on ?? '-'}`,
      },
      configFact(known, at),
    ],
    risk,
    undo:
      safety === undefined
        ? {
            impossible: say({
              en: 'its storage goes back to the newest snapshot only, so that what it is now cannot be kept',
              zh: '其存储只能回滚到最新快照，因此无法保留当前状态',
            }),
          }
        : {
            command: `${guest.family} rollback`,
            // What is kept holds no memory: a guest that runs now is started from it.
            input: { guest: exactly(guest), name: safety, ...(state === 'running' || state === 'paused' ? { start: true } : {}) },
          },
    ...(safety === undefined ? {} : { keeps: [keepSnapshot(guest, safety, KEEP_SAFETY)] }),
    ...(state === 'running' && !to?.memory && !start
      ? { notes: [say({ en: 'it is stopped by this, and stays so; with --start it is started again', zh: '此操作会停止它且不再启动；加 --start 可重新启动' })] }
      : {}),
  };
}

/** Those made later, or from it: two may be of the same second. */
function newerThan(all: readonly Snapshot[], to: Snapshot | undefined): string[] {
  const from = new Set(to ? tree(all, to.name).map(({ snapshot }) => snapshot.name) : []);
  return all.filter((one) => (one.at ?? 0) > (to?.at ?? 0) || from.has(one.name)).map((one) => one.name);
}

/** A guest that HA wants running is started by it in the middle of things. */
function mustRest({ guest, now, state }: Known): void {
  if (now.ha === undefined || now.ha === 'stopped' || now.ha === 'disabled' || state === 'stopped') return;
  throw new Refusal(
    say({ en: 'HA manages {name} and would start it in the middle of this', zh: '{name} 由 HA 管理，会在回滚过程中被启动' }, { name: exactly(guest) }),
    say({ en: '`{line}` first: then HA wants it stopped', zh: '请先执行 `{line}`：之后 HA 会保持其停止' }, { line: lineFor(guest.family, 'shutdown', guest) }),
  );
}

function mustBeWhole({ guest }: Known, to: Snapshot | undefined): void {
  if (to?.state === undefined) return;
  throw new Refusal(
    say(
      { en: 'snapshot {name} was broken off ({state}): there is nothing to go back to', zh: '快照 {name} 已中断（{state}）：无法回滚' },
      { name: to.name, state: to.state },
    ),
    say({ en: '`{line} --force` takes it away', zh: '可用 `{line} --force` 移除' }, { line: `${lineFor(guest.family, 'delsnapshot', guest)} ${to.name}` }),
  );
}

/** Its storages that go back to the newest snapshot only. */
function strictStorages({ guest, config }: Known): string[] {
  const used = disksOf(guest.type, config.values).flatMap(({ storage, cdrom }) => (storage === undefined || cdrom ? [] : [storage]));
  return [...new Set(used)].filter((name) => guest.all.storages.some(({ storage, type }) => storage === name && NEWEST_ONLY.includes(type)));
}

function mustBeNewest({ guest }: Known, name: string, storages: readonly string[], newer: readonly string[]): Refusal {
  return new Refusal(
    say(
      {
        en: '{storages} goes back to the newest snapshot only, and {newer} is newer than {name}',
        zh: '{storages} 只能回滚到最新快照，而 {newer} 比 {name} 新',
      },
      { storages: list(storages), newer: list(newer), name },
    ),
    say(
      { en: 'delete what is newer first: `{line}`', zh: '请先删除较新的快照：`{line}`' },
      { line: `${lineFor(guest.family, 'delsnapshot', guest)} ${newer.at(-1)}` },
    ),
  );
}

/** How far back it goes. */
function since(to: Snapshot | undefined, safety: string | undefined, at: number): Fact[] {
  if (to?.at === undefined) return [];
  const values = { age: age(to.at, at), when: when(to.at), safety: safety ?? '' };
  return [
    {
      what: say({ en: 'goes back', zh: '回退' }),
      value:
        safety === undefined
          ? say({ en: '{age}, to {when} UTC: what changed since is lost', zh: '{age}，到 {when} UTC：此后的更改会丢失' }, values)
          : say({ en: '{age}, to {when} UTC: what changed since is only in {safety}', zh: '{age}，到 {when} UTC：此后的更改仅保留在 {safety}' }, values),
      at,
    },
  ];
}

/** What becomes of a guest that runs. */
function stays({ state }: Known, to: Snapshot | undefined, start: boolean, at: number): Fact[] {
  const what = say({ en: 'afterwards', zh: '之后' });
  if (to?.memory) return [{ what, value: say({ en: 'it runs on as it did when the snapshot was made', zh: '从创建快照时的状态继续运行' }), at }];
  if (start) return [{ what, value: say({ en: 'it is started anew', zh: '重新启动' }), at }];
  return state === 'stopped' ? [] : [{ what, value: say({ en: 'it is stopped: the snapshot holds no memory', zh: '停止：快照不含内存' }), at }];
}
