import { check } from '../../core/check.ts';
import { say } from '../../core/words.ts';
import { lineName, shownName, vmConfigs } from '../doctor/guests.ts';
import { found, skip } from '../doctor/verdicts.ts';
import { properties, text } from '../proxmox/fields.ts';

const MIB: Readonly<Record<string, number>> = { M: 1, G: 1024, T: 1_048_576 };

/** MiB of `8192M`, `8G`; QEMU takes a bare number as MiB here. */
function mib(size: string | undefined): number | undefined {
  const [, n, unit = 'M'] = /^(\d+)([MGT]?)$/i.exec(size ?? '') ?? [];
  return n === undefined ? undefined : Number(n) * (MIB[unit.toUpperCase() || 'M'] ?? 1);
}

export default check({
  title: { en: 'memory of a guest is the memory it shares', zh: '客户机内存与其共享内存一致' },
  why: {
    en: 'a guest whose memory differs from its shared backend does not start; without share=on virtiofs does not work',
    zh: '内存与共享后端不一致则无法启动；没有 share=on 则 virtiofs 无法工作',
  },
  source: 'qemu(1): -object memory-backend-file, share, -numa node,memdev; virtiofsd README, “Examples”',
  appliesTo: { en: 'clusters with guests that have virtiofs by args', zh: '有客户机通过 args 使用 virtiofs 的集群' },
  kinds: ['pve'],
  async examine(look, host) {
    const all = (await vmConfigs(look, host))
      .map((one) => ({ ...one, args: text(one.config, 'args') ?? '' }))
      .filter(({ args }) => args.includes('vhost-user-fs'));
    if (all.length === 0) return skip('no guest has virtiofs by args', '没有客户机通过 args 使用 virtiofs');
    return found(
      ...all.map(({ guest, config, args }) => {
        const backend = properties(/-object\s+(memory-backend-\S+)/.exec(args)?.[1]);
        const size = mib(backend.get('size'));
        const current = properties(text(config, 'memory')).get('current') ?? text(config, 'memory');
        const memory = mib(current) ?? 512;
        const name = shownName(guest);
        if (backend.get('share') !== 'on')
          return {
            name: String(guest.vmid),
            severity: 'warning' as const,
            what: say({ en: '{name} has virtiofs by args without share=on', zh: '{name} 通过 args 使用 virtiofs 但缺少 share=on' }, { name }),
            fix: `vm config ${lineName(host, guest)}`,
          };
        if (size === undefined || size === memory) return undefined;
        return {
          name: String(guest.vmid),
          severity: 'critical' as const,
          what: say(
            { en: '{name} has {memory} MiB of memory and shares {size} MiB: it will not start', zh: '{name} 内存为 {memory} MiB，共享 {size} MiB：无法启动' },
            { name, memory, size },
          ),
          fix: `vm set ${lineName(host, guest)} --memory ${size}M`,
        };
      }),
    );
  },
});
