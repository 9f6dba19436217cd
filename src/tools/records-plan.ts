import { answer, type Host, type Look } from '../core/command.ts';
import type { DeclaredZone } from '../core/declared.ts';
import { Absent, Refusal } from '../core/errors.ts';
import type { Input, Plan, Step, Undo } from '../core/types.ts';
import { list, type Said, say } from '../core/words.ts';
import { knownFacts, mustHave } from './facts.ts';
import { type DnsRecord, type RecordType, recordsOf, saysNow, update } from './records.ts';
import { recordValue } from './records-values.ts';

/** Seconds a new record may be kept by others, where nobody says otherwise. */
const TTL = 3600;

const isIn = (name: string, zone: string) => name === zone.toLowerCase() || name.endsWith(`.${zone.toLowerCase()}`);
const plainName = (typed: string) => typed.replace(/\.$/, '').toLowerCase();

/** The host that speaks to the server of the zone a name is in; all, where none of these does: whoever plans then says which zones there are. */
export function zoneHosts(typed: Input[string] | undefined, hosts: readonly Host[]): readonly Host[] {
  const name = typeof typed === 'string' ? plainName(typed) : '';
  const longest = Math.max(...hosts.flatMap(({ zones = [] }) => zones.flatMap((zone) => (isIn(name, zone) ? [zone.length] : []))));
  const found = hosts.filter(({ zones = [] }) => zones.some((zone) => isIn(name, zone) && zone.length === longest));
  return found.length > 0 ? found : hosts;
}

/** The declared zone a name is in, and the host that speaks to its server. Throws Refusal, or Absent where that host is not at this site. */
export async function zoneOf(look: Look, typed: string): Promise<{ zone: DeclaredZone; host: Host; name: string }> {
  const name = plainName(typed);
  const all = look.declared.zones.filter((zone) => isIn(name, zone.name));
  const [zone] = all.sort((a, b) => b.name.length - a.name.length);
  if (!zone)
    throw new Refusal(
      say({ en: '“{name}” is in no zone of the configuration', zh: '“{name}”不在配置的任何区域中' }, { name }),
      look.declared.zones.length > 0
        ? say({ en: 'there is: {known}', zh: '现有：{known}' }, { known: list(look.declared.zones.map((one) => one.name)) })
        : say({ en: 'declare it under dns:', zh: '请在 dns: 下声明' }),
    );
  const host = look.hosts.find((one) => one.name === zone.from);
  if (!host)
    throw new Absent(
      say({ en: '{host}, which asks for {zone}, is not here', zh: '负责查询 {zone} 的 {host} 不在此处' }, { host: zone.from, zone: zone.name }),
      [],
    );
  mustHave(host, await knownFacts(look, host), 'dig', 'nsupdate');
  return { zone, host, name };
}

/** What is wanted of the records of a name and type: these values and no others, or that these go; without any, that all go. */
export interface Wish {
  readonly type: RecordType;
  readonly values: readonly string[];
  readonly ttl?: number | undefined;
  readonly do: 'set' | 'remove';
}

