import type { Host, Look } from '../core/command.ts';
import { answer } from '../core/command.ts';
import type { Block, Cell, Plan } from '../core/types.ts';
import { quoted, type Said, say, speak } from '../core/words.ts';
import { type Answer, each, troubles } from './each.ts';

/** The column that names the host. */
export const HOST = say({ en: 'host', zh: '主机' });

/** One table over many hosts: a row or more per host, and for a host that cannot be asked a row that says why. */
export async function tableOver<T>(
  look: Look,
  summary: Said,
  columns: readonly Said[],
  ask: (host: Host) => Promise<T>,
  rows: (host: Host, value: T) => readonly (readonly Cell[])[],
): Promise<Plan> {
  const all = await each(look, ask);
  const table: Block = { kind: 'table', columns: [HOST, ...columns], rows: all.flatMap((one) => rowsOf(one, columns.length, rows)) };
  const long = all.flatMap((one) => ('trouble' in one && isLong(one.trouble) ? [one] : []));
  return answer(summary, [table], long.length > 0 ? { notes: troubles(long) } : {});
}

/** What would make the table too wide is said above it. */
function isLong(trouble: Said): boolean {
  return speak(trouble, 'en').length > 48;
}

const NO_ANSWER = say({ en: 'cannot be asked', zh: '无法查询' });

function rowsOf<T>(one: Answer<T>, columns: number, rows: (host: Host, value: T) => readonly (readonly Cell[])[]): Cell[][] {
  if ('trouble' in one) return [[one.host.name, isLong(one.trouble) ? NO_ANSWER : one.trouble, ...Array.from({ length: columns - 1 }, () => '')]];
  return rows(one.host, one.value).map((row) => [one.host.name, ...row]);
}

/** A state word of systemd or the kernel, in the person's language where it is a common one. */
export function stateCell(word: string): Cell {
  const words = COMMON[word];
  return words ? say({ en: word, zh: words }) : quoted(word);
}

const COMMON: Readonly<Record<string, string>> = {
  active: '运行中',
  inactive: '未运行',
  failed: '失败',
  activating: '启动中',
  deactivating: '停止中',
  UP: '已连接',
  DOWN: '已断开',
};
