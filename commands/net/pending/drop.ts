import { host } from '../../../src/core/args.ts';
import { answer, command } from '../../../src/core/command.ts';
import { sha256 } from '../../../src/core/digest.ts';
import { say } from '../../../src/core/words.ts';
import { oneHost } from '../../../src/tools/links/one.ts';
import { pendingOf } from '../../../src/tools/links/pending.ts';
import { dropStaged } from '../../../src/tools/links/pve.ts';

/** Throws away what somebody has staged on a node of Proxmox VE. The running network is not touched. */
export default command({
  summary: { en: 'Throw away staged network changes of a Proxmox node', zh: '丢弃 Proxmox 节点暂存的网络更改' },
  examples: ['net pending drop pve3'],
  risk: 'medium',
  args: { host: host() },
  async plan({ host: typed }, look) {
    const on = oneHost(look, typed);
    const { changes, node } = await pendingOf(look, on);
    if (changes === '') return answer(say({ en: 'nothing is staged on {host}', zh: '{host} 上没有暂存的更改' }, { host: on.name }), []);
    return {
      summary: say({ en: 'throw away what is staged on {host}', zh: '丢弃 {host} 上暂存的更改' }, { host: on.name }),
      answer: [{ kind: 'code', text: changes }],
      steps: [dropStaged(node)],
      facts: [
        {
          what: say({ en: 'staged on {host}', zh: '{host} 上暂存' }, { host: on.name }),
          value: say({ en: '{n} lines', zh: '{n} 行' }, { n: changes.split('\n').filter((line) => /^[-+](?![-+])/.test(line)).length }),
          at: look.now(),
          holds: `staged ${on.name} ${sha256(changes)}`,
        },
      ],
      locks: [{ name: `${on.site}/${on.name}/network` }],
      risk: 'medium',
      undo: { impossible: say({ en: 'the card shows the lines; whoever staged them must do so again', zh: '卡片上列有内容；须由暂存者重新操作' }) },
    };
  },
});
