/** What may be done, said once more as plainly as can be: an evaluator to hold the real one against. Slow, without an index, and it shares no line with it. */
export type Risk = 'none' | 'low' | 'medium' | 'high';
export type Hours = { zone: string; days: number[]; from: number; to: number };
type Cover = { id: string; commands: string[]; hosts: string[]; input?: Record<string, string>; rooms?: string[]; hours?: Hours[] };
export type Grant = Cover & { upTo: Risk };
export type Deny = Cover & { roles: string[]; from: Risk };
export type Rule = { id: string; from: Risk; commands: string[]; hosts: string[]; votes: { count: number; roles: string[] }[]; expiresMs: number };
export type Person = { id: string; name: string; lang: 'en'; roles: string[] };
export type Lent = { from: string; to: string; until: number };
export type Host = { name: string; site: string; tags: string[] };
export type World = { people: Person[]; roles: Record<string, Grant[]>; deny: Deny[]; approvals: Rule[]; delegations: Lent[]; hosts: Host[] };
export type About = { command: string; input?: Record<string, string | string[]>; hosts?: string[]; risk?: Risk; by?: string; room?: string };
const rank = { none: 0, low: 1, medium: 2, high: 3 };

export function allows(who: Person, action: string, about: About, world: World, now: number): boolean {
  const mine = who.id === about.by;
  const risk = rank[about.risk ?? 'high'];
  if (action === 'withdraw') return !mine;
  if (action === 'reason') return mine;
  if (mine && ['see', 'recheck', 'cancel'].includes(action)) return true;
  if (action === 'see' || action === 'recheck') return granted(who.roles, 0, false) && !forbidden(who, 0);
  if (['ask', 'mark-done', 'mark-failed'].includes(action)) return granted(who.roles, risk, true) && !forbidden(who, risk);
  if (mine || about.by === undefined) return false;
  const lenders = world.delegations.filter((lent) => lent.to === who.id && lent.until > now && ![who.id, about.by].includes(lent.from));
  const able = world.people.filter((one) => lenders.some((lent) => lent.from === one.id) && !forbidden(one, risk));
  const roles = [who, ...able].flatMap((one) => one.roles);
  const fit = (rule: Rule) => rule.votes.some((slot) => roles.some((role) => slot.roles.includes(role) || slot.roles.includes('*')));
  return rules().some(fit) && granted(roles, risk, true) && !forbidden(who, risk);

  function granted(by: string[], least: number, strict: boolean): boolean {
    const ever = ({ hosts, rooms, hours }: Grant) => hosts.length > 0 && rooms?.length !== 0 && hours?.some(({ days }) => days.length > 0) !== false;
    const all = by.flatMap((role) => world.roles[role] ?? []).filter((one) => ever(one) && isCommand(one) && rank[one.upTo] >= least);
    const good = all.filter((grant) => !strict || (byInput(grant, false) && byRoom(grant) && byTime(grant)));
    if (about.hosts === undefined) return good.some((grant) => grant.hosts.includes('*'));
    return good.length > 0 && about.hosts.every((host) => good.some((grant) => isHost(grant, host)));
  }
  function forbidden(one: Person, least: number): boolean {
    const names = ['*', `person:${one.id}`, ...one.roles];
    const on = (deny: Deny) => (about.hosts ? deny.hosts.includes('*') || about.hosts.some((host) => isHost(deny, host)) : deny.hosts.length > 0);
    const those = world.deny.filter((deny) => deny.roles.some((role) => names.includes(role)) && rank[deny.from] <= least);
    return those.some((deny) => isCommand(deny) && on(deny) && byRoom(deny) && byTime(deny) && byInput(deny, true));
  }
  function rules(): Rule[] {
    const fitting = world.approvals.filter((rule) => isCommand(rule) && rank[rule.from] <= risk);
    const best = (some: Rule[]) => some.filter((rule) => rank[rule.from] === Math.max(...some.map((other) => rank[other.from]))).slice(0, 1);
    if (!about.hosts?.length) return best(fitting.filter((rule) => rule.hosts.includes('*')));
    return about.hosts.flatMap((host) => best(fitting.filter((rule) => isHost(rule, host))));
  }
  function isCommand({ commands }: Pick<Cover, 'commands'>): boolean {
    return commands.some((pattern) => new RegExp(`^${pattern.replace('*', '.+')}$`).test(about.command));
  }
  function isHost({ hosts }: Pick<Cover, 'hosts'>, name: string): boolean {
    const host = world.hosts.find((one) => one.name === name);
    return host !== undefined && ['*', name, `site:${host.site}`, ...host.tags.map((tag) => `@${tag}`)].some((pattern) => hosts.includes(pattern));
  }
  function byRoom({ rooms }: Cover): boolean {
    return !rooms || (about.room !== undefined && rooms.includes(about.room));
  }
  function byTime({ hours }: Cover): boolean {
    const after = (one: Hours, day: number) => (minuteOfWeek(one.zone, now) - day * 1440 - one.from + 2 * 10080) % 10080;
    return !hours || hours.some((one) => one.days.some((day) => after(one, day) < (one.to > one.from ? one.to - one.from : one.to + 1440 - one.from)));
  }
  function byInput({ input }: Cover, denies: boolean): boolean {
    if (!input || !about.input) return !input || denies;
    return Object.entries(input).every(([name, pattern]) => {
      const texts = [about.input?.[name] ?? []].flat();
      const hits = texts.filter((text) => new RegExp(`^(${pattern})$`, denies ? 'isu' : 'su').test(text));
      return hits.length > 0 && (denies || hits.length === texts.length);
    });
  }
}
const clocks = new Map<string, Intl.DateTimeFormat>();
function minuteOfWeek(zone: string, now: number): number {
  const clock = clocks.get(zone) ?? new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
  clocks.set(zone, clock);
  const wall = new Date(`${clock.format(now).replace(' ', 'T')}Z`);
  return wall.getUTCDay() * 1440 + wall.getUTCHours() * 60 + wall.getUTCMinutes();
}
