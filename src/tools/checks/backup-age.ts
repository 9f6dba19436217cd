import { check } from '../../core/check.ts';
import { say } from '../../core/words.ts';
import { found, skip } from '../doctor/verdicts.ts';
import { declaredOn, lastWords, seenOf, worryOf } from '../hostbackup.ts';

export default check({
  title: { en: 'the backups of a host are young', zh: '主机的备份足够新' },
  why: { en: 'a job that does not run any more is noticed when it is needed', zh: '不再运行的任务往往在需要时才被发现' },
  source: 'maxAge of the backup in the configuration; restic(1) snapshots, borg-list(1), rsync(1)',
  appliesTo: { en: 'hosts with declared backups', zh: '配置了备份的主机' },
  kinds: ['linux', 'libvirt'],
  async examine(look, host) {
    const all = declaredOn([host]);
    if (all.length === 0) return skip('no backup is declared for it', '没有为其配置备份');
    const seen = await Promise.all(all.map(async (one) => ({ one, seen: await seenOf(look, one) })));
    return found(
      ...seen.map(({ one, seen: last }) =>
        ['good', 'unproven'].includes(worryOf(one, last, look.now()))
          ? undefined
          : {
              name: one.backup.name,
              severity: 'critical' as const,
              what: say({ en: 'last backup {name}: {last}', zh: '上次备份 {name}：{last}' }, { name: one.name, last: lastWords(one, last, look.now()) }),
              fix: `backup run ${one.name}`,
            },
      ),
    );
  },
});
