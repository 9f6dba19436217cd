import { flag, host, word } from '../../src/core/args.ts';
import { answer, command } from '../../src/core/command.ts';
import { Refusal } from '../../src/core/errors.ts';
import type { Fact, Step } from '../../src/core/types.ts';
import { say } from '../../src/core/words.ts';
import { fstab, parseFstab, putFstab, sayable, verifyFstab, withLine } from '../../src/tools/disks/fstab.ts';
import { here } from '../../src/tools/disks/here.ts';
import { blockDevices } from '../../src/tools/disks/lsblk.ts';
import { isMounted, mountByUuid, mountPoints } from '../../src/tools/disks/mounts.ts';
import { ownLine } from '../../src/tools/disks/own-line.ts';
import { findDevice } from '../../src/tools/disks/target.ts';
import { isVital, mustBeFree } from '../../src/tools/disks/vital.ts';
import { device, path } from '../../src/tools/disks/words.ts';
import { bytes } from '../../src/tools/units.ts';

/** Mounts a file system by its UUID; with `--persist` at every boot, too. */
export default command({
  summary: { en: 'Mount a file system', zh: '挂载文件系统' },
  examples: ['disk mount web1 /dev/sdb1 /srv/data', 'disk mount web1 /dev/sdb1 /srv/data --persist'],
  risk: 'medium',
  args: { host: host(), device: device(), path: path() },
  options: {
    type: word(/^[a-z][a-z0-9]{1,15}$/, { en: 'TYPE', zh: '类型' }).optional(),
    options: word(/^[a-z][A-Za-z0-9=,._:@/+-]*$/, { en: 'OPTIONS', zh: '选项' }).default('defaults'),
    /** A line of /etc/fstab, with `nofail`: a disk that is gone must not keep the host from booting. */
    persist: flag(),
    /** What is in the folder is hidden meanwhile. */
    over: flag(),
  },
  async plan({ host: name, device: wanted, path: at, type, options, persist, over }, look) {
    const place = await here(look, name, 'lsblk', 'blkid', 'findmnt', 'mount');
    const { host } = place;
    const [tree, mounted, table] = await Promise.all([look.read(host, blockDevices()), look.read(host, mountPoints()), look.read(host, fstab())]);
    const found = findDevice(host, tree, wanted);
    const kind = type ?? found.fstype;
    // It comes from the disk itself, and goes into /etc/fstab.
    if (
      !/^[A-Za-z0-9-]+$/.test(found.uuid) ||
      !/^[A-Za-z0-9_.]*$/.test(kind) ||
      ['', 'swap', 'LVM2_member', 'linux_raid_member', 'zfs_member', 'crypto_LUKS'].includes(kind)
    ) {
      throw new Refusal(
        say(
          { en: '{device} holds no file system that can be mounted: {what}', zh: '{device} 上没有可挂载的文件系统：{what}' },
          { device: wanted, what: found.fstype || '-' },
        ),
        say({ en: '`disk list {host}` shows what holds one', zh: '可用 `disk list {host}` 查看' }, { host: host.name }),
      );
    }
    const there = mounted.find((one) => one.path === at);
    const lines = parseFstab(table);
    const line = ownLine(found.uuid, at, kind, options);
    const declared = lines.find((one) => one.path === at);
    if (there && there.source !== found.name) {
      throw new Refusal(
        say({ en: '{source} is mounted on {path} already', zh: '{path} 上已挂载 {source}' }, { source: there.source, path: at }),
        say(
          { en: '`disk unmount {host} {path}` first, or take another path', zh: '请先 `disk unmount {host} {path}`，或换一个路径' },
          { host: host.name, path: at },
        ),
      );
    }
    if (persist && declared && declared.text !== line) {
      throw new Refusal(
        say({ en: '/etc/fstab has another line for {path}: {line}', zh: '/etc/fstab 中已有 {path} 的另一行：{line}' }, { path: at, line: declared.text }),
        say({ en: 'take that line out first', zh: '请先移除该行' }),
      );
    }
    const write = persist && !declared;
    if (there && !write)
      return answer(
        say({ en: '{device} is mounted on {path} on {host} already', zh: '{host} 上 {device} 已挂载于 {path}' }, { device: wanted, path: at, host: host.name }),
        [],
      );
    if (!there) await mustBeFree(look, host, at, { known: [`UUID=${found.uuid}`, found.name].includes(declared?.source ?? ''), over });
    const elsewhere = found.mounts.filter((one) => one !== at);
    const bad = write ? await look.read(host, verifyFstab()) : { errors: 0, said: '' };
    const on = place.on(at);
    const steps: Step[] = [
      ...(there
        ? []
        : ([
            { kind: 'exec', on, why: say({ en: 'mount', zh: '挂载' }), argv: mountByUuid(found.uuid, at, kind, options), timeoutMs: 60_000 },
            {
              kind: 'wait',
              on,
              why: say({ en: 'until it is mounted', zh: '直到已挂载' }),
              read: isMounted(at),
              until: { is: at },
              everyMs: 500,
              timeoutMs: 15_000,
            },
          ] satisfies Step[])),
      ...(write
        ? ([
            {
              kind: 'exec',
              on,
              why: say({ en: 'write /etc/fstab', zh: '写入 /etc/fstab' }),
              argv: putFstab(),
              stdin: sayable(host, withLine(table, line)),
              timeoutMs: 30_000,
            },
          ] satisfies Step[])
        : []),
    ];
    const fact: Fact = {
      what: say({ en: '{device} on {host}', zh: '{host} 上的 {device}' }, { device: wanted, host: host.name }),
      value: `${found.name} ${bytes(found.size)} ${kind} UUID=${found.uuid}`,
      at: place.at,
      holds: `device ${host.name} ${found.name} ${found.uuid} ${kind} mounted ${found.mounts.join(',')} at ${there?.source ?? '-'}`,
    };
    const tab: Fact = { what: say({ en: 'new line of /etc/fstab', zh: '/etc/fstab 新增行' }), value: line, at: place.at, holds: `fstab ${host.name} ${table}` };
    return {
      summary: say({ en: 'mount {device} on {path} on {host}', zh: '在 {host} 上将 {device} 挂载于 {path}' }, { device: wanted, path: at, host: host.name }),
      steps,
      facts: write ? [fact, tab] : [fact],
      locks: [place.lock(`disk:${found.name}`), place.lock(`mount:${at.slice(1)}`), ...(write ? [place.lock('fstab')] : [])],
      risk: 'medium',
      undo: there
        ? { impossible: say({ en: 'it was mounted before; take the line out of /etc/fstab by hand', zh: '此前已挂载；请手动从 /etc/fstab 移除该行' }) }
        : isVital(at)
          ? { impossible: say({ en: 'the host stands on {path}: only at its console', zh: '系统依赖 {path}：只能在控制台操作' }, { path: at }) }
          : { command: 'disk unmount', input: { host: name, path: at, forget: write } },
      notes: [
        ...(elsewhere.length > 0 ? [say({ en: 'it is also mounted on {where}', zh: '它同时挂载于 {where}' }, { where: elsewhere.join(' ') })] : []),
        ...(persist ? [] : [say({ en: 'until the next reboot only; `--persist` keeps it', zh: '仅到下次重启；`--persist` 可长期保留' })]),
        ...(bad.errors > 0 ? [say({ en: '/etc/fstab has errors already: {said}', zh: '/etc/fstab 已存在错误：{said}' }, { said: bad.said })] : []),
      ],
    };
  },
});
