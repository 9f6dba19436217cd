import { host } from '../../../src/core/args.ts';
import { answer, command } from '../../../src/core/command.ts';
import { say } from '../../../src/core/words.ts';
import { oneHost } from '../../../src/tools/links/one.ts';
import { pendingOf } from '../../../src/tools/links/pending.ts';

/** What is staged on a node of Proxmox VE and not applied yet. */
export default command({
  summary: { en: 'Show staged network changes of a Proxmox node', zh: '查看 Proxmox 节点暂存的网络更改' },
  examples: ['net pending show pve3'],
  risk: 'none',
  args: { host: host() },
  async plan({ host: typed }, look) {
    const on = oneHost(look, typed);
    const { changes } = await pendingOf(look, on);
    if (changes === '') return answer(say({ en: 'nothing is staged on {host}', zh: '{host} 上没有暂存的更改' }, { host: on.name }), []);
    return answer(say({ en: 'staged on {host}, not applied', zh: '{host} 上已暂存、未应用' }, { host: on.name }), [{ kind: 'code', text: changes }], {
      offers: [{ label: say({ en: 'Throw away', zh: '丢弃' }), line: `net pending drop ${on.name}` }],
    });
  },
});
