import { answer, type Host, type Look } from '../core/command.ts';
import { Refusal } from '../core/errors.ts';
import type { Cell, Plan } from '../core/types.ts';
import { type Said, say } from '../core/words.ts';
import { type Answer, each, troubles } from './each.ts';
import { knownFacts, mustHave } from './facts.ts';
import { type PortState, type Reached, reaches } from './reach.ts';
import { verdicts } from './reach-verdict.ts';

/** The ends that are hosts; the second one only where one site reaches both. Pure. */
export function bothEnds(a: unknown, b: unknown, hosts: readonly Host[]): readonly Host[] {
  const from = hosts.find(({ name }) => name === a);
  if (!from) return hosts.slice(0, 1); // the plan says that there is no such host
  return hosts.filter((host) => host === from || (host.name === b && host.sites.some((site) => from?.sites.includes(site))));
}

/** Both ends asked side by side; the other end may be an address that is no host, which is asked about from one side only. */
export async function checkPlan(look: Look, a: string, b: string, ports: readonly number[]): Promise<Plan> {
  const from = look.hosts.find(({ name }) => name === a);
  if (!from) throw new Refusal(say({ en: 'there is no host “{a}”', zh: '没有主机“{a}”' }, { a }), say({ en: '`hosts` shows them', zh: '可用 `hosts` 查看' }));
  if (a === b) throw new Refusal(say({ en: '{a} is one host: name two', zh: '{a} 是同一台主机：请指定两台' }, { a }));
  if (ports.some((port) => port > 65_535)) throw new Refusal(say({ en: 'a port is 1 to 65535', zh: '端口范围为 1 到 65535' }));
  const to = look.hosts.find(({ name }) => name === b);
  const far = look.find(b);
  const target = far?.address ?? b;
  const ends = [
    { host: from, other: b, address: target, name: to?.name ?? (target === b && /[g-z]/i.test(b) ? b : '') },
    ...(to ? [{ host: to, other: a, address: from.address, name: from.name }] : []),
  ];
  const found = await each(
    look,
    async (host) => {
      const end = ends.find((one) => one.host === host);
      mustHave(host, await knownFacts(look, host), 'ping', 'ip');
      return look.read(host, reaches(end?.address ?? '', end?.name ?? '', ports));
    },
    ends.map(({ host }) => host),
  );
  const ways = ends.map(({ host, other }, i) => ({ host, other, found: found[i] }));
  const said = verdicts(
    ways.flatMap(({ host, other, found: one }) => (one && 'value' in one ? [{ from: host.name, to: other, reached: one.value }] : [])),
    ports,
  );
  const columns = ways.map(({ host, other }) => say({ en: '{from} → {to}', zh: '{from} → {to}' }, { from: host.name, to: other }));
  const rows = ROWS.map(({ what, cell }): Cell[] => [what, ...ways.map(({ found: one }) => shown(one, cell))]);
  const portRows = ports.map((port): Cell[] => [
    say({ en: 'port {port}', zh: '端口 {port}' }, { port }),
    ...ways.map(({ found: one }) => shown(one, ({ ports: states }) => portWords(states.get(port)))),
  ]);
  const [first, ...more] = said;
  const well = say({ en: '{a} and {b} reach each other', zh: '{a} 与 {b} 互相可达' }, { a, b });
  const oneWay = say({ en: '{a} reaches {b}', zh: '{a} 可以到达 {b}' }, { a, b });
  const unasked = found.some((one) => 'trouble' in one);
  const good = unasked ? say({ en: '{a} and {b}: only one side could be asked', zh: '{a} 与 {b}：只能询问一侧' }, { a, b }) : to ? well : oneWay;
  return answer(
    first ?? good,
    [
      ...more.map((text) => ({ kind: 'text' as const, text })),
      { kind: 'table', columns: [say({ en: 'what', zh: '项目' }), ...columns], rows: [...rows, ...portRows] },
    ],
    { notes: [...troubles(found), ...(far && !to && far.kind !== 'pve' && far.kind !== 'pbs' ? [alone(a, b)] : [])] },
  );
}

function alone(a: string, b: string): Said {
  return say({ en: 'no site reaches both: {b} itself was not asked, only {a}', zh: '没有站点能同时到达两者：仅询问了 {a}，未询问 {b}' }, { a, b });
}

const NONE: Cell = '-';
type Row = { readonly what: Said; readonly cell: (reached: Reached) => Cell };
const ROWS: readonly Row[] = [
  { what: say({ en: 'address', zh: '地址' }), cell: ({ address, trouble }) => address || (trouble ?? NONE) },
  { what: say({ en: 'came back', zh: '收到回应' }), cell: ({ sent, received }) => `${received}/${sent}` },
  { what: say({ en: 'time, on average', zh: '平均时间' }), cell: ({ average }) => (average === undefined ? NONE : `${average} ms`) },
  {
    what: say({ en: 'path MTU', zh: '路径 MTU' }),
    cell: ({ pathMtu, linkMtu }) =>
      pathMtu === undefined ? NONE : say({ en: '{path} of {link}', zh: '{path} / {link}' }, { path: pathMtu, link: linkMtu ?? '?' }),
  },
  {
    what: say({ en: 'route', zh: '路由' }),
    cell: ({ route, trouble }) =>
      route ? [route.dev, ...(route.via ? [`via ${route.via}`] : []), ...(route.src ? [`src ${route.src}`] : [])].join(' ') : (trouble ?? NONE),
  },
  { what: say({ en: 'next hop', zh: '下一跳' }), cell: ({ neighbour }) => neighbour ?? NONE },
  {
    what: say({ en: 'name', zh: '名称解析' }),
    cell: ({ names }) => (names === undefined ? NONE : names.length > 0 ? names.join(' ') : say({ en: 'not known', zh: '无法解析' })),
  },
];

function shown(one: Answer<Reached> | undefined, cell: (reached: Reached) => Cell): Cell {
  return one && 'value' in one ? cell(one.value) : NONE;
}

const PORTS: Readonly<Record<PortState, Said>> = {
  open: say({ en: 'open', zh: '开放' }),
  refused: say({ en: 'refused: nothing listens', zh: '被拒绝：无监听' }),
  silent: say({ en: 'no answer', zh: '无应答' }),
  unreachable: say({ en: 'unreachable', zh: '不可达' }),
};

function portWords(state: PortState | undefined): Cell {
  return state === undefined ? NONE : PORTS[state];
}
