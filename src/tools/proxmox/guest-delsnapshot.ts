import type { Look } from '../../core/command.ts';
import { Refusal } from '../../core/errors.ts';
import { list, say } from '../../core/words.ts';
import type { Draft } from '../guests/guest.ts';
import { called, exactly, lineFor, placeOf } from '../guests/naming.ts';
import { mustHave } from '../snapshots.ts';
import { baseFacts, call, configFact, type Known, know, mustBeFree, type PveGuest, weigh } from './guest.ts';
import { guestSnapshots } from './snapshot-tree.ts';
import { TAKES } from './snapshots.ts';

/** Deletes a snapshot; with `before`, only one that was made by then. What was made from it stays. Throws Refusal. */
export async function delsnapshot(
  look: Look,
  seen: PveGuest,
  { name, before, force }: { readonly name: string; readonly before: string | undefined; readonly force: boolean },
): Promise<Draft> {
  const [known, { all }] = await Promise.all([know(look, seen), look.read(seen.host, guestSnapshots(seen))]);
  const { guest } = known;
  const old = before === undefined ? all : all.filter(({ at }) => at !== undefined && at * 1000 <= Date.parse(before));
  mustHave(
    guest,
    name,
    old.map((one) => one.name),
  );
  const broken = all.find((one) => one.name === name)?.state;
  mustBeCured(known, name, broken, force);
  mustBeFree(known);
  const children = all.filter(({ parent }) => parent === name).map((one) => one.name);
  const at = look.now();
  const { risk, facts } = weigh(look, known, force ? 'high' : 'medium');
  return {
    summary: say(
      { en: 'delete snapshot {name} of {guest} on {place}', zh: '删除 {place} 上 {guest} 的快照 {name}' },
      { name, guest: called(guest), place: placeOf(guest) },
    ),
    steps: [
      call(guest, {
        method: 'DELETE',
        path: ['snapshot', name],
        params: force ? { force: 1 } : {},
        why: say({ en: 'delete snapshot {name}', zh: '删除快照 {name}' }, { name }),
        stop: 'never',
        timeoutMs: TAKES,
      }),
    ],
    facts: [
      ...baseFacts(known, at),
      ...facts,
      {
        what: say({ en: 'snapshots', zh: '快照' }),
        value: list(all.map((one) => one.name)),
        at,
        holds: `has snapshot ${guest.host.name} ${guest.vmid} ${name} ${all.find((one) => one.name === name)?.at ?? '-'}`,
      },
      ...(children.length > 0
        ? [
            {
              what: say({ en: 'made from it', zh: '由其创建' }),
              value: say({ en: '{children}: they stay', zh: '{children}：会保留' }, { children: list(children) }),
              at,
            },
          ]
        : []),
      ...(force ? [configFact(known, at)] : []),
    ],
    risk,
    undo: { impossible: say({ en: 'a deleted snapshot cannot be brought back', zh: '删除的快照无法恢复' }) },
  };
}

/** Throws Refusal for a snapshot that was broken off: what it left behind is taken away in two steps, the lock first. */
function mustBeCured({ guest, lock, tasks }: Known, name: string, broken: string | undefined, force: boolean): void {
  if (broken === undefined || tasks.length > 0 || (force && lock === undefined)) return;
  const cure = `${lineFor(guest.family, 'delsnapshot', guest)} ${name} --force`;
  throw new Refusal(
    say(
      { en: 'snapshot {name} of {guest} was broken off ({broken})', zh: '{guest} 的快照 {name} 已中断（{broken}）' },
      { name, guest: exactly(guest), broken },
    ),
    lock === undefined
      ? say(
          { en: '`{cure}` takes it out of the config, also where its disks cannot be removed', zh: '`{cure}` 可将其从配置中移除，即使磁盘快照无法删除' },
          { cure },
        )
      : say({ en: 'first `{unlock}`, then `{cure}`', zh: '请先执行 `{unlock}`，再执行 `{cure}`' }, { unlock: lineFor(guest.family, 'unlock', guest), cure }),
  );
}
