import { needs } from '../gates.ts';
import { managedBy, request } from '../guests/crm.ts';
import { current, row } from '../guests/figures.ts';
import { guestAt } from '../guests/find.ts';
import { bool } from '../params.ts';
import { may } from '../permissions.ts';
import { badParams } from '../refused.ts';
import { type Answer, type Ask, ok, type Route } from '../route.ts';
import { fork } from '../tasks.ts';
import type { Guest } from '../world.ts';
import { CONTAINER, MACHINE, type Verb } from './verbs.ts';

type Type = Guest['type'];

/** What is known of guests now, and their power. */
export const POWER: readonly Route[] = (['qemu', 'lxc'] as const).flatMap((type): readonly Route[] => {
  const path = `/nodes/{node}/${type}`;
  const power = `${path}/{vmid}/status`;
  return [
    { method: 'GET', path, ...(type === 'qemu' ? { params: { full: bool } } : {}), run: (ask) => list(ask, type) },
    { method: 'GET', path: `${power}/current`, gate: needs('/vms/{vmid}', 'VM.Audit'), run: (ask) => ok(current(ask.world, guestAt(ask, type))) },
    ...Object.entries(type === 'qemu' ? MACHINE : CONTAINER).map(([name, verb]): Route => {
      return {
        method: 'POST',
        path: `${power}/${name}`,
        params: verb.params,
        gate: needs('/vms/{vmid}', 'VM.PowerMgmt'),
        run: (ask) => press(ask, type, verb),
      };
    }),
  ];
});

function list({ world, who, at }: Ask, type: Type): Answer {
  const there = [...world.guests.values()].filter((guest) => guest.type === type && guest.node === at.name && may(who, `/vms/${guest.vmid}`, 'VM.Audit'));
  return ok(there.map(row));
}

/** A task that does it; of a guest that HA manages, one that only asks HA. */
function press(ask: Ask, type: Type, { act }: Verb): Answer {
  const { world, who, at, given } = ask;
  if (given.flag('skiplock')) throw badParams({ skiplock: 'Only root may use this option.' });
  const guest = guestAt(ask, type);
  const { task, ha, work } = act(ask, guest);
  const managed = ha === undefined ? undefined : managedBy(world, guest);
  const base = { node: at.name, id: String(guest.vmid), user: who.id };
  if (!managed || ha === undefined) return ok(fork(world, { ...base, type: task }, work));
  const verb = ha === 'started' ? 'start' : 'stop';
  return ok(
    fork(world, { ...base, type: `ha${verb}` }, async ({ say, wait }) => {
      say(`Requesting HA ${verb} for ${type === 'qemu' ? 'VM' : 'CT'} ${guest.vmid}`);
      await wait(300);
      request(world, managed, ha);
    }),
  );
}
