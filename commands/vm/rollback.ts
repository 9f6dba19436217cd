import { guest, snapshot } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { assess } from '../../src/core/risk.ts';
import { say } from '../../src/core/words.ts';
import { findGuest, found, guestFacts, guestLocks, where } from '../../src/tools/guests.ts';
import { keepSnapshot, mustHave } from '../../src/tools/snapshots.ts';
import * as virsh from '../../src/tools/virsh.ts';

/** How long the snapshot of what a rollback throws away is kept, in milliseconds. */
const KEEP = 7 * 86_400_000;

/** Puts a guest back to a snapshot. What it is now is kept as a snapshot, so that the rollback itself can be undone for a week. */
export default command({
  summary: { en: 'Put a guest back to a snapshot', zh: '将虚拟机回滚到快照' },
  examples: ['vm rollback shop fresh'],
  risk: 'high',
  kinds: ['libvirt'],
  args: { guest: guest(), name: snapshot() },
  async plan({ guest: typed, name }, look) {
    const { guest, listed, notes } = await findGuest(look, typed);
    const taken = await look.read(guest.host, virsh.snapshots(guest.host, guest.uuid));
    mustHave(guest, name, taken);
    const at = look.now();
    const safety = `before-${look.ticket}`;
    const { risk, facts } = assess('high', { host: guest.host.name, guest: guest.name }, look.self, at);
    return {
      summary: say(
        { en: 'put {guest} on {host} back to snapshot {name}', zh: '将 {host} 上的 {guest} 回滚到快照 {name}' },
        { guest: guest.name, host: guest.host.name, name },
      ),
      steps: [
        {
          kind: 'exec',
          on: where(guest),
          why: say({ en: 'keep what it is now as {safety}', zh: '将当前状态保存为 {safety}' }, { safety }),
          argv: virsh.createSnapshot(guest.host, guest.uuid, safety),
          timeoutMs: 600_000,
        },
        {
          kind: 'exec',
          on: where(guest),
          why: say({ en: 'go back to {name}', zh: '回滚到 {name}' }, { name }),
          argv: virsh.revertSnapshot(guest.host, guest.uuid, name),
          timeoutMs: 600_000,
          stop: 'never',
        },
      ],
      facts: [
        ...guestFacts(guest, at),
        { what: say({ en: 'snapshots', zh: '快照' }), value: taken.join(', '), at, holds: `snapshots ${guest.uuid} ${[...taken].sort().join(' ')}` },
        ...facts,
      ],
      locks: guestLocks(guest),
      risk,
      undo: { command: 'vm rollback', input: { guest: `${guest.host.name}/${guest.name}`, name: safety } },
      keeps: [keepSnapshot(guest, safety, KEEP)],
      about: [found(guest)],
      listed,
      notes,
    };
  },
});
