import type { FlatCard } from '../../../src/core/flatten.ts';
import { type RealBot, realBot } from './bot.ts';
import type { SystemdHost } from './systemd.ts';

/** A bot whose one host, `m1`, is this machine; `done`: alice asks, bob approves, and it comes to this end. */
export async function machineBot(machine: SystemdHost): Promise<RealBot & { done(line: string, state?: string): Promise<FlatCard> }> {
  const { port, user, key, pinned } = machine.access();
  const bot = await realBot({ m1: { site: 'lab', address: '127.0.0.1', port, user, key, hostKey: pinned.fingerprints } });
  const done = async (line: string, state = 'done'): Promise<FlatCard> => {
    const asked = await bot.says('alice', line);
    const card = asked.ticket?.state === 'waiting' ? await bot.presses('bob', asked, 'approve') : asked;
    if (card.ticket?.state !== state) throw new Error(`“${line}” came to ${card.ticket?.state}, not ${state}:\n${card.text}`);
    return card;
  };
  return Object.assign(bot, { done });
}
