import { guest } from '../../../src/core/args.ts';
import { command } from '../../../src/core/command.ts';
import { virtiofsList } from '../../../src/tools/proxmox/virtiofs.ts';

/** The directories of its node that a virtual machine is given, and those it could be. */
export default command({
  summary: { en: 'List shared directories of a guest', zh: '列出虚拟机的共享目录' },
  examples: ['vm virtiofs list wiki'],
  risk: 'none',
  kinds: ['pve'],
  args: { guest: guest() },
  plan: ({ guest: typed }, look) => virtiofsList(look, typed),
});
