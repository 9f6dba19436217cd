import type { Desk } from '../command.ts';
import { code, sha256 } from '../digest.ts';
import { Refusal } from '../errors.ts';
import { reach } from '../policy.ts';
import { SPAN, spanMs } from '../time.ts';
import type { DeskStep } from '../types.ts';
import { readMoment } from '../when.ts';
import { type Said, say } from '../words.ts';
import type { Alert, Matcher, Member, Silence } from './alert.ts';
import { asker } from './asked.ts';
import { exactly, hushSaysOf, isMeant, routeNamed } from './match.ts';
import { matcherWords, typed } from './silenced.ts';

/** The longest silence, in milliseconds. */
const LONGEST = 30 * 86_400_000;
/** Most silences that one line makes, and most matchers of each. */
const MOST = 50;
const MATCHERS = 12;
/** What a silence of a group does not go by: it changes, or what gets worse shall be heard. */
const PASSING: readonly string[] = ['value', 'severity', 'tag', 'fingerprint'];

/** Until when: `2h`, `18:00`, `2026-01-05 09:00` (UTC). Throws Refusal for what is over, or too far off. */
export function untilOf(text: string, now: number): number {
  const until = SPAN.test(text) ? now + spanMs(text) : readMoment(text, now);
  if (until <= now) throw new Refusal(say({ en: '“{text}” is over already', zh: '“{text}”已经过去' }, { text }));
  if (until - now > LONGEST)
    throw new Refusal(
      say({ en: 'a silence lasts 30 days at most', zh: '静默最长 30 天' }),
      say({ en: 'what is to be quiet for good belongs out of the rules', zh: '需要永久静默的请从告警规则中移除' }),
    );
  return until;
}

/** `name=pattern`, or `name==value` to the letter, as typed. Throws Refusal for anything else. */
export function matcherOf(text: string): Matcher {
  const [, name, exact, value] = /^([A-Za-z_][A-Za-z0-9_.:-]{0,99})=(=?)(.{1,500})$/s.exec(text) ?? [];
  if (name !== undefined && value !== undefined && exact) return exactly(name, value);
  const pattern = value?.replace(/\*+/g, '*');
  if (name !== undefined && pattern !== undefined && pattern !== '*' && pattern !== '=') return { name, pattern };
  throw new Refusal(
    say({ en: '“{text}” is no LABEL=PATTERN', zh: '“{text}”不是 标签=模式' }, { text: text.slice(0, 80) }),
    say({
      en: 'write `alertname=DiskFull` or `host=web*`; `*` stands for any text, after `==` for itself',
      zh: '写作 `alertname=DiskFull` 或 `host=web*`；`*` 代表任意文字，`==` 之后按原样',
    }),
  );
}

/**
 * What silences an alert, each list a silence of its own: one thing by its fingerprint; a group by what its route puts together, or else by the labels all of it
 * have in common, so that what joins it is quiet, too; where there are none, or they might mean hosts beyond the person's reach, each by its fingerprint.
 * Throws Refusal for too many.
 */
export function matchersFor(alert: Alert, members: readonly Member[], desk: Desk): readonly (readonly Matcher[])[] {
  const firing = members.filter(({ status }) => status === 'firing');
  const [first, ...others] = firing;
  const byPrint = firing.map(({ source, fingerprint }) => [exactly('source', source), exactly('fingerprint', fingerprint)]);
  if (!first || others.length === 0) return byPrint;
  const shared = others.reduce((common, member) => common.filter(([name, value]) => has(member, name, value)), namedBy(first));
  const group = alert.storm ? undefined : routeNamed(alert.route, desk.routing)?.group;
  const meant = shared.filter(([name]) => !PASSING.includes(name) && (!group || group.includes(name) || name === 'source'));
  const matchers = meant.slice(0, MATCHERS).map(([name, value]) => exactly(name, value));
  const telling = matchers.some(({ name }) => name !== 'source');
  if (telling && !alert.storm && isWithin(touchedBy(matchers, desk), desk)) return [matchers];
  if (byPrint.length <= MOST && alert.counts.firing + alert.counts.silenced <= byPrint.length) return byPrint;
  throw new Refusal(
    say({ en: 'these are too many to be silenced one by one', zh: '数量过多，无法逐一静默' }),
    say(
      { en: 'say which: `alert silence {id} 1h --label alertname=… --label host=…`', zh: '请指明：`alert silence {id} 1h --label alertname=… --label host=…`' },
      { id: alert.id },
    ),
  );
}

const says = (member: Member) => hushSaysOf(member, undefined);
const namedBy = (member: Member) =>
  [...says(member)].flatMap(([name, values]) => values.map((value) => [name, value] as const)).filter(([, value]) => value !== '');
const has = (member: Member, name: string, value: string) => says(member).get(name)?.includes(value) ?? false;

/** The hosts that a silence may be about: those that a matcher of hosts means, or else all there are. */
export function touchedBy(matchers: readonly Matcher[], { policy }: Pick<Desk, 'policy'>): string[] {
  const about = matchers.filter(({ name }) => name === 'host' || name === 'tag');
  return policy.hosts
    .filter(({ name, tags }) => about.every((one) => (one.name === 'host' ? [name] : tags).some((value) => isMeant(value, one))))
    .map(({ name }) => name);
}

/** Throws Refusal where a silence may be about hosts that this person may silence nothing of. */
export function mustReach(hosts: readonly string[], desk: Desk): void {
  if (isWithin(hosts, desk)) return;
  throw new Refusal(
    say({ en: 'this would also silence alerts of hosts outside of your reach', zh: '这也会静默您权限之外主机的告警' }),
    say({ en: 'add `host=NAME` to say of which host', zh: '请加上 `host=主机名` 指明主机' }),
  );
}

function isWithin(hosts: readonly string[], desk: Desk): boolean {
  const own = new Set(reach(asker(desk), desk.policy, 'alert silence', 'low').map(({ name }) => name));
  return hosts.every((host) => own.has(host));
}

/** A silence that begins when it is asked for; the same however often it is planned. `by`: what it is about, where its matchers do not say that. */
export function silenceOf(
  matchers: readonly Matcher[],
  until: number,
  reason: string,
  { person, at }: Pick<Desk, 'person' | 'at'>,
  by?: { readonly hosts: readonly string[]; readonly title: string | Said },
): Silence {
  const id = `Z${code(sha256(JSON.stringify([person.id, at, until, matchers])), 11)}`;
  return { id, by: person.id, at, until, reason, matchers, ...by };
}

/** Whether one is in force already that covers the same until then, or nearly. */
export function covers(there: readonly Silence[], { matchers, until }: Silence): Silence | undefined {
  const text = (all: readonly Matcher[]) => all.map(typed).sort().join('\n');
  return there.find((one) => text(one.matchers) === text(matchers) && one.until >= until - SAME);
}
/** Two presses of one button are so far apart at most, in milliseconds. */
const SAME = 60_000;

/** The step by which a silence begins. */
export function hushStep(silence: Silence, until: string): DeskStep {
  const why: Said = say(
    { en: 'silence {what} until {until} UTC', zh: '静默{what}，至 {until} UTC' },
    { what: matcherWords(silence.matchers, false, silence.title), until },
  );
  return { kind: 'desk', on: { site: 'desk', host: 'desk', name: silence.id }, why, act: { hush: silence } };
}
