import { guest, word } from '../../../src/core/args.ts';
import { command } from '../../../src/core/command.ts';
import { virtiofsAttach } from '../../../src/tools/proxmox/virtiofs.ts';

/** Gives a virtual machine a directory of its node, by the name of a directory mapping; it is seen from the next restart on. */
export default command({
  summary: { en: 'Share a directory with a guest', zh: '向虚拟机共享目录' },
  examples: ['vm virtiofs attach wiki media'],
  risk: 'medium',
  kinds: ['pve'],
  args: { guest: guest(), dir: word(/^[A-Za-z][A-Za-z0-9_-]+$/, { en: 'DIR', zh: '目录' }) },
  plan: ({ guest: typed, dir }, look) => virtiofsAttach(look, typed, dir),
});
