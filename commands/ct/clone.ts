import { flag, guest, node, storage, vmid, word } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { planWith } from '../../src/tools/guests.ts';

/** A name as DNS has it: what Proxmox takes. */
const DNS_NAME = /^(?=.{1,63}$)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$/;

/** Makes a container from another: of a template a linked clone, unless --full is given; of a stopped container a full one. */
export default command({
  summary: { en: 'Make a container from another', zh: '克隆容器' },
  examples: ['ct clone cron cron2'],
  risk: 'low',
  kinds: ['pve'],
  args: { guest: guest(), name: word(DNS_NAME, { en: 'NAME', zh: '名称' }) },
  options: { id: vmid().optional(), full: flag(), storage: storage().optional(), to: node().optional() },
  plan: ({ guest: typed, name, id, full, storage: on, to }, look) =>
    planWith(look, 'ct', typed, ({ deeds }) => deeds.clone, { name, id, full: full === true, storage: on, to }),
});
