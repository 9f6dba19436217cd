import type { Look } from '../../core/command.ts';
import { Refusal } from '../../core/errors.ts';
import { assess, highest } from '../../core/risk.ts';
import type { Plan } from '../../core/types.ts';
import { type Said, say } from '../../core/words.ts';
import { disturbsGuest } from '../expects.ts';
import { lineFor } from '../guests/naming.ts';
import { bytes } from '../units.ts';
import { age } from './archive-words.ts';
import { configIn, diskStorage, disksWere, nodeFor, type Source } from './backup-restore.ts';
import { archiveFact, placeFact, step, unread, type Where } from './backup-restore-facts.ts';
import { lockIn, named } from './cluster-guests.ts';
import { mustBeQuorate } from './cluster-view.ts';
import { flag } from './fields.ts';
import { sidOf } from './guest.ts';
import { guestConfig } from './guest-reads.ts';
import { guestSnapshots } from './snapshot-tree.ts';

/** Puts a backup in place of the guest it was made of, which is destroyed first. Refused while that runs, or without its name typed once more. */
export async function restoreOver(look: Look, source: Source, { to, disks, start }: Where, typed: string | undefined): Promise<Plan> {
  const { host, archive, origin, asked } = source;
  if (!origin)
    throw new Refusal(
      say({ en: 'there is no guest {vmid} to restore over', zh: '没有可覆盖的客户机 {vmid}' }, { vmid: archive.vmid ?? '?' }),
      say({ en: 'leave --over away, and say --id {vmid}', zh: '请去掉 --over，并使用 --id {vmid}' }, { vmid: archive.vmid ?? '' }),
    );
  const { guest } = origin;
  const { name, node } = guest;
  const about = [named(host, asked)];
  const no = (message: Said, hint: Said) => new Refusal(message, hint, about);
  if (typed !== name)
    throw no(
      say(
        { en: 'restoring over {name} destroys what it is now; its name must be typed once more', zh: '覆盖恢复会销毁 {name} 的现有内容；必须再次输入其名称' },
        { name },
      ),
      say({ en: 'say --confirm "{name}"', zh: '请加上 --confirm "{name}"' }, { name }),
    );
  if (guest.status !== 'stopped')
    throw no(
      say(
        { en: '{name} is {status}; only a stopped guest is restored over', zh: '{name} 状态为 {status}；只能覆盖已停止的客户机' },
        { name, status: guest.status },
      ),
      say({ en: 'stop it first, or leave --over away to restore beside it', zh: '请先停止，或去掉 --over 在旁边恢复' }),
    );
  if (guest.lock !== undefined)
    throw no(
      say({ en: '{name} is locked ({lock})', zh: '{name} 已被锁定（{lock}）' }, { name, lock: guest.lock }),
      say({ en: 'wait for what holds it', zh: '请等待持有者结束' }),
    );
  if (to !== undefined && to.slice(to.indexOf('/') + 1) !== node)
    throw no(
      say({ en: '{name} is on node {node}, and stays there', zh: '{name} 在节点 {node} 上，不会移动' }, { name, node }),
      say({ en: 'leave --to away', zh: '请去掉 --to' }),
    );
  await mustBeQuorate(look, [host]);
  nodeFor(source, node);
  const [config, { all: taken }, { values: own }] = await Promise.all([
    configIn(look, source),
    look.read(host, guestSnapshots(guest)),
    look.read(host, guestConfig(guest)),
  ]);
  if (flag(own, 'protection'))
    throw no(
      say({ en: '{name} is protected', zh: '{name} 受保护' }, { name }),
      say(
        { en: '`{line} --protection no` takes that away', zh: '可用 `{line} --protection no` 取消保护' },
        { line: lineFor(guest.type === 'lxc' ? 'ct' : 'vm', 'set', { host, vmid: guest.vmid, name }) },
      ),
    );
  const were = await disksWere(look, source, config);
  const storage = diskStorage(source, node, disks, were);
  const snapshots = taken.map((one) => one.name);
  const at = look.now();
  const assessed = assess(
    'high',
    {
      ...{ host: host.name, guest: name, vmid: guest.vmid, node, snapshots },
      ...(guest.hastate ? { ha: { sid: sidOf(guest), state: guest.hastate } } : {}),
    },
    look.self,
    at,
  );
  return {
    summary: say(
      { en: 'put {volid} in place of {name} ({vmid}) on {host}', zh: '用 {volid} 替换 {host} 上的 {name}（{vmid}）' },
      { volid: archive.volid, name, vmid: guest.vmid, host: host.name },
    ),
    steps: [{ ...step(source, node, name, guest.vmid, storage, start, true), stop: 'never' }],
    facts: [
      archiveFact(source, at),
      {
        what: say({ en: 'lost', zh: '丢失' }),
        value: say(
          { en: 'its disks, {size}, and all that changed in them since: {age}', zh: '其磁盘（{size}）及此后的全部更改：{age}' },
          { size: bytes(guest.disk), age: age(archive.at, at) },
        ),
        at,
        holds: `over ${host.name} ${guest.vmid} ${name} ${node} ${guest.status} ${[...snapshots].sort().join(' ')}`,
      },
      ...assessed.facts,
      placeFact(source, node, storage, were, at),
    ],
    locks: [lockIn(host, guest)],
    expects: disturbsGuest(host, guest),
    risk: highest(['high', assessed.risk]),
    undo: {
      impossible: say(
        { en: 'what {name} is now is destroyed; `backup run {name}` first keeps it', zh: '{name} 的现有内容会被销毁；先执行 `backup run {name}` 可保留' },
        { name },
      ),
    },
    about,
    notes: config ? [] : [unread(archive.volid)],
  };
}
