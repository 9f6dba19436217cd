import { z } from 'zod';
import { confirm, guest, storage, word } from '../../src/core/args.ts';
import { command, type Look } from '../../src/core/command.ts';
import { Refusal } from '../../src/core/errors.ts';
import { join } from '../../src/core/join.ts';
import { stepReport } from '../../src/core/outcome.ts';
import { assess, highest } from '../../src/core/risk.ts';
import type { Block, Cell, Plan } from '../../src/core/types.ts';
import { list, quoted, say } from '../../src/core/words.ts';
import { disturbsGuest } from '../../src/tools/expects.ts';
import { warnings } from '../../src/tools/hostbackup/plan.ts';
import { runHosts } from '../../src/tools/hostbackup/run.ts';
import { aboutHosts, amongHosts, backupsNamed, mustBeOne, type OfHost } from '../../src/tools/hostbackup.ts';
import { parseDump } from '../../src/tools/proxmox/backup.ts';
import { mustBeFree, runOne } from '../../src/tools/proxmox/backup-run.ts';
import { aboutIt, type Clusters, clusters, guestNames, lockIn, manyGuests } from '../../src/tools/proxmox/cluster-guests.ts';
import { mustBeQuorate } from '../../src/tools/proxmox/cluster-view.ts';
import { clusterTasks } from '../../src/tools/proxmox/task-list.ts';

const KEEP = 'keep-(last|hourly|daily|weekly|monthly|yearly)=[1-9]\\d{0,3}';

const ORDER = say({ en: 'within a cluster one after the other; one that fails does not end the others', zh: '同一集群内逐个备份；某个失败不影响其余' });

/** Backs guests up, one task each on its own node, and hosts by the programs declared for them. Older backups are never removed unless `--keep` asks for it. */
export default command({
  summary: { en: 'Back guests and hosts up now', zh: '立即备份客户机和主机' },
  examples: [
    'backup run gitlab',
    'backup run web-a dns1 --storage nas --protect',
    'backup run dns1 --mode stop --notes "before the upgrade"',
    'backup run gitlab --keep keep-last=3',
    'backup run web1/etc',
    'backup run db1',
    'backup run web1/etc --confirm web1/etc',
  ],
  risk: 'low',
  kinds: ['pve', 'linux', 'libvirt'],
  among: amongHosts('guests'),
  args: { guests: z.array(guest()).min(1).max(50) },
  options: {
    storage: storage().optional(),
    mode: z.enum(['snapshot', 'suspend', 'stop']).default('snapshot'),
    /** Pruning never removes it, until `backup protect --off`. */
    protect: z.boolean().default(false),
    /** One line; no braces, which vzdump would fill in. */
    notes: word(/^[^{}\n]+$/, { en: 'TEXT', zh: '文字' }).optional(),
    /** What is kept of the guest's backups on that storage afterwards; without it, all. */
    keep: word(new RegExp(`^${KEEP}(,${KEEP})*$`), { en: 'keep-last=N,…', zh: 'keep-last=N,…' }).optional(),
    /** The host's backup that may be of nothing, or of which the copy may lose most of what it has. */
    confirm: confirm().optional(),
  },
  async plan({ guests: typed, storage: to, mode, protect, notes, keep, confirm: meant }, look) {
    const { mine, rest: guests } = backupsNamed(look, typed);
    if (mine.length > 0 && (to !== undefined || mode !== 'snapshot' || protect || notes !== undefined || keep !== undefined)) throw forGuestsOnly(mine);
    const seen = await clusters(look);
    mustBeOne(typed, mine, guestNames(seen));
    if (mine.length === 0 && meant !== undefined) throw forHostsOnly();
    const hosts = mine.length > 0 ? { ...(await runHosts(look, mine, meant)), about: aboutHosts(typed, mine) } : undefined;
    if (hosts && guests.length === 0) return hosts;
    const ofGuests = await runGuests(look, seen, guests, { to, mode, protect, notes, keep });
    return hosts ? together(ofGuests, hosts) : ofGuests;
  },
  report(plan, outcomes) {
    const rows = plan.steps.flatMap((step, i): Cell[][] => {
      const outcome = outcomes[i];
      if (step.kind !== 'api' || outcome?.kind !== 'task' || outcome.came === 'error') return [];
      const made = parseDump(outcome.output, Number(step.params.vmid));
      return [[step.on.name ?? '', quoted(made.archive), quoted(made.size), quoted(made.took), quoted(String(step.params.storage))]];
    });
    const columns = [
      say({ en: 'guest', zh: '客户机' }),
      say({ en: 'archive', zh: '归档' }),
      say({ en: 'size', zh: '大小' }),
      say({ en: 'took', zh: '用时' }),
      say({ en: 'storage', zh: '存储' }),
    ];
    const made: Block[] = rows.length > 0 ? [{ kind: 'table', columns, rows }] : [];
    const said = warnings(plan, outcomes).map((text): Block => ({ kind: 'text', text }));
    return { blocks: [...made, ...said, ...stepReport(plan, outcomes)] };
  },
});

