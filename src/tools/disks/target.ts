import type { Host } from '../../core/command.ts';
import { Refusal } from '../../core/errors.ts';
import { list, say } from '../../core/words.ts';
import { type BlockDevice, flat } from './lsblk.ts';

/** The block device of that file. Throws Refusal where there is none, with those there are. */
export function findDevice(host: Host, tree: readonly BlockDevice[], name: string): BlockDevice {
  const all = flat(tree);
  const found = all.find((device) => device.name === name);
  if (found) return found;
  throw new Refusal(
    say({ en: 'there is no {name} on {host}; nothing was done', zh: '{host} 上没有 {name}；未做任何操作' }, { name, host: host.name }),
    say({ en: 'there are: {all}', zh: '现有：{all}' }, { all: list(all.slice(0, 20).map((device) => device.name)) }),
  );
}
