import type { Look } from '../../core/command.ts';
import type { Block } from '../../core/types.ts';
import { quoted, say } from '../../core/words.ts';
import { bytes } from '../units.ts';
import * as virsh from '../virsh.ts';
import { type Draft, stateWords } from './guest.ts';
import type { DomainGuest } from './libvirt.ts';

const YES = say({ en: 'yes', zh: '是' });
const NO = say({ en: 'no', zh: '否' });

/** State, size, disks and snapshots of a domain. */
export async function show(look: Look, guest: DomainGuest): Promise<Draft> {
  const { host, uuid } = guest;
  const [info, disks, snapshots] = await Promise.all([
    look.read(host, virsh.info(host, uuid)),
    look.read(host, virsh.disks(host, uuid)),
    look.read(host, virsh.snapshots(host, uuid)),
  ]);
  const facts: Block = {
    kind: 'facts',
    facts: [
      [say({ en: 'state', zh: '状态' }), stateWords(guest.state)],
      [say({ en: 'host', zh: '主机' }), host.name],
      [say({ en: 'UUID', zh: 'UUID' }), uuid],
      [say({ en: 'CPUs', zh: 'CPU' }), guest.cpus],
      [say({ en: 'memory', zh: '内存' }), bytes(guest.memory)],
      [say({ en: 'starts with host', zh: '随主机启动' }), info.get('Autostart') === 'enable' ? YES : NO],
      [say({ en: 'snapshots', zh: '快照' }), snapshots.length > 0 ? snapshots.join(', ') : say({ en: 'none', zh: '无' })],
    ],
  };
  const table: Block = {
    kind: 'table',
    columns: [say({ en: 'disk', zh: '磁盘' }), say({ en: 'kind', zh: '类型' }), say({ en: 'source', zh: '来源' })],
    rows: disks.map(([type, device, target, source]) => [target, `${type} ${device}`, source]),
  };
  return { summary: on(guest), answer: disks.length > 0 ? [facts, table] : [facts] };
}

/** The settings of a domain, as `virsh dominfo` has them. */
export async function config(look: Look, guest: DomainGuest): Promise<Draft> {
  const info = await look.read(guest.host, virsh.info(guest.host, guest.uuid));
  const rows = ['UUID', 'OS Type', 'CPU(s)', 'Max memory', 'Used memory', 'Persistent', 'Autostart'].flatMap((name) => {
    const value = info.get(name);
    return value === undefined ? [] : [[name, quoted(value)]];
  });
  const columns = [say({ en: 'setting', zh: '设置' }), say({ en: 'value', zh: '值' })];
  return { summary: on(guest), answer: [{ kind: 'table', columns, rows }] };
}

export function on(guest: DomainGuest) {
  return say({ en: '{name} on {host}', zh: '{host} 上的 {name}' }, { name: guest.name, host: guest.host.name });
}
