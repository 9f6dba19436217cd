import { targets } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { list, say } from '../../src/core/words.ts';
import { packagesLock, packagesOf } from '../../src/tools/packages.ts';

/** Fetches the package lists of hosts; no package is touched. */
export default command({
  summary: { en: 'Fetch the package lists of hosts', zh: '获取主机的软件包列表' },
  examples: ['pkg refresh web1', 'pkg refresh @web'],
  risk: 'low',
  args: { on: targets() },
  async plan(_input, look) {
    const all = await Promise.all(look.hosts.map(async (host) => ({ host, manager: await packagesOf(look, host) })));
    const hosts = list(all.map(({ host }) => host.name));
    return {
      summary: say({ en: 'fetch package lists on {hosts}', zh: '在 {hosts} 上获取软件包列表' }, { hosts }),
      steps: all.map(({ host, manager }) => ({
        kind: 'exec' as const,
        on: { site: host.site, host: host.name },
        why: say({ en: 'fetch package lists', zh: '获取软件包列表' }),
        argv: manager.refresh(),
        timeoutMs: 600_000,
      })),
      facts: [],
      locks: all.map(({ host }) => packagesLock(host)),
      risk: 'low',
      undo: { impossible: say({ en: 'newer lists do no harm', zh: '较新的列表没有害处' }) },
      offers: [{ label: say({ en: 'Updates', zh: '更新' }), line: `pkg updates ${all.map(({ host }) => host.name).join(' ')}` }],
    };
  },
});
