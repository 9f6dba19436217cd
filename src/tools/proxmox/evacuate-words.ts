import { highest } from '../../core/risk.ts';
import type { Fact, Risk, Undo } from '../../core/types.ts';
import { list, type Said, say } from '../../core/words.ts';
import { called, lineFor } from '../guests/naming.ts';
import { bytes } from '../units.ts';
import type { Quorum } from './cluster-quorum.ts';
import type { Room } from './evacuate-assign.ts';
import type { Move, Moves } from './evacuate-moves.ts';

/** How many lines are named in one sentence. */
const NAMED = 10;

/** Medium, more where a move is, and high when something is left behind. */
export function riskOf({ moves, stay }: Moves): Risk {
  return highest(['medium', ...moves.map(({ draft }) => draft.risk ?? 'none'), ...(stay.length > 0 ? ['high' as const] : [])]);
}

/** What is known of it: who stays and why, who is down meanwhile, each move, what is left elsewhere, quorum. */
export function factsOf({ moves, stay, left }: Moves, node: string, rooms: readonly Room[], quorum: Quorum, at: number): Fact[] {
  const restarts = moves.filter(({ guest }) => guest.type === 'lxc' && guest.state !== 'stopped');
  return [
    ...stay.map(({ guest, why }) => ({
      what: say({ en: '{name} STAYS', zh: '{name} 留下' }, { name: called(guest) }),
      value: why,
      at,
      holds: `stays ${guest.host.name} ${guest.vmid} ${node}`,
    })),
    ...(restarts.length > 0
      ? [
          {
            what: say({ en: 'down meanwhile', zh: '期间停机' }),
            value: say(
              { en: '{names}: containers are stopped and started again', zh: '{names}：容器需停止后再启动' },
              { names: list(restarts.map(({ guest }) => called(guest))) },
            ),
            at,
          },
        ]
      : []),
    ...moves.map((move) => moveFact(move, at)),
    ...rooms
      .filter((room) => moves.some(({ to }) => to === room.node))
      .map((room) => ({
        what: say({ en: 'memory left on {node}', zh: '{node} 剩余内存' }, { node: room.node }),
        value: say({ en: '{left} of {all}', zh: '{left}，共 {all}' }, { left: bytes(left.get(room.node) ?? 0), all: bytes(room.memory) }),
        at,
      })),
    quorumFact(node, quorum, at),
  ];
}

/** One move in a line, and all that it relies on. */
function moveFact({ guest, to, draft }: Move, at: number): Fact {
  const facts = draft.facts ?? [];
  const goes = facts.find(({ holds }) => holds?.startsWith('goes '));
  const weighed = facts.filter(({ what, holds }) => !/^(guest|state|goes|config) /.test(holds ?? '') && what.words.en !== 'preflight');
  const parts: Said[] = [
    say({ en: 'to {to}', zh: '迁往 {to}' }, { to }),
    ...(goes ? [say({ en: '{how}', zh: '{how}' }, { how: goes.value })] : []),
    ...weighed.map(({ what, value }) => say({ en: '{what}: {value}', zh: '{what}：{value}' }, { what, value })),
  ];
  return { what: called(guest), value: list(parts), at, holds: facts.flatMap(({ holds }) => holds ?? []).join(' | ') };
}

function quorumFact(node: string, { present, expected, needed, nodes }: Quorum, at: number): Fact {
  const lost = nodes.length > 1 && nodes.some((one) => one.name === node && one.online && !one.mayFail);
  return {
    what: say({ en: 'quorum', zh: '法定票数' }),
    value: lost
      ? say(
          { en: '{present} of {expected} votes, {needed} needed: LOST if {node} goes off', zh: '{present}/{expected} 票，需要 {needed}：{node} 关闭后将失去' },
          { present, expected, needed, node },
        )
      : say(
          { en: '{present} of {expected} votes, {needed} needed: kept if {node} goes off', zh: '{present}/{expected} 票，需要 {needed}：{node} 关闭后仍保有' },
          { present, expected, needed, node },
        ),
    at,
  };
}

/** That there is no one command for it, and what is. */
export function backOf(moves: readonly Move[], node: string): Undo {
  const lines = moves
    .slice(0, NAMED)
    .map(({ guest }) => say({ en: '`{line} {node}`', zh: '`{line} {node}`' }, { line: lineFor(guest.family, 'migrate', guest), node }));
  const more = moves.length - lines.length;
  return {
    impossible: say(
      { en: 'not in one command; each comes back alone: {lines}', zh: '无法一次撤销；请逐一迁回：{lines}' },
      { lines: list([...lines, ...(more > 0 ? [say({ en: 'and {more} more', zh: '另有 {more} 台' }, { more })] : [])]) },
    ),
  };
}
