import type { Desk } from '../command.ts';
import type { Schedule } from './schedule.ts';

/** The schedules a person may see: their own, those about hosts that are all in their reach, and those of whom nobody knows any more: somebody must be able to end them. */
export async function schedulesFor({
  person,
  hosts,
  policy,
  schedules,
}: Pick<Desk, 'person' | 'hosts' | 'policy' | 'schedules'>): Promise<readonly Schedule[]> {
  const reached = new Set(hosts.map(({ name }) => name));
  return (await schedules.list()).filter(
    (one) => one.by === person.id || !policy.people.has(one.by) || (one.repeat.hosts.length > 0 && one.repeat.hosts.every((host) => reached.has(host))),
  );
}
