import { check } from '../../core/check.ts';
import { say } from '../../core/words.ts';
import { found, skip } from '../doctor/verdicts.ts';
import { usages } from '../proxmox/pbs.ts';

const MOST = 85;

export default check({
  title: { en: 'datastores have room', zh: '数据存储仍有空间' },
  why: { en: 'when it is full every backup fails, and garbage collection can free nothing for a day', zh: '写满后备份全部失败，垃圾回收一天内也无法释放空间' },
  source: 'Proxmox Backup manual, “Garbage Collection”; GET /status/datastore-usage',
  appliesTo: { en: 'backup servers', zh: '备份服务器' },
  kinds: ['pbs'],
  async examine(look, host) {
    const all = (await look.read(host, usages())).filter(({ total }) => total > 0);
    if (all.length === 0) return skip('no datastore may be seen', '没有可见的数据存储');
    return found(
      ...all.map(({ store, used, total }) => {
        const percent = Math.floor((used / total) * 100);
        if (percent <= MOST) return undefined;
        return {
          name: store,
          severity: percent >= 95 ? ('critical' as const) : ('warning' as const),
          what: say({ en: 'datastore {store} is {percent} % full', zh: '数据存储 {store} 已用 {percent} %' }, { store, percent }),
          fix: `datastore gc ${host.name}/${store}`,
        };
      }),
    );
  },
});
