import { guest, word } from '../../../src/core/args.ts';
import { command } from '../../../src/core/command.ts';
import { virtiofsDetach } from '../../../src/tools/proxmox/virtiofs.ts';

/** Takes a shared directory away from a virtual machine; it is gone from the next restart on. */
export default command({
  summary: { en: 'Stop sharing a directory with a guest', zh: '停止向虚拟机共享目录' },
  examples: ['vm virtiofs detach legacy media'],
  risk: 'medium',
  kinds: ['pve'],
  args: { guest: guest(), dir: word(/^[A-Za-z][A-Za-z0-9_-]+$/, { en: 'DIR', zh: '目录' }) },
  plan: ({ guest: typed, dir }, look) => virtiofsDetach(look, typed, dir),
});
