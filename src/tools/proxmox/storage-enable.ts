import { answer, type Look } from '../../core/command.ts';
import { assess } from '../../core/risk.ts';
import type { Plan } from '../../core/types.ts';
import { list, say } from '../../core/words.ts';
import { backupJobs } from './backup-jobs.ts';
import { named } from './cluster-guests.ts';
import { mustBeQuorate, orElse } from './cluster-view.ts';
import { findStorage, storageLock, storageTarget } from './storage.ts';
import { configFact, guestWords } from './storage-facts.ts';
import { guestsOn, volumesOf } from './storage-volumes.ts';
import { changeStorage } from './storages.ts';
import { came, clusterTasks } from './task-list.ts';

/** Lets a storage be used, or no longer. What runs goes on; nothing on it can be started, saved or moved while it is disabled. */
export async function enablePlan(look: Look, typed: string, on: boolean): Promise<Plan> {
  const one = await findStorage(look, typed);
  const { host, storage, asked, notes } = one;
  const about = [named(host, asked)];
  const name = storage.storage;
  if (storage.disabled === !on) {
    const message = on
      ? say({ en: '{name} of {host} is enabled already', zh: '{host} 的 {name} 已启用' }, { name, host: host.name })
      : say({ en: '{name} of {host} is disabled already', zh: '{host} 的 {name} 已禁用' }, { name, host: host.name });
    return answer(message, [], { notes: [...notes], about });
  }
  await mustBeQuorate(look, [host]);
  const { found, notes: unseen } = on ? { found: [], notes: [] } : await volumesOf(look, one);
  const guests = guestsOn(one, found);
  const running = guests.filter(({ status }) => status === 'running');
  const backups = on ? 0 : found.filter(({ kind }) => kind === 'backup').length;
  const jobs = on ? [] : (await orElse(look.read(host, backupJobs()), undefined))?.filter((job) => job.enabled && job.storage === name);
  const own = guests.find((guest) => look.self !== undefined && [guest.name, String(guest.vmid)].includes(look.self.guest ?? ''));
  const busy = on ? [] : (await look.read(host, clusterTasks())).filter((task) => task.type === 'vzdump' && came(task) === 'running');
  const at = look.now();
  const floor = on ? 'low' : running.length > 0 || busy.length > 0 ? 'high' : 'medium';
  const assessed = assess(floor, { host: host.name, ...(own ? { guest: own.name, vmid: own.vmid, node: own.node } : {}) }, look.self, at);
  return {
    summary: on
      ? say({ en: 'enable storage {name} of {host}', zh: '启用 {host} 的存储 {name}' }, { name, host: host.name })
      : say({ en: 'disable storage {name} of {host}', zh: '禁用 {host} 的存储 {name}' }, { name, host: host.name }),
    steps: [
      {
        ...changeStorage(storage, on ? { delete: 'disable' } : { disable: 1 }, { disable: on ? null : '1' }),
        on: storageTarget(one),
        why: on ? say({ en: 'enable', zh: '启用' }) : say({ en: 'disable', zh: '禁用' }),
      },
    ],
    facts: [
      configFact(one, at),
      ...assessed.facts,
      ...(on
        ? []
        : [
            {
              what: say({ en: 'guests with disks here', zh: '有磁盘在此的客户机' }),
              value: guestWords(guests),
              at,
              holds: `disks ${host.name} ${name} ${guests.map(({ vmid }) => vmid).join(' ')}`,
            },
            {
              what: say({ en: 'backups here', zh: '此处备份' }),
              value:
                backups === 0 ? say({ en: 'none', zh: '无' }) : say({ en: '{n}, not to be restored meanwhile', zh: '{n} 个，期间无法恢复' }, { n: backups }),
              at,
            },
            ...(jobs === undefined
              ? [
                  {
                    what: say({ en: 'backup jobs', zh: '备份任务' }),
                    value: say({ en: 'cannot be read: some may fail meanwhile', zh: '无法读取：期间可能有任务失败' }),
                    at,
                  },
                ]
              : jobs.length > 0
                ? [
                    {
                      what: say({ en: 'backup jobs', zh: '备份任务' }),
                      value: say({ en: '{jobs}: will fail meanwhile', zh: '{jobs}：期间会失败' }, { jobs: list(jobs.map(({ id }) => id)) }),
                      at,
                      holds: `jobs ${jobs.map(({ id }) => id).join(' ')}`,
                    },
                  ]
                : []),
            {
              what: say({ en: 'backups running now', zh: '正在运行的备份' }),
              value: busy.length > 0 ? list(busy.map(({ id, node }) => `${id || 'vzdump'} (${node})`)) : say({ en: 'none', zh: '无' }),
              at,
              holds: `vzdump ${busy.length > 0}`,
            },
          ]),
    ],
    locks: [storageLock(one)],
    risk: assessed.risk,
    undo: { command: on ? 'storage disable' : 'storage enable', input: { storage: `${host.name}/${name}` } },
    about,
    notes: [...notes, ...unseen],
  };
}
