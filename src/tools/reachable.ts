import type { Examined, Finding } from '../core/check.ts';
import { answer, type Host, type Look, SHELL_KINDS } from '../core/command.ts';
import { HostError, type HostTrouble } from '../core/errors.ts';
import { read } from '../core/read.ts';
import type { Cell, Plan, Read } from '../core/types.ts';
import { type Said, say } from '../core/words.ts';
import { HOST } from './look.ts';
import { version } from './proxmox/cluster.ts';

/** The id of what is found, as of a check. */
export const REACHABLE = 'reachable';
const TITLE = { en: 'the host does not answer', zh: '主机没有回应' };
/** How long one attempt may take, in milliseconds, and how many there are: the desk takes a site for silent after ten seconds. */
const ONE_MS = 4000;
const ATTEMPTS = 2;
/** Nothing is begun after this, in milliseconds, so that the last has its time. */
const BEGIN_MS = 9500 - ATTEMPTS * ONE_MS;
/** Most hosts that are asked at once: each takes a handshake. */
const MOST = 48;

/** Whether a host lets in: a connection made for this alone, over which `true` is run. */
function letsIn(): Read<true> {
  return read({ argv: ['true'], anew: true, parse: () => true });
}

/** `missed`: it did not answer twice in a row. `no`: it answered, but not as it should. Undefined: there was no time to ask. */
type Came = { readonly host: Host } & ({ readonly ms: number } | { readonly missed: Said } | { readonly no: Said } | { readonly unasked: true });

/** Asks every host over a new connection, clusters and backup servers by their API, whether it answers. Never throws for what a host says. */
export async function reachablePlan(look: Look): Promise<Plan> {
  const all = await inLanes(look.hosts, (host, late) => came(look, host, late));
  const rows = all.map((one): Cell[] => [one.host.name, words(one), 'ms' in one ? one.ms : '']);
  const summary = say(
    {
      en: all.length === 1 ? '{site}: {n} of {all} host answers' : '{site}: {n} of {all} hosts answer',
      zh: '{site}：{all} 台主机中 {n} 台有回应',
    },
    { site: all[0]?.host.site ?? '', n: all.filter((one) => 'ms' in one).length, all: all.length },
  );
  const columns = [HOST, say({ en: 'answers', zh: '回应' }), say({ en: 'ms', zh: '毫秒' })];
  const ranks = all.map((one) => ('missed' in one ? 0 : 'ms' in one ? 2 : 1));
  const order = all.map((_, i) => i).sort((a, b) => (ranks[a] ?? 0) - (ranks[b] ?? 0) || a - b);
  return answer(summary, [{ kind: 'table', columns, rows: order.flatMap((i) => rows.slice(i, i + 1)), ranks: order.map((i) => ranks[i] ?? 0) }], {
    findings: (await Promise.all(all.map((one) => examined(look, one)))).flat(),
  });
}

/** What is known of a host now, with what was found of it before by others. */
async function examined(look: Look, one: Came): Promise<Examined[]> {
  if ('unasked' in one) return [];
  const { host } = one;
  const before = (await look.earlier(host))?.findings ?? [];
  const others = before.filter(({ check }) => check !== REACHABLE).map((finding): Finding => ({ ...finding, unasked: true }));
  const what = 'missed' in one ? one.missed : 'no' in one ? one.no : undefined;
  const finding = { check: REACHABLE, host: host.name, severity: 'missed' in one ? 'critical' : 'warning', title: { words: TITLE } } as const;
  return [{ host: host.name, findings: [...(what ? [{ ...finding, what }] : []), ...others] }];
}

function words(one: Came): Cell {
  if ('ms' in one) return say({ en: 'yes', zh: '是' });
  if ('unasked' in one) return say({ en: 'not asked: there was no time left', zh: '未询问：时间不足' });
  return 'missed' in one ? say({ en: 'NO: {why}', zh: '否：{why}' }, { why: one.missed }) : one.no;
}

/** Nobody is there; what answers with a no is. */
const ABSENT: readonly HostTrouble[] = ['unreachable', 'timeout', 'lost'];

async function came(look: Look, host: Host, late: () => boolean): Promise<Came> {
  if (late()) return { host, unasked: true };
  let why: Said = { words: TITLE };
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const began = look.now();
    const said = await within(asked(look, host));
    if (said === undefined) return { host, ms: look.now() - began };
    if (said instanceof HostError && !ABSENT.includes(said.trouble))
      return said.trouble === 'busy' ? { host, ms: look.now() - began } : { host, no: said.said };
    why = said instanceof HostError ? said.said : say({ en: 'nothing within {s} s', zh: '{s} 秒内无响应' }, { s: ONE_MS / 1000 });
  }
  return { host, missed: why };
}

/** Undefined when it answers as it should. */
async function asked(look: Look, host: Host): Promise<HostError | undefined> {
  try {
    await (SHELL_KINDS.includes(host.kind) ? look.read(host, letsIn()) : look.read(host, version()));
    return undefined;
  } catch (error) {
    if (error instanceof HostError) return error;
    throw error;
  }
}

async function within<T>(work: Promise<T>): Promise<T | 'late'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => (timer = setTimeout(() => resolve('late'), ONE_MS)));
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Each host in the order given, so many at once. `late`: nothing more is to be begun. */
async function inLanes(hosts: readonly Host[], ask: (host: Host, late: () => boolean) => Promise<Came>): Promise<Came[]> {
  const until = performance.now() + BEGIN_MS;
  const found = new Map<Host, Came>();
  const waiting = [...hosts];
  const lane = async () => {
    for (let host = waiting.shift(); host; host = waiting.shift()) found.set(host, await ask(host, () => performance.now() > until));
  };
  await Promise.all(Array.from({ length: MOST }, lane));
  return hosts.flatMap((host) => found.get(host) ?? []);
}
