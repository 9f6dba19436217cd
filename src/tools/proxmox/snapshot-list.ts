import type { Look } from '../../core/command.ts';
import { dayAndClock } from '../../core/time.ts';
import type { Cell } from '../../core/types.ts';
import { say } from '../../core/words.ts';
import type { Draft } from '../guests/guest.ts';
import { called, placeOf } from '../guests/naming.ts';
import type { PveGuest } from './guest.ts';
import { guestSnapshots, tree } from './snapshot-tree.ts';

/** The snapshots of a guest as a tree: each is indented under the one it was made from. */
export async function snapshots(look: Look, guest: PveGuest): Promise<Draft> {
  const { all, on } = await look.read(guest.host, guestSnapshots(guest));
  const rows = tree(all).map(({ snapshot, depth }): Cell[] => {
    const { name, at, memory, description, state } = snapshot;
    const what = state === undefined ? description : say({ en: 'broken off ({state})', zh: '已中断（{state}）' }, { state });
    return [
      `${'  '.repeat(depth)}${name}`,
      at === undefined ? '' : dayAndClock(at * 1000),
      memory ? YES : NO,
      name === on ? say({ en: 'you are here', zh: '当前位置' }) : '',
      what,
    ];
  });
  const columns = [
    say({ en: 'snapshot', zh: '快照' }),
    say({ en: 'made (UTC)', zh: '创建时间（UTC）' }),
    say({ en: 'memory', zh: '内存' }),
    say({ en: 'now', zh: '现在' }),
    say({ en: 'note', zh: '备注' }),
  ];
  return {
    summary: say({ en: 'snapshots of {name} on {place}', zh: '{place} 上 {name} 的快照' }, { name: called(guest), place: placeOf(guest) }),
    answer: [{ kind: 'table', columns, rows }],
  };
}

const YES = say({ en: 'yes', zh: '有' });
const NO = say({ en: 'no', zh: '无' });
