import type { Desk } from '../command.ts';
import type { Silence } from './alert.ts';
import { touchedBy } from './hush.ts';

/** Silences that this person may see: their own, and those about hosts in their reach. `hosts`: what a silence is about. */
export function silencesFor(all: readonly Silence[], desk: Desk): { readonly mine: readonly Silence[]; hosts(silence: Silence): readonly string[] } {
  const own = new Set(desk.hosts.map(({ name }) => name));
  const hosts = (silence: Silence) => silence.hosts ?? touchedBy(silence.matchers, desk);
  return { mine: all.filter((one) => one.by === desk.person.id || hosts(one).every((host) => own.has(host))), hosts };
}
