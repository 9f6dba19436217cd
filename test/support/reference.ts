import type { Lock } from '../../src/core/types.ts';

/** What the store should do, written another way: no modes, only paths of which one is above the other. */
export class Reference {
  readonly held = new Map<string, { readonly locks: readonly Lock[]; readonly token: number; readonly robbed: boolean }>();
  line: readonly { readonly ticket: string; readonly locks: readonly Lock[] }[] = [];
  readonly leases = new Map<string, number>();
  /** The greatest token given so far. */
  newest = 0;
  /** Lines of every ticket's journal. */
  readonly written = new Map<string, number>();

  /** A granted request: the token it must have, or undefined for a new one; otherwise what is in the way. */
  acquire(
    ticket: string,
    wanted: readonly Lock[],
  ): { readonly token: number | undefined } | { readonly name: string; readonly ticket: string; readonly place: number } {
    const mine = this.held.get(ticket);
    const locks = plain(wanted);
    if (mine && (mine.robbed || JSON.stringify(mine.locks) === JSON.stringify(locks))) {
      this.leave(ticket);
      return { token: mine.token };
    }
    const holders = [...this.held].filter(([other]) => other !== ticket).sort(([, a], [, b]) => a.token - b.token);
    const at = this.line.findIndex((one) => one.ticket === ticket);
    const earlier = at === -1 ? this.line : this.line.slice(0, at);
    const before = earlier.filter((one) => clash(locks, one.locks) !== undefined && !(mine && clash(mine.locks, one.locks) !== undefined));
    const ways = [...holders.map(([other, { locks }]) => ({ ticket: other, locks })), ...before].flatMap((one) => {
      const name = clash(locks, one.locks);
      return name === undefined ? [] : [{ name, ticket: one.ticket, place: before.length + 1 }];
    });
    if (ways[0] === undefined) return { token: undefined };
    if (at === -1) this.line = [...this.line, { ticket, locks }];
    else this.line = this.line.with(at, { ticket, locks });
    return ways[0];
  }

  grant(ticket: string, wanted: readonly Lock[], token: number): void {
    this.leave(ticket);
    this.held.set(ticket, { locks: plain(wanted), token, robbed: false });
  }

  leave(ticket: string): void {
    this.line = this.line.filter((one) => one.ticket !== ticket);
  }

  release(ticket: string): string[] {
    const had = this.held.delete(ticket);
    this.leave(ticket);
    return had ? this.line.map((one) => one.ticket) : [];
  }

  steal(name: string, ticket: string, token: number): boolean {
    const mine = this.held.get(ticket);
    if (mine?.token !== token || !mine.locks.some((lock) => lock.name === name)) return false;
    this.held.set(ticket, { token, robbed: true, locks: mine.locks.filter((lock) => lock.name !== name) });
    this.leave(ticket);
    return true;
  }

  mayWrite(ticket: string, lease: { readonly name: string; readonly token: number }, locks: number | undefined): boolean {
    const mine = this.held.get(ticket);
    return this.leases.get(lease.name) === lease.token && (locks === undefined || (mine?.token === locks && !mine.robbed));
  }

  /** Who holds and who waits for each lock, by name. */
  list(): { name: string; holders: string[]; waiting: string[] }[] {
    const holders = [...this.held].sort(([, a], [, b]) => a.token - b.token).map(([ticket, { locks }]) => ({ ticket, locks }));
    const names = new Set([...holders, ...this.line].flatMap(({ locks }) => locks.map(({ name }) => name)));
    const having = (name: string, all: typeof this.line) => all.filter(({ locks }) => locks.some((lock) => lock.name === name)).map(({ ticket }) => ticket);
    return [...names].sort().map((name) => ({ name, holders: having(name, holders), waiting: having(name, this.line) }));
  }
}

/** The first lock of `locks` that cannot go with the others. */
export function clash(locks: readonly Lock[], others: readonly Lock[]): string | undefined {
  const related = (a: string, b: string) => a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`);
  return locks.find((lock) => others.some((other) => related(lock.name, other.name) && !(lock.shared && other.shared)))?.name;
}

/** Locks by name, each once: alone when it is asked for both ways. */
function plain(locks: readonly Lock[]): Lock[] {
  const names = [...new Set(locks.map(({ name }) => name))].sort();
  return names.map((name) => (locks.every((lock) => lock.name !== name || lock.shared) ? { name, shared: true } : { name }));
}
