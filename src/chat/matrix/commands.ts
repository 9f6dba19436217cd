import type { Content, Homeserver } from './homeserver.ts';
import type { Shelf } from './shelf.ts';
import { isRefused } from './trouble.ts';
import { txnOf } from './txn.ts';

/** State event in which a bot publishes its commands: MSC4332, under its unstable name. */
const TYPE = 'org.matrix.msc4332.commands';

/** The commands as clients can offer them while typing. Pure. */
export function published(families: readonly string[]): Content {
  const text = (body: string) => ({ 'm.text': [{ body }] });
  const rest = { what: text('what to do, such as list · 要做什么，例如 list') };
  return {
    sigil: '!',
    commands: [
      { syntax: 'ops help', description: text('What the bot can do · 机器人能做什么') },
      ...families.map((family) => ({ syntax: `${family} {what}`, variables: rest, description: text(`Commands for ${family} · ${family} 的命令`) })),
    ],
  };
}

/** Publishes the commands in a room, unless they are published there already or the bot may not. Throws MatrixTrouble for now, never for good. */
export async function publish(server: Homeserver, shelf: Shelf, user: string, room: string, families: readonly string[]): Promise<void> {
  const content = published(families);
  const digest = txnOf(JSON.stringify(content));
  const known = shelf.published(room);
  if ((await known.get()) === digest) return;
  try {
    const there = await server.state(room, TYPE, user);
    if (JSON.stringify(there) !== JSON.stringify(content)) await server.setState(room, TYPE, user, content);
  } catch (error) {
    if (!isRefused(error)) throw error;
  }
  await known.set(digest);
}
