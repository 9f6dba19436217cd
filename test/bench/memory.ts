import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { startBot } from './bot.ts';
import { childrenOf, residentMB } from './machine.ts';
import type { Section } from './section.ts';
import type { Sshd } from './sshd.ts';
import { fixed, pause, times } from './stats.ts';

const SETTLE_MS = 5000;

/** Resident memory of an idle bot and of its Redis, beside a Node.js that does nothing. */
export async function memory(folder: string, sshd: Sshd | undefined): Promise<Section> {
  const node = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  const practice = await startBot(join(folder, 'practice'));
  const real = sshd && (await startBot(join(folder, 'real'), sshd));
  try {
    await pause(SETTLE_MS);
    const base = residentMB(node.pid ?? 0) ?? Number.NaN;
    const data = [
      { label: 'bare node', bot: base, redis: undefined },
      { label: 'bot with the practice fleet', ...sizes(practice.pid) },
      ...(real ? [{ label: 'bot with one real host', ...sizes(real.pid) }] : []),
    ];
    return {
      title: 'Memory: resident after 5 s of idling (MB)',
      columns: ['', 'process', 'its Redis', 'to bare node'],
      rows: data.map(({ label, bot, redis }) => [label, fixed(bot, 1), redis === undefined ? '' : fixed(redis, 1), times(bot / base)]),
      notes: [],
      data: { node: base, practice: sizes(practice.pid), ...(real ? { real: sizes(real.pid) } : {}) },
    };
  } finally {
    node.kill('SIGTERM');
    await practice.close();
    await real?.close();
  }
}

function sizes(pid: number): { bot: number; redis: number | undefined } {
  const redis = childrenOf(pid).find(({ name }) => /redis|valkey/.test(name));
  return { bot: residentMB(pid) ?? Number.NaN, redis: redis && residentMB(redis.pid) };
}
