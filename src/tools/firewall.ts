import type { Host, Look } from '../core/command.ts';
import { Refusal } from '../core/errors.ts';
import { read } from '../core/read.ts';
import type { Read } from '../core/types.ts';
import { type Said, say } from '../core/words.ts';
import { parsePve, pveNode } from './firewall/node.ts';
import { READ } from './firewall/scripts.ts';
import { shell } from './shell.ts';

/** A rule of a chain, as the program prints it. `tag`: the comment by which the bot knows its own. */
export interface Rule {
  readonly text: string;
  readonly tag: string | undefined;
}

/** A chain, and, where the kernel sends packets to it, the hook and what becomes of what no rule decides. `by`: the program that manages it. */
export interface Chain {
  readonly by: 'nft' | 'iptables' | 'ip6tables' | 'pve';
  readonly family: string;
  readonly table: string;
  readonly name: string;
  readonly hook: string | undefined;
  readonly policy: string | undefined;
  readonly rules: readonly Rule[];
}

/** What filters packets on a host. `managers`: programs that run there and write rules of their own. */
export interface Firewall {
  readonly managers: readonly string[];
  readonly has: ReadonlySet<string>;
  /** Units that load rules at boot. */
  readonly saved: readonly string[];
  /** Ports by which the bot comes in. */
  readonly sshPorts: readonly number[];
  readonly chains: readonly Chain[];
  /** Programs that are there and did not tell their rules, with what they said: there may be any. */
  readonly unread: readonly { readonly program: string; readonly why: string }[];
}

/** All rules of a host: nft(8) `list ruleset` and iptables-save(8), of what it has. */
export function firewall(): Read<Firewall> {
  return read({ argv: shell('firewall-read', READ), parse: parseFirewall });
}

/** Most that is read of the rules of one program, in bytes. */
const MOST = 200_000;

export function parseFirewall(output: string): Firewall {
  const sections = new Map(output.split(/^== /m).map((text) => [text.slice(0, text.indexOf('\n')), text.slice(text.indexOf('\n') + 1)] as const));
  const lines = (sections.get('managers') ?? '').split('\n');
  const after = (word: string) => lines.flatMap((line) => (line.startsWith(`${word} `) ? [line.slice(word.length + 1)] : []));
  if ([...sections.values()].some((text) => text.length >= MOST)) throw new Error('too many rules');
  const iptables = [...parseSave('iptables', 'ip', sections.get('iptables') ?? ''), ...parseSave('ip6tables', 'ip6', sections.get('ip6tables') ?? '')];
  // What iptables-nft keeps is seen by nft, too; it is managed by iptables, and breaks when nft writes there.
  const twice = new Set(iptables.map(({ family, table, name }) => `${family} ${table} ${name}`));
  const nft = parseNft(sections.get('nft') ?? '').filter(({ family, table, name }) => !twice.has(`${family} ${table} ${name}`));
  const ports = (sections.get('ssh') ?? '').split('\n').flatMap((line) => (/^\d+$/.test(line.trim()) ? [Number(line)] : []));
  return {
    managers: [
      ...lines.filter((line) => line === 'firewalld' || line === 'ufw' || line.startsWith('pve-firewall enabled/running')),
      ...(nft.some(({ table }) => table === 'proxmox-firewall') ? ['proxmox-firewall'] : []),
    ],
    has: new Set(after('has')),
    saved: after('saved'),
    sshPorts: ports.length > 0 ? [...new Set(ports)] : [22],
    chains: [...nft, ...iptables, ...parsePve(sections.get('pve') ?? '')],
    unread: [...sections.keys()].flatMap((name) => {
      const [, program, why] = /^unread (\S+) (.*)$/.exec(name) ?? [];
      return program === undefined || why === undefined ? [] : [{ program, why: why.trim() }];
    }),
  };
}

