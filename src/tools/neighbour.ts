import type { Host, Look } from '../core/command.ts';
import { Refusal } from '../core/errors.ts';
import { list, type Said, say } from '../core/words.ts';
import { answers, each } from './each.ts';
import { type Facts, facts } from './facts.ts';

/** How many of a site's hosts are asked for one that can help. */
const MOST = 4;

/** Hosts a request is about that is done from another host: the one it is for, and who may do it for it: `from`, else some of its site. Pure. */
export function withNeighbours(name: unknown, from: unknown, hosts: readonly Host[]): readonly Host[] {
  const host = hosts.find((one) => one.name === name);
  if (!host) return [];
  const wanted = typeof from === 'string' ? from : host.bmc?.from;
  const others = hosts.filter((one) => one !== host && (wanted === undefined ? one.site === host.site : one.name === wanted));
  return hosts.filter((one) => one === host || others.slice(0, MOST).includes(one));
}

/** The host it is for. Throws Refusal. */
export function subject(look: Look, name: string): Host {
  const host = look.hosts.find((one) => one.name === name);
  if (host) return host;
  throw new Refusal(say({ en: 'there is no host “{name}”', zh: '没有主机“{name}”' }, { name }), say({ en: '`hosts` shows them', zh: '可用 `hosts` 查看' }));
}

/** The first of the others that answers and has one of these programs. Throws Refusal. */
export async function sender(
  look: Look,
  host: Host,
  programs: readonly string[],
  from: string | undefined,
): Promise<{ readonly host: Host; readonly facts: Facts }> {
  const others = look.hosts.filter((one) => one !== host);
  const all = await each(look, (one) => look.read(one, facts()), others);
  const found = answers(all).find(({ value }) => programs.some((program) => value.tools.has(program)));
  if (found) return { host: found.host, facts: found.value };
  const values = { host: host.name, from: from ?? '', programs: list(programs), asked: list(others.map(({ name }) => name)) };
  throw new Refusal(noHelp(others.length, from === undefined, values), say({ en: 'name another with --from', zh: '可用 --from 指定其他主机' }));
}

function noHelp(asked: number, any: boolean, values: Parameters<typeof say>[1]): Said {
  if (asked === 0 && !any) return say({ en: 'there is no other host “{from}”', zh: '没有另一台主机“{from}”' }, values);
  if (asked === 0) return say({ en: 'there is no other host at the site of {host} to do it from', zh: '{host} 所在站点没有其他主机可用' }, values);
  return say({ en: 'none of these can be asked and has {programs}: {asked}', zh: '以下主机均无法询问或没有 {programs}：{asked}' }, values);
}
