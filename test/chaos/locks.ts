import type { FlatCard } from '../../src/core/flatten.ts';
import { now } from './clock.ts';
import { type Door, isOver } from './door.ts';

/** How long locks may take to be given back after the last card's end, in milliseconds. */
const WITHIN = 5000;
const ANSWER = 30_000;

/** Locks that are left, as `lock list` shows them to people; none where there is no such command. */
export async function locksLeft(door: Door): Promise<string[]> {
  const until = now() + WITHIN;
  for (;;) {
    const card = await list(door);
    if (!card) return ['(`lock list` is not answered)'];
    const left = rows(card);
    if (left.length === 0 || now() > until) return left;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

async function list(door: Door): Promise<FlatCard | undefined> {
  for (let tries = 0; tries < 3; tries++) {
    const { ticket } = await door.said('alice', 'lock list', 1);
    const patience = now() + ANSWER;
    const card = await door.sees(ticket, isOver, () => patience);
    if (card?.ticket?.state === 'done' || (card && /no command|there is no/.test(card.text))) return card;
  }
  return undefined;
}

function rows(card: FlatCard): string[] {
  return card.blocks.flatMap((block) => (block.kind === 'table' ? block.rows.map((row) => row.join(' ')) : []));
}
