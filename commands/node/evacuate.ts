import { flag, node } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { evacuatePlan } from '../../src/tools/proxmox/evacuate.ts';

/** Moves every running guest of a node to others, HA's and all others alike; what cannot be moved is named. */
export default command({
  summary: { en: 'Move all guests off a node', zh: '迁走节点上的全部客户机' },
  examples: ['node evacuate pve1', 'node evacuate pve3 --to pve2', 'node evacuate pve2 --all'],
  risk: 'medium',
  kinds: ['pve'],
  args: { node: node() },
  options: {
    /** The one node they all go to. */
    to: node().optional(),
    /** Stopped guests and templates, too. */
    all: flag(),
  },
  plan: ({ node: typed, to, all }, look) => evacuatePlan(look, typed, { to, all }),
});