/** `nft -a list ruleset`: tables of chains of rules, each with its handle; sets and other things in a table are not chains. */
export function parseNft(output: string): Chain[] {
  const chains: Chain[] = [];
  let table: readonly string[] = [];
  let rules: Rule[] | undefined;
  let depth = 0;
  for (const whole of output.split('\n')) {
    const line = whole.replace(/ # handle \d+$/, '').trim();
    if (line === '' || line.startsWith('#')) continue;
    const last = chains.at(-1);
    const base = /^type \S+ hook (\S+) .*?priority [^;]+;(?: policy (\S+);)?$/.exec(line);
    const [, family, name] = depth === 0 ? (/^table (\S+) (\S+) \{/.exec(line) ?? []) : [];
    const [, called] = depth === 1 ? (/^chain (\S+) \{/.exec(line) ?? []) : [];
    if (family && name) table = [family, name];
    else if (called) {
      rules = [];
      chains.push({ by: 'nft', family: table[0] ?? '', table: table[1] ?? '', name: called, hook: undefined, policy: undefined, rules });
    } else if (rules && last && depth === 2 && base) chains[chains.length - 1] = { ...last, hook: base[1], policy: base[2] ?? 'accept' };
    else if (rules && depth === 2 && line !== '}') rules.push({ text: line, tag: / comment "(hostler-[A-Za-z0-9-]+)"/.exec(line)?.[1] });
    depth += (line.endsWith('{') ? 1 : 0) - (line === '}' ? 1 : 0);
    if (depth < 2) rules = undefined;
  }
  return chains;
}

/** The filter table of `iptables-save`: `:CHAIN POLICY [packets:bytes]`, then `-A CHAIN …`. A chain nobody but rules sends packets to has the policy `-`. */
export function parseSave(by: 'iptables' | 'ip6tables', family: string, output: string): Chain[] {
  const chains = new Map<string, Chain & { rules: Rule[] }>();
  const [, filter = ''] = /^\*filter$([\s\S]*?)^COMMIT$/m.exec(output) ?? [];
  for (const line of filter.split('\n')) {
    const [, name, policy] = /^:(\S+) (\S+)/.exec(line) ?? [];
    if (name && policy) {
      const hook = policy === '-' ? {} : { hook: name.toLowerCase(), policy: policy.toLowerCase() };
      chains.set(name, { by, family, table: 'filter', name, hook: undefined, policy: undefined, ...hook, rules: [] });
    }
    const [, to, text] = /^-A (\S+) (.*)$/.exec(line) ?? [];
    if (to && text) chains.get(to)?.rules.push({ text, tag: /--comment "?(hostler-[A-Za-z0-9-]+)"?(?: |$)/.exec(text)?.[1] });
  }
  return [...chains.values()];
}

/** Chains that decide what comes in and turn something away: a port is open when it is let in by each of them. */
export function gates({ chains }: Firewall): Chain[] {
  const byNode = chains.some(({ by }) => by === 'pve');
  return chains.filter(
    ({ by, hook, policy, rules, table, family }) =>
      hook === 'input' &&
      // What is there for iptables is written by pve-firewall itself.
      !(byNode && (by === 'iptables' || by === 'ip6tables')) &&
      !(family === 'inet' && table === 'hostler') &&
      (policy === 'drop' || rules.some(({ text }) => /\b(drop|reject|jump|goto|queue)\b|-j (?!ACCEPT)/i.test(text))),
  );
}

/** `nft: Operation not permitted`. */
export function unreadWords({ program, why }: Firewall['unread'][number]): Said {
  return say({ en: '{program} says “{why}”', zh: '{program} 报告“{why}”' }, { program, why });
}

/** The firewall of a host whose rules the bot may change. Throws Refusal where another program would write over them. */
export async function changeable(look: Look, host: Host): Promise<Firewall> {
  const found = await look.read(host, firewall());
  const [unread] = found.unread;
  if (unread)
    throw new Refusal(
      say(
        { en: 'the rules of {host} cannot be read; nothing was done: {unread}', zh: '无法读取 {host} 的规则；未做任何操作：{unread}' },
        {
          host: host.name,
          unread: unreadWords(unread),
        },
      ),
      say(
        {
          en: 'mend what {program} says there first: what is not seen cannot be changed safely',
          zh: '请先在该主机上排除 {program} 的错误：看不到的规则无法安全修改',
        },
        unread,
      ),
    );
  const [manager] = found.managers.filter((name) => name !== 'ufw' && !(name.startsWith('pve-firewall') && pveNode(found) !== undefined));
  if (manager) {
    const pve = manager !== 'firewalld';
    throw new Refusal(
      say(
        {
          en: '{manager} manages the rules of {host} and would write over this; nothing was done',
          zh: '{host} 的规则由 {manager} 管理，会覆盖此更改；未做任何操作',
        },
        { manager: pve ? 'pve-firewall' : manager, host: host.name },
      ),
      pve
        ? say({
            en: 'change the rules of the node or of the datacenter in Proxmox, or stop pve-firewall if it is meant to be off',
            zh: '请在 Proxmox 中修改节点或数据中心规则；若本应关闭，请停用 pve-firewall',
          })
        : say({ en: 'use `firewall-cmd` there', zh: '请在该主机上使用 `firewall-cmd`' }),
    );
  }
  const node = pveNode(found);
  if (node !== undefined && node !== host.node?.name)
    throw new Refusal(
      say(
        {
          en: 'pve-firewall manages {host}, and I do not know it as the node {node}; nothing was done',
          zh: '{host} 由 pve-firewall 管理，但配置未将其登记为节点 {node}；未做任何操作',
        },
        { host: host.name, node },
      ),
      say({ en: 'the configuration says which host is which node: correct it there', zh: '请在配置中更正主机与节点的对应关系' }),
    );
  if (node !== undefined) return found;
  if (!found.has.has('nft') && !found.has.has('iptables')) {
    throw new Refusal(
      say({ en: '{host} has neither nft nor iptables; nothing was done', zh: '{host} 上没有 nft 或 iptables；未做任何操作' }, { host: host.name }),
    );
  }
  return found;
}
