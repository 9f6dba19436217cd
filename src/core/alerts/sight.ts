import { type Person, type Policy, reach, visibleCommands } from '../policy.ts';
import type { Commands } from '../ports.ts';
import type { Alert } from './alert.ts';

/** The command whose use lets somebody see alerts of no known host. */
const LIST = 'alert list';

/** An alert as a person may see it: about hosts in their reach, or of no known host if they may list alerts; undefined where there is nothing of it for them. */
export function alertFor(person: Person, alert: Alert, policy: Policy, commands: Commands): Alert | undefined {
  if (alert.hosts.length === 0) return visibleCommands(person, commands, policy).has(LIST) ? alert : undefined;
  const own = new Set(reach(person, policy).map(({ name }) => name));
  return narrowed(
    alert,
    (host) => own.has(host),
    policy.hosts.every(({ name }) => own.has(name)),
  );
}

/** What an alert says of some hosts; the same object where those are all of its hosts, undefined where they are none. `all`: every host there is. Pure. */
export function narrowed(alert: Alert, sees: (host: string) => boolean, all = false): Alert | undefined {
  if (all || (alert.hosts.length > 0 && alert.hosts.length < MOST_HOSTS && alert.hosts.every(sees))) return alert;
  const top = alert.top.filter(({ host }) => host !== undefined && sees(host));
  const hosts = alert.hosts.filter(sees);
  if (hosts.length === 0) return undefined;
  const count = (status: string, silenced: boolean) =>
    top.filter((one) => one.status === status && (status === 'resolved' || (one.silence !== undefined) === silenced)).length;
  const { tied: _, titled: __, ...rest } = alert;
  return {
    ...rest,
    // Its title may be about another host; people are called in this room, too.
    ...{ title: top[0]?.title ?? alert.source, severity: top[0]?.severity ?? alert.severity },
    ...(top[0]?.said ? { titled: top[0].said.title } : {}),
    ...{ hosts, top, offers: [], tries: [], history: [] },
    counts: { firing: count('firing', false), silenced: count('firing', true), resolved: count('resolved', false) },
  };
}

/** So many hosts an alert names at most: there may be others. */
const MOST_HOSTS = 50;
