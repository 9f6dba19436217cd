import { anyTargets } from '../../src/core/args.ts';
import type { Host, Look } from '../../src/core/command.ts';
import { command } from '../../src/core/command.ts';
import type { Cell } from '../../src/core/types.ts';
import { say } from '../../src/core/words.ts';
import { daysLeft, type EndOfLife, endOf, endOfProxmox, type Release, SOON } from '../../src/tools/eol.ts';
import { knownAmong } from '../../src/tools/facts.ts';
import { tableOver } from '../../src/tools/look.ts';
import { version } from '../../src/tools/proxmox/cluster.ts';

/** Until when what hosts run is mended, by a table of the distributions' own days. */
export default command({
  summary: { en: 'Show until when releases are supported', zh: '查看系统版本的支持期限' },
  examples: ['host eol', 'host eol @web db1', 'host eol alpha pbs1'],
  risk: 'none',
  kinds: ['linux', 'libvirt', 'pve', 'pbs'],
  args: { on: anyTargets() },
  plan: (_input, look) =>
    tableOver(
      look,
      say({ en: 'end of life', zh: '支持期限' }),
      [say({ en: 'system', zh: '系统' }), say({ en: 'verdict', zh: '结论' }), say({ en: 'supported until', zh: '支持至' }), say({ en: 'source', zh: '来源' })],
      (host) => ask(look, host),
      (_host, { system, end }): Cell[][] => [
        [
          system,
          end?.release ? verdict(end.release, look.now()) : say({ en: 'not in the table: look it up', zh: '不在表中：请自行查询' }),
          end?.release ? until(end.release) : '-',
          end?.source ?? '-',
        ],
      ],
    ),
});

async function ask(look: Look, host: Host): Promise<{ readonly system: string; readonly end: EndOfLife | undefined }> {
  if (host.kind === 'pve' || host.kind === 'pbs') {
    const end = endOfProxmox(host.kind === 'pve' ? 'proxmox-ve' : 'proxmox-backup-server', await look.read(host, version()));
    return { system: end?.system ?? '?', end };
  }
  const facts = await knownAmong(look, host);
  return { system: facts.os.pretty || facts.os.id, end: endOf(facts) };
}

function verdict(release: Release, now: number): Cell {
  const days = daysLeft(release, now);
  if (days === undefined) return say({ en: 'supported', zh: '受支持' });
  if (days <= 0) return say({ en: 'ENDED {n} days ago: upgrade', zh: '已于 {n} 天前终止：请升级' }, { n: -days });
  return days < SOON ? say({ en: 'ends in {n} days: plan the upgrade', zh: '{n} 天后终止：请计划升级' }, { n: days }) : say({ en: 'supported', zh: '受支持' });
}

function until({ ends, further }: Release): Cell {
  if (ends === undefined) return say({ en: 'not announced', zh: '未公布' });
  return further ? say({ en: '{ends}, by {who} {last}', zh: '{ends}，{who} 至 {last}' }, { ends, who: further.who, last: further.ends }) : ends;
}
