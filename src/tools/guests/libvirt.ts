import type { Host, Look } from '../../core/command.ts';
import type { Fact } from '../../core/types.ts';
import { say } from '../../core/words.ts';
import * as virsh from '../virsh.ts';
import type { Deeds, Draft, Guest, Lack, Roll } from './guest.ts';
import { stateWords } from './guest.ts';
import { power } from './libvirt-power.ts';
import { config, show } from './libvirt-show.ts';
import { delsnapshot, rollback, snapshot, snapshots } from './libvirt-snapshots.ts';
import type { PowerName } from './power.ts';

/** A libvirt domain as a guest, with its UUID. */
export interface DomainGuest extends Guest {
  readonly uuid: string;
}

/** The guests of a libvirt host: all are virtual machines. */
export async function libvirt(look: Look, host: Host): Promise<Roll> {
  const [uuids, stats] = await Promise.all([look.read(host, virsh.names(host)), look.read(host, virsh.stats(host))]);
  const guests = [...uuids].flatMap(([name, uuid]) => {
    const known = stats.get(name);
    return known ? [guestOf(host, uuid, name, known)] : [];
  });
  return { guests, notes: [] };
}

function guestOf(host: Host, uuid: string, name: string, { state, vcpus, memoryKiB }: Omit<virsh.Domain, 'uuid' | 'name'>): DomainGuest {
  const guest: DomainGuest = {
    ...{ host, uuid, id: uuid, name, state },
    family: 'vm',
    cpus: vcpus,
    memory: memoryKiB * 1024,
    tags: [],
    lockName: `${host.site}/${host.name}/${uuid}`,
    get deeds() {
      return deedsOf(guest);
    },
  };
  return guest;
}

/** What a change of a domain relies on: that it is this one, in this state. */
export function domainFacts(guest: DomainGuest, at: number): Fact[] {
  return [
    { what: say({ en: 'guest', zh: '虚拟机' }), value: `${guest.host.name}/${guest.name}`, at, holds: `guest ${guest.host.name} ${guest.uuid} ${guest.name}` },
    { what: say({ en: 'state', zh: '状态' }), value: stateWords(guest.state), at, holds: `state ${guest.uuid} ${guest.state}` },
  ];
}

function deedsOf(guest: DomainGuest): Deeds {
  const switched =
    (verb: PowerName) =>
    (look: Look): Promise<Draft> =>
      power(look, guest, verb);
  return {
    show: (look) => show(look, guest),
    config: (look) => config(look, guest),
    snapshots: (look) => snapshots(look, guest),
    start: switched('start'),
    shutdown: switched('shutdown'),
    stop: switched('stop'),
    reboot: switched('reboot'),
    reset: switched('reset'),
    suspend: (look, options) => power(look, guest, 'suspend', options),
    resume: switched('resume'),
    snapshot: (look, options) => snapshot(look, guest, options),
    rollback: (look, options) => rollback(look, guest, options),
    delsnapshot: (look, options) => delsnapshot(look, guest, options),
    clone: lacks(guest, 'clones', '克隆'),
    migrate: lacks(guest, 'migrates', '迁移'),
    resize: lacks(guest, 'grows disks of', '扩容磁盘'),
    set: lacks(guest, 'changes settings of', '更改设置'),
    unlock: {
      lacks: say(
        { en: '{name} is a libvirt guest on {host}: libvirt has no locks to take away', zh: '{name} 是 {host} 上的 libvirt 虚拟机：libvirt 没有可解除的锁' },
        { name: guest.name, host: guest.host.name },
      ),
    },
    destroy: lacks(guest, 'destroys', '销毁'),
    agentInfo: lacks(guest, 'asks the agent of', '查询代理'),
    agentIp: lacks(guest, 'asks the agent of', '查询代理'),
    agentTrim: lacks(guest, 'asks the agent of', '查询代理'),
  };
}

function lacks({ name, host }: DomainGuest, does: string, zh: string): Lack {
  return {
    lacks: say(
      {
        en: `{name} is a libvirt guest on {host}: Hostler ${does} guests of Proxmox clusters only`,
        zh: `{name} 是 {host} 上的 libvirt 虚拟机：Hostler 只对 Proxmox 集群的客户机${zh}`,
      },
      { name, host: host.name },
    ),
  };
}
