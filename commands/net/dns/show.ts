import { dnsName, targets } from '../../../src/core/args.ts';
import { command } from '../../../src/core/command.ts';
import type { Cell } from '../../../src/core/types.ts';
import { list, type Said, say } from '../../../src/core/words.ts';
import { type Asked, askServers, dns } from '../../../src/tools/dns.ts';
import { knownFacts } from '../../../src/tools/facts.ts';
import { tableOver } from '../../../src/tools/look.ts';

/** Which resolvers hosts use, who manages them, and whether each of them answers. */
export default command({
  summary: { en: 'Show which name servers hosts use', zh: '查看主机使用的 DNS 服务器' },
  examples: ['net dns show web1', 'net dns show @web --lookup www.example.org'],
  risk: 'none',
  args: { on: targets() },
  options: { lookup: dnsName().default('example.org') },
  plan: ({ lookup }, look) =>
    tableOver(
      look,
      say({ en: 'name servers, asked for {lookup}', zh: 'DNS 服务器（查询 {lookup}）' }, { lookup }),
      [
        say({ en: 'managed by', zh: '管理者' }),
        say({ en: 'server', zh: '服务器' }),
        say({ en: 'it', zh: '状态' }),
        say({ en: 'search', zh: '搜索域' }),
        say({ en: 'which asks', zh: '上游' }),
      ],
      async (host) => {
        await knownFacts(look, host);
        const [found, asked] = await Promise.all([look.read(host, dns()), look.read(host, askServers([], lookup))]);
        return { found, asked };
      },
      (_host, { found, asked }) => {
        const servers = found.servers.length > 0 ? found.servers : ['-'];
        return servers.map((server, i): Cell[] => [
          i === 0 ? managed(found.manager, found.path) : '',
          server,
          stateOf(asked.find((one) => one.server === server)),
          i === 0 ? found.search.join(' ') || '-' : '',
          i === 0 && found.links.length > 0 ? list(found.links) : '',
        ]);
      },
    ),
});

function managed(manager: string, path: string): Cell {
  if (manager === 'file') return say({ en: 'nobody: a plain file', zh: '无：普通文件' });
  if (manager === 'unknown') return say({ en: 'not known: {path}', zh: '未知：{path}' }, { path: path || '?' });
  return manager;
}

const STATES: Readonly<Record<Asked['said'], Said>> = {
  answers: say({ en: 'answers', zh: '有应答' }),
  'does not know': say({ en: 'answers: no such name', zh: '有应答：无此名称' }),
  fails: say({ en: 'fails', zh: '查询失败' }),
  refuses: say({ en: 'refuses', zh: '拒绝' }),
  silent: say({ en: 'no answer', zh: '无应答' }),
};

function stateOf(asked: Asked | undefined): Cell {
  return asked ? STATES[asked.said] : '-';
}
