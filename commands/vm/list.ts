import { anyTargets } from '../../src/core/args.ts';
import { answer, command } from '../../src/core/command.ts';
import type { Cell } from '../../src/core/types.ts';
import { say } from '../../src/core/words.ts';
import { answers, troubles } from '../../src/tools/each.ts';
import { allGuests, listedOf, stateWords } from '../../src/tools/guests.ts';
import { bytes } from '../../src/tools/units.ts';

/** Every guest on every virtualisation host in reach, in one table. */
export default command({
  summary: { en: 'List guests', zh: '列出虚拟机' },
  examples: ['vm list', 'vm list kvm1', 'vm list site:west'],
  risk: 'none',
  kinds: ['libvirt'],
  args: { on: anyTargets() },
  async plan(_input, look) {
    const all = await allGuests(look);
    const guests = answers(all).flatMap(({ value }) => value);
    const rows = guests.map((guest): Cell[] => [guest.name, stateWords(guest.state), guest.vcpus, bytes(guest.memoryKiB * 1024), guest.host.name]);
    const columns = [
      say({ en: 'guest', zh: '虚拟机' }),
      say({ en: 'state', zh: '状态' }),
      say({ en: 'CPUs', zh: 'CPU' }),
      say({ en: 'memory', zh: '内存' }),
      say({ en: 'host', zh: '主机' }),
    ];
    return answer(say({ en: 'guests', zh: '虚拟机' }), [{ kind: 'table', columns, rows }], { listed: listedOf(all), notes: troubles(all) });
  },
});
