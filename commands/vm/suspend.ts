import { flag, guest } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { planWith } from '../../src/tools/guests.ts';

/** Freezes the guest: its memory stays where it is, or goes to disk and the guest off. */
export default command({
  summary: { en: 'Freeze a guest in memory, or to disk', zh: '挂起虚拟机（保留在内存中或写入磁盘）' },
  examples: ['vm suspend mail', 'vm suspend gitlab', 'vm suspend gitlab --to-disk'],
  risk: 'medium',
  kinds: ['libvirt', 'pve'],
  args: { guest: guest() },
  options: { 'to-disk': flag() },
  plan: ({ guest: typed, 'to-disk': toDisk }, look) => planWith(look, 'vm', typed, ({ deeds }) => deeds.suspend, { toDisk: toDisk === true }),
});
