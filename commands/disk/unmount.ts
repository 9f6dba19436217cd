import { flag, host } from '../../src/core/args.ts';
import { answer, command } from '../../src/core/command.ts';
import { Refusal } from '../../src/core/errors.ts';
import type { Step } from '../../src/core/types.ts';
import { say } from '../../src/core/words.ts';
import { atMost } from '../../src/tools/at-most.ts';
import { fstab, parseFstab, putFstab, sayable, withoutLine } from '../../src/tools/disks/fstab.ts';
import { here } from '../../src/tools/disks/here.ts';
import { blockDevices, flat } from '../../src/tools/disks/lsblk.ts';
import { holders, isMounted, mountPoints, unmount } from '../../src/tools/disks/mounts.ts';
import { ownLine } from '../../src/tools/disks/own-line.ts';
import { VITAL } from '../../src/tools/disks/vital.ts';
import { path } from '../../src/tools/disks/words.ts';

/** Options that findmnt shows and mount(8) does not take back. */
const SHOWN_ONLY = /^(seclabel|resv_strict)$/;

/** Unmounts a file system that nobody uses; with `--forget` it does not come back at boot either. */
export default command({
  summary: { en: 'Unmount a file system', zh: '卸载文件系统' },
  examples: ['disk unmount web1 /srv/www'],
  risk: 'medium',
  args: { host: host(), path: path() },
  options: {
    /** Its line of /etc/fstab goes, too. */
    forget: flag(),
  },
  async plan({ host: name, path: at, forget }, look) {
    const place = await here(look, name, 'findmnt', 'umount', 'lsblk');
    const { host } = place;
    const [mounted, table, busy, tree] = await Promise.all([
      look.read(host, mountPoints()),
      look.read(host, fstab()),
      look.read(host, holders(at)),
      look.read(host, blockDevices()),
    ]);
    const found = mounted.findLast((one) => one.path === at);
    const line = parseFstab(table).find((one) => one.path === at);
    if (!found && !(forget && line))
      return answer(say({ en: 'nothing is mounted on {path} on {host}', zh: '{host} 的 {path} 上没有挂载' }, { path: at, host: host.name }), []);
    if (VITAL.includes(at))
      throw new Refusal(
        say({ en: '{host} itself stands on {path}; nothing was done', zh: '{host} 系统本身依赖 {path}；未做任何操作' }, { host: host.name, path: at }),
      );
    const below = mounted.filter((one) => one.path.startsWith(`${at}/`));
    if (below.length > 0)
      throw new Refusal(
        say({ en: 'below {path} more is mounted: {below}', zh: '{path} 之下还有挂载：{below}' }, { path: at, below: atMost(below.map((one) => one.path)) }),
        say({ en: 'unmount that first', zh: '请先卸载这些' }),
      );
    if (busy.processes.length + busy.files.length > 0)
      throw new Refusal(
        say(
          { en: '{path} is in use by {who}; nothing was done', zh: '{path} 正被 {who} 使用；未做任何操作' },
          { path: at, who: atMost([...busy.processes.map(({ program, pid }) => `${program} (${pid})`), ...busy.files], 10) },
        ),
        say({ en: 'stop what uses it, then ask again', zh: '请先停止使用者，再重试' }),
      );
    const device = flat(tree).find((one) => one.name === found?.source);
    const options = (found?.options ?? '').split(',').filter((option) => !SHOWN_ONLY.test(option));
    const drop = forget && line !== undefined;
    // A line that Hostler would write comes back as it was; any other is not its to write.
    const own = drop && device ? line.text === ownLine(device.uuid, at, line.type, withoutNofail(line.options)) : true;
    const on = place.on(at);
    const steps: Step[] = [
      ...(found
        ? ([
            { kind: 'exec', on, why: say({ en: 'unmount', zh: '卸载' }), argv: unmount(at), timeoutMs: 120_000 },
            {
              kind: 'wait',
              on,
              why: say({ en: 'until it is unmounted', zh: '直到已卸载' }),
              read: isMounted(at),
              until: { is: '' },
              everyMs: 500,
              timeoutMs: 15_000,
            },
          ] satisfies Step[])
        : []),
      ...(drop
        ? ([
            {
              kind: 'exec',
              on,
              why: say({ en: 'write /etc/fstab', zh: '写入 /etc/fstab' }),
              argv: putFstab(),
              stdin: sayable(host, withoutLine(table, line.text)),
              timeoutMs: 30_000,
            },
          ] satisfies Step[])
        : []),
    ];
    return {
      summary: say({ en: 'unmount {path} on {host}', zh: '在 {host} 上卸载 {path}' }, { path: at, host: host.name }),
      steps,
      facts: [
        {
          what: say({ en: 'mounted on {path}', zh: '挂载于 {path}' }, { path: at }),
          value: found ? `${found.source} ${found.type} ${found.options}` : '-',
          at: place.at,
          holds: `mount ${host.name} ${at} ${found?.source ?? ''} ${found?.type ?? ''} ${found?.options ?? ''}`,
        },
        ...(drop
          ? [
              {
                what: say({ en: 'line of /etc/fstab that goes', zh: '将从 /etc/fstab 移除的行' }),
                value: line.text,
                at: place.at,
                holds: `fstab ${host.name} ${table}`,
              },
            ]
          : []),
      ],
      locks: [place.lock(`mount:${at.slice(1)}`), ...(device ? [place.lock(`disk:${device.name}`)] : []), ...(drop ? [place.lock('fstab')] : [])],
      risk: 'medium',
      undo:
        found && device?.uuid && own
          ? {
              command: 'disk mount',
              input: {
                host: name,
                device: device.name,
                path: at,
                type: found.type,
                options: drop ? withoutNofail(line.options) : options.join(',') || 'defaults',
                persist: drop,
                over: true, // what was under it before is so again
              },
            }
          : {
              impossible: found
                ? say(
                    { en: 'mount it by hand: {source} {type} {options}', zh: '请手动挂载：{source} {type} {options}' },
                    { source: found.source, type: found.type, options: found.options },
                  )
                : say({ en: 'put the line back by hand: {line}', zh: '请手动恢复该行：{line}' }, { line: line?.text ?? '' }),
            },
      notes:
        line && !forget
          ? [
              say({
                en: '/etc/fstab mounts it again at the next boot; `--forget` takes the line out',
                zh: '/etc/fstab 会在下次启动时再次挂载；`--forget` 可移除该行',
              }),
            ]
          : [],
    };
  },
});

function withoutNofail(options: string): string {
  return options
    .split(',')
    .filter((option) => option !== 'nofail')
    .join(',');
}
