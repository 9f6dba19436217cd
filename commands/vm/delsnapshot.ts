import { guest, moment, snapshot } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { say } from '../../src/core/words.ts';
import { findGuest, found, guestFacts, guestLocks, where } from '../../src/tools/guests.ts';
import { mustHave } from '../../src/tools/snapshots.ts';
import * as virsh from '../../src/tools/virsh.ts';

/** Deletes a snapshot of a guest; the guest itself stays as it is. */
export default command({
  summary: { en: 'Delete a snapshot of a guest', zh: '删除虚拟机的快照' },
  examples: ['vm delsnapshot shop fresh'],
  risk: 'medium',
  kinds: ['libvirt'],
  args: { guest: guest(), name: snapshot() },
  /** Only the one that was made before this moment: another of the same name is left alone. */
  options: { 'made-before': moment().optional() },
  async plan({ guest: typed, name, 'made-before': before }, look) {
    const { guest, listed, notes } = await findGuest(look, typed);
    const [all, times] = await Promise.all([
      look.read(guest.host, virsh.snapshots(guest.host, guest.uuid)),
      before === undefined ? undefined : look.read(guest.host, virsh.snapshotTimes(guest.host, guest.uuid)),
    ]);
    const taken = times && before !== undefined ? all.filter((one) => (times.get(one) ?? Number.POSITIVE_INFINITY) <= Date.parse(before)) : all;
    mustHave(guest, name, taken);
    const at = look.now();
    return {
      summary: say(
        { en: 'delete snapshot {name} of {guest} on {host}', zh: '删除 {host} 上 {guest} 的快照 {name}' },
        { name, guest: guest.name, host: guest.host.name },
      ),
      steps: [
        {
          kind: 'exec',
          on: where(guest),
          why: say({ en: 'delete snapshot {name}', zh: '删除快照 {name}' }, { name }),
          argv: virsh.deleteSnapshot(guest.host, guest.uuid, name),
          timeoutMs: 600_000,
          stop: 'never',
        },
      ],
      facts: [
        ...guestFacts(guest, at),
        { what: say({ en: 'snapshots', zh: '快照' }), value: taken.join(', '), at, holds: `has snapshot ${guest.uuid} ${name}` },
      ],
      locks: guestLocks(guest),
      risk: 'medium',
      undo: { impossible: say({ en: 'a deleted snapshot cannot be brought back', zh: '删除的快照无法恢复' }) },
      about: [found(guest)],
      listed,
      notes,
    };
  },
});
