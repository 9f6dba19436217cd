import { anyTargets } from '../../src/core/args.ts';
import { answer, command, SHELL_KINDS } from '../../src/core/command.ts';
import type { Cell } from '../../src/core/types.ts';
import { say } from '../../src/core/words.ts';
import { noteOf, sortWorst, truthRow } from '../../src/tools/hostbackup/rows.ts';
import { declaredOn, seenOf } from '../../src/tools/hostbackup.ts';
import { age, NEVER } from '../../src/tools/proxmox/archive-words.ts';
import { truth } from '../../src/tools/proxmox/backup-truth.ts';

/** How well each guest and host is really backed up, the worst first: last backup, last one that was verified, and whether any job covers it. */
export default command({
  summary: { en: 'Show how well guests and hosts are backed up', zh: '查看客户机与主机的真实备份情况' },
  examples: ['backup truth', 'backup truth alpha', 'backup truth web1'],
  risk: 'none',
  kinds: ['pve', 'pbs', 'linux', 'libvirt'],
  among: (_input, hosts) => hosts.filter((host) => !SHELL_KINDS.includes(host.kind) || (host.backups ?? []).length > 0),
  args: { on: anyTargets() },
  async plan(_input, look) {
    const [{ found, notes }, own] = await Promise.all([
      truth(look),
      Promise.all(declaredOn(look.hosts).map(async (one) => ({ one, seen: await seenOf(look, one) }))),
    ]);
    const now = look.now();
    const rows = found.map(({ host, guest, last, verified, failed, covered, worry }): Cell[] => [
      `${guest.name} (${guest.vmid})`,
      host.name,
      last === undefined ? NEVER : age(last, now),
      verified === undefined ? NEVER : age(verified, now),
      covered === undefined ? say({ en: 'not known', zh: '未知' }) : covered ? say({ en: 'yes', zh: '是' }) : say({ en: 'NO', zh: '否' }),
      worry === 'none'
        ? say({ en: 'no backup', zh: '无备份' })
        : failed
          ? say({ en: 'newest FAILED verification', zh: '最新备份校验失败' })
          : worry === 'old'
            ? say({ en: 'old', zh: '过旧' })
            : worry === 'unproven'
              ? say({ en: 'never verified', zh: '从未校验' })
              : worry === 'jobless'
                ? say({ en: 'in no job', zh: '无任务' })
                : say({ en: 'good', zh: '良好' }),
    ]);
    const ofHosts = sortWorst(own, now).map(({ one, seen }) => truthRow(one, seen, now));
    const columns = [
      say({ en: 'of', zh: '对象' }),
      say({ en: 'cluster', zh: '集群' }),
      say({ en: 'last backup', zh: '上次备份' }),
      say({ en: 'last verified', zh: '上次已校验的备份' }),
      say({ en: 'in a job', zh: '有任务' }),
      say({ en: 'verdict', zh: '结论' }),
    ];
    return answer(
      say({ en: 'how well guests and hosts are backed up, the worst first', zh: '客户机与主机的备份情况（最差的在前）' }),
      [{ kind: 'table', columns, rows: [...rows, ...ofHosts] }],
      {
        notes: [...notes, ...own.flatMap(({ one, seen }) => noteOf(one, seen, now))],
      },
    );
  },
});