interface How {
  readonly to: string | undefined;
  readonly mode: 'snapshot' | 'suspend' | 'stop';
  readonly protect: boolean;
  readonly notes: string | undefined;
  readonly keep: string | undefined;
}

async function runGuests(look: Look, seen: Clusters, guests: readonly string[], { to, mode, protect, notes, keep }: How): Promise<Plan> {
  const chosen = manyGuests(seen, guests);
  const hosts = [...new Set(chosen.map(({ host }) => host))];
  const tasks = new Map(await Promise.all(hosts.map(async (host) => [host.name, await look.read(host, clusterTasks())] as const)));
  await mustBeQuorate(look, hosts);
  for (const one of chosen) mustBeFree(one, tasks.get(one.host.name) ?? []);
  const each = await Promise.all(chosen.map((one) => runOne(look, one, { storage: to, mode, protect, notes, keep }, tasks.get(one.host.name) ?? [])));
  const down = mode === 'snapshot' ? [] : chosen.filter(({ guest: one }) => one.status === 'running');
  const assessed = down.map(({ host, guest: one }) =>
    assess(mode === 'stop' ? 'medium' : 'low', { host: host.name, guest: one.name, vmid: one.vmid, node: one.node }, look.self, look.now()),
  );
  return {
    summary: say({ en: 'back up {guests}', zh: '备份 {guests}' }, { guests: list(chosen.map(({ host, guest: one }) => `${host.name}/${one.name}`)) }),
    steps: each.map(({ step }) => step),
    facts: [...assessed.flatMap(({ facts }) => facts), ...each.map(({ fact }) => fact)],
    locks: chosen.map(({ host, guest: one }) => lockIn(host, one)),
    expects: chosen.flatMap(({ host, guest: one }) => disturbsGuest(host, one)),
    risk: highest([keep === undefined ? 'low' : 'medium', ...assessed.map(({ risk }) => risk)]),
    undo: {
      impossible:
        keep === undefined
          ? say({ en: 'a backup only adds an archive; the guests stay as they are', zh: '备份只会增加归档，客户机保持不变' })
          : say({ en: 'older backups that --keep removes cannot be brought back', zh: '--keep 删除的旧备份无法恢复' }),
    },
    about: chosen.map(aboutIt),
    listed: seen.listed,
    notes: [...(chosen.length > 1 ? [ORDER] : []), ...seen.notes, ...each.flatMap((one) => one.notes)],
  };
}

/** One plan for guests and hosts. */
function together(guests: Plan, hosts: Plan): Plan {
  const joined = join({ guests: { kind: 'plan', plan: guests }, hosts: { kind: 'plan', plan: hosts } });
  if (joined.kind === 'plan') return joined.plan;
  throw new Refusal(joined.message, joined.hint);
}

function forGuestsOnly(mine: readonly OfHost[]): Refusal {
  return new Refusal(
    say(
      {
        en: '--storage, --mode, --protect, --notes and --keep are for guests only, not for {names}',
        zh: '--storage、--mode、--protect、--notes 与 --keep 仅用于客户机，不适用于 {names}',
      },
      { names: list(mine.map(({ name }) => name)) },
    ),
  );
}

function forHostsOnly(): Refusal {
  return new Refusal(say({ en: '--confirm is for backups of hosts only, not for guests', zh: '--confirm 仅用于主机的备份，不适用于客户机' }));
}
