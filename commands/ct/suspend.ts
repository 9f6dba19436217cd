import { guest } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { planWith } from '../../src/tools/guests.ts';

/** Writes the container's processes to disk and ends them; Proxmox calls that experimental. */
export default command({
  summary: { en: 'Freeze a container to disk (experimental in Proxmox)', zh: '将容器挂起到磁盘（Proxmox 中为实验性功能）' },
  examples: ['ct suspend dns1'],
  risk: 'high',
  kinds: ['pve'],
  args: { guest: guest() },
  plan: ({ guest: typed }, look) => planWith(look, 'ct', typed, ({ deeds }) => deeds.suspend, { toDisk: true }),
});
