import { targets } from '../../../src/core/args.ts';
import { answer, command } from '../../../src/core/command.ts';
import type { Block, Cell } from '../../../src/core/types.ts';
import { list, quoted, say } from '../../../src/core/words.ts';
import { answers, each, troubles } from '../../../src/tools/each.ts';
import { knownAmong } from '../../../src/tools/facts.ts';
import { HOST, stateCell } from '../../../src/tools/look.ts';
import { tinc } from '../../../src/tools/tinc.ts';

/** The tinc networks of hosts: their units, whom they connect to, their link; what tinc 1.1 says of its nodes, or else its journal, is shown as it is. */
export default command({
  summary: { en: 'Show the tinc networks of hosts', zh: '查看主机的 tinc 网络' },
  examples: ['net tinc show pve1', 'net tinc show @pve'],
  risk: 'none',
  args: { on: targets() },
  async plan(_input, look) {
    const all = await each(look, async (host) => {
      await knownAmong(look, host);
      return look.read(host, tinc());
    });
    const rows = answers(all).flatMap(({ host, value: { version, nets } }): Cell[][] =>
      nets.length === 0
        ? [[host.name, say({ en: 'none', zh: '无' }), '', '', '', quoted(version)]]
        : nets.map(({ name, unit, self, peers, link }) => [host.name, quoted(name), stateCell(unit || '?'), quoted(self), list(peers), quoted(link || '-')]),
    );
    const table: Block = {
      kind: 'table',
      columns: [
        HOST,
        say({ en: 'network', zh: '网络' }),
        say({ en: 'unit', zh: '单元' }),
        say({ en: 'it is', zh: '本机名' }),
        say({ en: 'connects to', zh: '连接到' }),
        say({ en: 'link', zh: '接口' }),
      ],
      rows,
    };
    const raw = answers(all).flatMap(({ host, value: { version, nets } }) =>
      nets.flatMap(({ name, said }): Block[] =>
        said === ''
          ? []
          : [
              {
                kind: 'text',
                text: say(
                  { en: '{net} on {host}, tinc {version}, not parsed:', zh: '{host} 上的 {net}，tinc {version}，未解析：' },
                  { net: name, host: host.name, version: version || '?' },
                ),
              },
              { kind: 'code', text: said },
            ],
      ),
    );
    return answer(say({ en: 'tinc networks', zh: 'tinc 网络' }), [table, ...raw], { notes: troubles(all) });
  },
});