/** Sets the records of one name and type, or removes them: one update that is done only if nobody changed them meanwhile. Throws Refusal. */
export async function planRecords(look: Look, typed: string, { type, values, ttl: wanted, do: what }: Wish): Promise<Plan> {
  const { zone, host, name } = await zoneOf(look, typed);
  const { records, why } = await look.read(host, recordsOf(zone, name));
  const words = { name, type, zone: zone.name, server: zone.server };
  if (!records.some((one) => one.type === 'SOA' && one.name === `${zone.name.toLowerCase()}.`))
    throw new Refusal(
      say(
        { en: '{server} does not answer for {zone}: {why}; nothing was done', zh: '{server} 未应答 {zone}：{why}；未做任何操作' },
        { ...words, why: why || '-' },
      ),
    );
  const here = records.filter((one) => one.name === `${name}.` && one.type !== 'SOA');
  const before = here.filter((one) => one.type === type);
  const old = before.map(({ value }) => value);
  const given = [...new Set(values.map((value) => recordValue(type, value)))];
  const wish = what === 'set' ? given : given.length === 0 ? [] : old.filter((value) => !given.some(equals(type, value)));
  const ttl = wanted ?? before[0]?.ttl ?? TTL;
  const sameTtl = before.every((one) => one.ttl === ttl);
  const same = wish.length === old.length && wish.every((value) => old.some(equals(type, value)));
  if (what === 'remove' && (old.length === 0 || same))
    return answer(say({ en: '{name} has no such record {type}', zh: '{name} 没有这样的 {type} 记录' }, words), []);
  if (same && sameTtl) return answer(say({ en: '{name} {type} is so already', zh: '{name} {type} 已是如此' }, words), []);
  if (what === 'set') mustFit(here, type, given, words);
  const line = `${name}.`;
  const on = { site: host.site, host: host.name, name };
  const steps: Step[] = [
    {
      kind: 'exec',
      on,
      why: say({ en: 'update {zone}', zh: '更新 {zone}' }, words),
      argv: update(zone, [
        ...(old.length === 0 ? [`prereq nxrrset ${line} IN ${type}`] : old.map((value) => `prereq yxrrset ${line} IN ${type} ${value}`)),
        `update delete ${line} ${type}`,
        ...wish.map((value) => `update add ${line} ${ttl} ${type} ${value}`),
      ]),
      stdin: zone.key.secret,
      timeoutMs: 60_000,
    },
    { kind: 'exec', on, why: say({ en: 'see that the server says so', zh: '确认服务器的应答' }), argv: saysNow(zone, name, type, wish), timeoutMs: 30_000 },
  ];
  return {
    summary: summaryOf(what, wish, old, ttl, words),
    steps,
    facts: [
      {
        what: say({ en: '{name} {type} now', zh: '{name} {type} 当前' }, words),
        value: before.length === 0 ? '-' : list(before.map((one) => `${one.value} (${one.ttl} s)`)),
        at: look.now(),
        holds: `dns ${zone.server} ${name} ${type} ${JSON.stringify(here.map(({ ttl: _, ...rest }) => rest))} ${before[0]?.ttl ?? ''}`,
      },
    ],
    locks: [{ name: `${host.site}/${host.name}/zone:${zone.name}` }],
    risk: 'medium',
    undo: undoOf(name, type, before),
    notes:
      before.length > 0 ? [say({ en: 'others may keep the old answer for {s} s', zh: '其他解析器可能继续缓存旧值 {s} 秒' }, { s: before[0]?.ttl ?? ttl })] : [],
  };
}

const equals = (type: RecordType, one: string) => (other: string) =>
  type === 'TXT' || type === 'CAA' ? one === other : one.toLowerCase() === other.toLowerCase();

function mustFit(here: readonly DnsRecord[], type: RecordType, given: readonly string[], words: { readonly name: string; readonly type: string }): void {
  const clash = here.find((one) => (type === 'CNAME') !== (one.type === 'CNAME'));
  if (clash)
    throw new Refusal(
      say(
        {
          en: '{name} has a record {other}, which a {type} cannot stand beside; nothing was done',
          zh: '{name} 已有 {other} 记录，不能与 {type} 并存；未做任何操作',
        },
        { ...words, other: clash.type },
      ),
      say({ en: 'remove it first: `dns remove {name} {other}`', zh: '请先删除：`dns remove {name} {other}`' }, { ...words, other: clash.type }),
    );
  if (type === 'CNAME' && given.length > 1) throw new Refusal(say({ en: '{name} can have one CNAME only', zh: '{name} 只能有一个 CNAME' }, words));
}

function undoOf(name: string, type: RecordType, before: readonly DnsRecord[]): Undo {
  const [first] = before;
  if (!first) return { command: 'dns remove', input: { name, type, values: [] } };
  // What dig prints of strings is more than a person would type; the same text comes out of it.
  const values = before.map(({ value }) =>
    type === 'TXT'
      ? value
          .replace(/" "/g, '')
          .replace(/^"|"$/g, '')
          .replace(/\\(["\\])/g, '$1')
      : value,
  );
  return { command: 'dns set', input: { name, type, values, ttl: String(first.ttl) } };
}

function summaryOf(
  what: 'set' | 'remove',
  wish: readonly string[],
  old: readonly string[],
  ttl: number,
  words: { readonly name: string; readonly type: string },
): Said {
  const gone = old.filter((value) => !wish.includes(value));
  return what === 'remove'
    ? say({ en: 'remove {name} {type} {values}', zh: '删除 {name} {type} {values}' }, { ...words, values: list(gone) })
    : say({ en: '{name} {type} is {values}, for {ttl} s', zh: '{name} {type} 设为 {values}，TTL {ttl} 秒' }, { ...words, values: list(wish), ttl });
}
