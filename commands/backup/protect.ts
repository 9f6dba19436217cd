import { z } from 'zod';
import { word } from '../../src/core/args.ts';
import { apiPath } from '../../src/core/call.ts';
import { answer, command } from '../../src/core/command.ts';
import { say } from '../../src/core/words.ts';
import { when } from '../../src/tools/proxmox/archive-words.ts';
import { sourceOf } from '../../src/tools/proxmox/backup-restore.ts';
import { clusters, named } from '../../src/tools/proxmox/cluster-guests.ts';
import { bytes } from '../../src/tools/units.ts';

/** Keeps a backup from being pruned or deleted, or with `--off` no longer. */
export default command({
  summary: { en: 'Protect a backup from pruning, or --off', zh: '保护备份不被清理（--off 取消）' },
  examples: ['backup protect gitlab', 'backup protect gitlab --from latest'],
  risk: 'low',
  kinds: ['pve'],
  args: { what: word(/^[^\s-].*$/, { en: 'GUEST|ARCHIVE', zh: '客户机|归档' }) },
  options: {
    /** `latest`, a volume id or the end of one, or a day such as 2026-11-20. */
    from: word(/^[A-Za-z0-9][^\s]*$/, { en: 'ARCHIVE', zh: '归档' }).optional(),
    off: z.boolean().default(false),
  },
  async plan({ what, from, off }, look) {
    const seen = await clusters(look);
    const { host, archive, notes, asked } = await sourceOf(look, seen, what, from);
    const name = `${host.name}/${archive.volid}`;
    const more = { about: [named(host, asked)], listed: seen.listed, notes: [...seen.notes, ...notes] };
    if (archive.protected === !off)
      return answer(say({ en: '{name} is {how} already: nothing to do', zh: '{name} 已是{how}：无需操作' }, { name, how: how(!off) }), [], more);
    const at = look.now();
    const values = { vmid: archive.vmid ?? '?', when: when(archive.at), size: bytes(archive.size) };
    return {
      summary: off
        ? say({ en: 'let {name} be pruned again', zh: '取消对 {name} 的保护' }, { name })
        : say({ en: 'protect {name}', zh: '保护 {name}' }, { name }),
      steps: [
        {
          kind: 'api',
          on: { site: host.site, host: host.name, name: archive.storage },
          why: off ? say({ en: 'take the protection away', zh: '取消保护' }) : say({ en: 'protect', zh: '保护' }),
          method: 'PUT',
          path: apiPath`/nodes/${archive.on}/storage/${archive.storage}/content/${archive.volid}`,
          params: { protected: off ? 0 : 1 },
          proof: 'again',
        },
      ],
      facts: [
        {
          what: say({ en: 'backup', zh: '备份' }),
          value: say({ en: 'of {vmid}, {when} UTC, {size}', zh: '{vmid}，{when} UTC，{size}' }, values),
          at,
          holds: `archive ${name} ${archive.at}`,
        },
        { what: say({ en: 'now', zh: '当前' }), value: how(archive.protected), at, holds: `protected ${name} ${archive.protected}` },
      ],
      locks: [{ name: `${host.site}/${host.name}/storage:${archive.storage}` }],
      risk: off ? 'medium' : 'low',
      undo: { command: 'backup protect', input: { what: name, off: !off } },
      ...more,
    };
  },
});

function how(on: boolean) {
  return on ? say({ en: 'protected', zh: '受保护' }) : say({ en: 'not protected', zh: '未受保护' });
}
