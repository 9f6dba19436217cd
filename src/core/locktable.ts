import type { Desk } from './command.ts';
import type { LockState } from './ports.ts';
import { dayAndClock } from './time.ts';
import type { Block, Cell } from './types.ts';
import { list, type Said, say } from './words.ts';

/** Locks as a table: who holds each, with what, since when, and who waits in which order. */
export async function lockTable(locks: readonly LockState[], desk: Pick<Desk, 'request'>): Promise<Block> {
  const rows = await Promise.all(
    locks.map(
      async ({ name, holders, waiting }): Promise<Cell[]> => [
        name,
        list(await Promise.all(holders.map(({ ticket }) => holder(ticket, desk)))),
        holders.some(({ shared }) => shared) ? say({ en: 'shared', zh: '共享' }) : say({ en: 'alone', zh: '独占' }),
        holders[0] ? dayAndClock(holders[0].since) : '',
        list(waiting.map(({ ticket }) => ticket)),
      ],
    ),
  );
  const columns = [
    say({ en: 'lock', zh: '锁' }),
    say({ en: 'held by', zh: '持有者' }),
    say({ en: 'mode', zh: '方式' }),
    say({ en: 'since (UTC)', zh: '自（UTC）' }),
    say({ en: 'waiting', zh: '等待者' }),
  ];
  return { kind: 'table', columns, rows };
}

async function holder(ticket: string, desk: Pick<Desk, 'request'>): Promise<Said> {
  const found = await desk.request(ticket);
  if (!found) return say({ en: '{ticket}', zh: '{ticket}' }, { ticket });
  return say({ en: '{by}: “{text}” ({ticket})', zh: '{by}：“{text}”（{ticket}）' }, { by: found.by, text: found.ticket.text, ticket });
}

/** Whether one name is the other, above it, or below it. */
export function covering(one: string, other: string): boolean {
  return one === other || one.startsWith(`${other}/`) || other.startsWith(`${one}/`);
}
