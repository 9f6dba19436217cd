import { targets } from '../../src/core/args.ts';
import { answer, command } from '../../src/core/command.ts';
import type { Block, Cell } from '../../src/core/types.ts';
import { say } from '../../src/core/words.ts';
import { answers, each, troubles } from '../../src/tools/each.ts';
import * as ip from '../../src/tools/ip.ts';
import { kindCell, mtuCell } from '../../src/tools/links/show.ts';
import { HOST, stateCell } from '../../src/tools/look.ts';

/** Links with what they are, addresses, MTU and losses, and the routes, of one or many hosts. */
export default command({
  summary: { en: 'Show links, addresses and routes', zh: '查看网卡、地址与路由' },
  examples: ['net show web1', 'net show @kvm'],
  risk: 'none',
  args: { on: targets() },
  async plan(_input, look) {
    const all = await each(look, (host) =>
      Promise.all([look.read(host, ip.links()), look.read(host, ip.drops()), look.read(host, ip.routes(4)), look.read(host, ip.routes(6))]),
    );
    const links: Block = {
      kind: 'table',
      columns: [
        HOST,
        say({ en: 'link', zh: '网卡' }),
        say({ en: 'kind', zh: '类型' }),
        say({ en: 'state', zh: '状态' }),
        say({ en: 'addresses', zh: '地址' }),
        say({ en: 'MTU', zh: 'MTU' }),
        say({ en: 'part of', zh: '从属于' }),
        say({ en: 'lost', zh: '丢包' }),
      ],
      rows: answers(all).flatMap(({ host, value: [found, drops] }) =>
        found.map((link): Cell[] => {
          const lost = drops.get(link.ifname);
          const addresses = link.addr_info.filter(({ scope }) => scope !== 'link').map(({ local, prefixlen }) => `${local ?? '?'}/${prefixlen ?? '?'}`);
          return [
            host.name,
            link.ifname,
            kindCell(link, found),
            stateCell(link.operstate),
            addresses.join(' '),
            mtuCell(link, found),
            link.master ?? '',
            (lost?.errors ?? 0) + (lost?.dropped ?? 0),
          ];
        }),
      ),
    };
    const routes: Block = {
      kind: 'table',
      columns: [HOST, say({ en: 'to', zh: '目的' }), say({ en: 'via', zh: '网关' }), say({ en: 'link', zh: '网卡' })],
      rows: answers(all).flatMap(({ host, value: [, , four, six] }) =>
        [...four, ...six.filter(({ dst }) => !dst.startsWith('fe80:'))].map((route): Cell[] => [
          host.name,
          route.dst,
          route.gateway ?? say({ en: 'direct', zh: '直连' }),
          route.dev ?? '',
        ]),
      ),
    };
    return answer(say({ en: 'network', zh: '网络' }), [links, routes], { notes: troubles(all) });
  },
});
