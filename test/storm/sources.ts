import { type Group, MALFORMED, type Wrong } from './bodies.ts';

/** What is sent next: of a group, or what nobody can read. */
export type Next = { readonly group: Group; readonly said: readonly Wrong[] } | { readonly malformed: string };

/** How often what is said is something new, the same again, that some of it is over, or that it is back; the rest cannot be read. */
const SHARES = { fresh: 0.44, again: 0.22, over: 0.23, back: 0.08 };
const SEVERITIES = ['critical', 'critical', 'critical', 'warning', 'notice'] as const;
/** Hosts of the practice fleet, and others that no configuration knows. */
const HOSTS = ['kvm1', 'kvm2', 'web1', 'db1', 'pi1', 'far1.example.org', 'far2.example.org'];

/** Sources that have much to say: what each of their groups says next. */
export class Sources {
  readonly #groups: Group[] = [];
  readonly #random: () => number;
  #made = 0;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** What is said next; of a group that `isFree`: one after the other, as Alertmanager does. */
  next(isFree: (group: Group) => boolean): Next {
    const dice = this.#random();
    const { fresh, again, over, back } = SHARES;
    if (dice >= fresh + again + over + back) return { malformed: this.#one(MALFORMED) };
    const group = dice < fresh ? undefined : this.#free(isFree);
    if (!group) return this.#fresh();
    if (dice < fresh + again) return { group, said: group.all };
    const from = dice < fresh + again + over ? 'firing' : 'resolved';
    const some = group.all.filter(({ status }) => status === from && this.#random() < 0.6);
    for (const one of some) {
      one.status = from === 'firing' ? 'resolved' : 'firing';
      if (from === 'resolved') one.startsAt = new Date().toISOString();
    }
    // What began again is told with all that fires, what is over with all there is.
    return { group, said: from === 'firing' ? group.all : group.all.filter(({ status }) => status === 'firing') };
  }

  #fresh(): Next {
    const n = ++this.#made;
    const source = this.#random() < 0.12 ? 'scanner' : 'prometheus';
    const severity = this.#one(SEVERITIES);
    const size = 1 + Math.floor(20 * this.#random() ** 5);
    const name = `${this.#one(['DiskFull', 'ServiceFailed', 'HostDown', 'LoadHigh'])}${n}`;
    const startsAt = new Date().toISOString();
    const all = Array.from({ length: size }, (_, i): Wrong => {
      const fingerprint = `${n.toString(16).padStart(8, '0')}${i.toString(16).padStart(8, '0')}`;
      return { fingerprint, status: 'firing', startsAt, labels: { alertname: name, severity, instance: `${this.#one(HOSTS)}:9100`, part: `p${i}` } };
    });
    const group = { source, name, all } as const;
    this.#groups.push(group);
    return { group, said: all };
  }

  /** One of the newer groups rather than of the older. */
  #free(isFree: (group: Group) => boolean): Group | undefined {
    for (let tries = 0; tries < 5; tries++) {
      const found = this.#groups[Math.floor(this.#groups.length * (1 - this.#random() ** 2))];
      if (found && found.all.length > 0 && isFree(found)) return found;
    }
    return undefined;
  }

  #one<T>(all: readonly T[]): T {
    const found = all[Math.floor(all.length * this.#random())];
    if (found === undefined) throw new Error('there is nothing to choose from');
    return found;
  }
}
