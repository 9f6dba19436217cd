import { anyTargets } from '../../src/core/args.ts';
import { answer, command } from '../../src/core/command.ts';
import type { Block, Cell } from '../../src/core/types.ts';
import { quoted, type Said, say } from '../../src/core/words.ts';
import { answers, each, troubles } from '../../src/tools/each.ts';
import { haAsked, haStatus } from '../../src/tools/proxmox/cluster-ha.ts';
import { orElse } from '../../src/tools/proxmox/cluster-view.ts';
import { lrmWord } from '../../src/tools/proxmox/lrm-word.ts';
import { resources } from '../../src/tools/proxmox/resources.ts';

/** What high availability looks after: what was asked for, what it is at, whether nodes can be fenced. */
export default command({
  summary: { en: 'Show high availability', zh: '查看高可用状态' },
  examples: ['cluster ha', 'cluster ha alpha'],
  risk: 'none',
  kinds: ['pve'],
  args: { on: anyTargets() },
  async plan(_input, look) {
    const all = await each(look, (host) =>
      Promise.all([look.read(host, haStatus()), orElse(look.read(host, haAsked()), new Map<string, string>()), look.read(host, resources())]),
    );
    const rows = answers(all).flatMap(({ host, value: [ha, asked, { guests }] }) => {
      const sids = [...new Set([...ha.services.map(({ sid }) => sid), ...asked.keys()])].sort();
      return sids.map((sid): Cell[] => {
        const service = ha.services.find((one) => one.sid === sid);
        const name = guests.find(({ vmid }) => sid.endsWith(`:${vmid}`))?.name;
        return [
          name === undefined ? sid : `${name} (${sid})`,
          host.name,
          service?.node ?? '-',
          quoted(service?.asked || asked.get(sid) || '-'),
          state(service?.state ?? ''),
        ];
      });
    });
    const columns = [
      say({ en: 'guest', zh: '客户机' }),
      say({ en: 'cluster', zh: '集群' }),
      say({ en: 'node', zh: '节点' }),
      say({ en: 'asked for', zh: '要求' }),
      say({ en: 'is', zh: '当前' }),
    ];
    const blocks = answers(all).map(({ host, value: [ha] }): Block => {
      const facts: [Said, Cell][] = [
        [say({ en: 'quorum', zh: '法定票数' }), ha.quorate ? say({ en: 'yes', zh: '有' }) : say({ en: 'NO', zh: '无' })],
        [say({ en: 'fencing', zh: '隔离' }), quoted(ha.fencing || '-')],
        ...(ha.armed === undefined ? [] : [[say({ en: 'armed', zh: '布防' }), quoted(ha.armed)] as [Said, Cell]]),
        [say({ en: 'master', zh: '主控' }), quoted(masterWord(ha.master))],
        ...ha.lrms.map(({ node, status }): [Said, Cell] => [quoted(node), quoted(lrmWord(status))]),
      ];
      return { kind: 'facts', facts: [[say({ en: 'cluster', zh: '集群' }), host.name], ...facts] };
    });
    return answer(say({ en: 'high availability', zh: '高可用' }), [{ kind: 'table', columns, rows }, ...blocks], { notes: troubles(all) });
  },
});

/** `pve1, active`. */
function masterWord(status: string): string {
  return status === '' ? '-' : [/^\S+/.exec(status)?.[0] ?? '', lrmWord(status)].join(', ');
}

/** States in which a person has to do something stand out. */
function state(word: string): Said {
  if (word === 'error') return say({ en: 'ERROR: ask for `disabled`, then again for what it shall be', zh: '错误：请先设为 `disabled`，再设为所需状态' });
  return word === 'fence' || word === 'recovery'
    ? say({ en: '{word}: its node is being fenced', zh: '{word}：其节点正被隔离' }, { word })
    : quoted(word || '-');
}
