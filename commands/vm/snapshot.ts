import { guest, snapshot, span } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { Refusal } from '../../src/core/errors.ts';
import { say } from '../../src/core/words.ts';
import { findGuest, found, guestFacts, guestLocks, where } from '../../src/tools/guests.ts';
import { keepSnapshot } from '../../src/tools/snapshots.ts';
import * as virsh from '../../src/tools/virsh.ts';

/** Takes a snapshot of a guest, with its memory when it runs. */
export default command({
  summary: { en: 'Take a snapshot of a guest', zh: '为虚拟机创建快照' },
  examples: ['vm snapshot shop before-update', 'vm snapshot shop before-update --keep 7d'],
  risk: 'low',
  kinds: ['libvirt'],
  args: { guest: guest(), name: snapshot() },
  /** How long it is kept; without it, until someone deletes it. */
  options: { keep: span().optional() },
  async plan({ guest: typed, name, keep }, look) {
    const { guest, listed, notes } = await findGuest(look, typed);
    const taken = await look.read(guest.host, virsh.snapshots(guest.host, guest.uuid));
    if (taken.includes(name)) {
      throw new Refusal(
        say({ en: '{guest} already has a snapshot “{name}”', zh: '{guest} 已有快照“{name}”' }, { guest: guest.name, name }),
        say({ en: 'choose another name', zh: '请换一个名称' }),
        [found(guest)],
      );
    }
    const why = say({ en: 'take snapshot {name}', zh: '创建快照 {name}' }, { name });
    return {
      summary: say(
        { en: 'take snapshot {name} of {guest} on {host}', zh: '为 {host} 上的 {guest} 创建快照 {name}' },
        { name, guest: guest.name, host: guest.host.name },
      ),
      steps: [{ kind: 'exec', on: where(guest), why, argv: virsh.createSnapshot(guest.host, guest.uuid, name), timeoutMs: 600_000 }],
      facts: guestFacts(guest, look.now()),
      locks: guestLocks(guest),
      risk: 'low',
      undo: { command: 'vm delsnapshot', input: { guest: `${guest.host.name}/${guest.name}`, name } },
      ...(keep === undefined ? {} : { keeps: [keepSnapshot(guest, name, keep)] }),
      about: [found(guest)],
      listed,
      notes,
    };
  },
});
