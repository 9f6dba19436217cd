import { effect, type Program } from '../program.ts';
import { run } from '../run.ts';
import type { Machine } from '../world/machine.ts';
import { type Area, kept } from './area.ts';

/** A rule of the bot's own, and the gates it is in. */
interface Rule {
  readonly tag: string;
  readonly verdict: string;
  readonly from: string;
  readonly proto: string;
  readonly port: string;
  readonly gates: readonly string[];
}

const rules = kept(() => ({ own: [] as Rule[] }));

/** Debian's web hosts filter with nft, Anolis' with iptables; the others do not filter. */
function kindOf({ os, tags }: Machine): 'nft' | 'iptables' | 'none' {
  if (!tags.includes('web')) return 'none';
  return os.release.includes('ID=debian') ? 'nft' : 'iptables';
}

/** While it is there nft fails, and says this. */
const NFT_FAILS = '/run/lab/nft-fails';

const read: Program = (call) => {
  const why = call.machine.files.get(NFT_FAILS);
  if (why) {
    call.out(`== managers\nhas nft\nhas systemd\n== ssh\n22\n== nft\n\n== unread nft ${why}\n== iptables\n== ip6tables\n`);
    return 0;
  }
  const kind = kindOf(call.machine);
  const { own } = rules(call.machine);
  const at = (gate: string) => own.filter(({ gates }) => gates.includes(gate));
  call.out(
    `== managers\n${nodeRules(call.machine) ? 'pve-firewall enabled/running\n' : ''}has nft\nhas iptables\nhas ip6tables\nhas systemd\n${kind === 'nft' ? 'saved nftables\n' : ''}== ssh\n22\n== nft\n`,
  );
  if (kind === 'nft') call.out(nftTable('filter', 'priority filter; policy drop;', [...at('nft:inet:filter:input').map(nftRule), ...BASE]));
  if (at('own').length > 0) call.out(nftTable('hostler', 'priority filter - 5; policy accept;', at('own').map(nftRule)));
  const pve = nodeRules(call.machine);
  call.out(
    `== iptables\n${kind === 'iptables' ? save([...at('iptables').map(iptRule), ...REJECT]) : ''}== ip6tables\n${kind === 'iptables' ? save(at('ip6tables').map(iptRule)) : ''}`,
  );
  if (pve) {
    const list = [...pve.values()].map((rule, pos) => ({ ...rule, pos, digest: DIGEST }));
    call.out(`== pve\nnode ${call.machine.name}\noptions {"digest":"${DIGEST}"}\nrules ${JSON.stringify(list)}\n`);
  }
  return 0;
};

const DIGEST = 'da39a3ee5e6b4b0d3255bfef95601890afd80709';

/** What pve-firewall is told, where it runs. */
function nodeRules({ units, node }: Machine): Map<string, { readonly [field: string]: unknown }> | undefined {
  return units.some(({ id, active }) => id === 'pve-firewall.service' && active === 'active') ? node?.rules() : undefined;
}

/** Puts a rule of the bot's own first, or takes it out. */
function change(machine: Machine, op: string, rule: Rule): void {
  const state = rules(machine);
  state.own = state.own.filter(({ tag }) => tag !== rule.tag);
  const pve = rule.gates.some((gate) => gate.startsWith('pve:')) ? nodeRules(machine) : undefined;
  if (!pve && op === 'add') state.own.unshift(rule);
  if (!pve) return;
  const rest = [...pve.values()].filter(({ comment }) => comment !== rule.tag);
  const { verdict, proto, port, from, tag } = rule;
  const said = { type: 'in', action: verdict.toUpperCase(), proto, dport: port, enable: 1, comment: tag, ...(from === '-' ? {} : { source: from }) };
  pve.clear();
  for (const [i, one] of (op === 'add' ? [said, ...rest] : rest).entries()) pve.set(String(i), one);
}

const BASE = ['ct state established,related accept', 'iif "lo" accept', 'ip protocol icmp accept', 'tcp dport { 22, 80, 443 } accept'] as const;
const REJECT = [
  '-A INPUT -m state --state RELATED,ESTABLISHED -j ACCEPT',
  '-A INPUT -p icmp -j ACCEPT',
  '-A INPUT -i lo -j ACCEPT',
  '-A INPUT -p tcp -m state --state NEW -m tcp --dport 22 -j ACCEPT',
  '-A INPUT -p tcp -m tcp --dport 80 -j ACCEPT',
  '-A INPUT -j REJECT --reject-with icmp-host-prohibited',
] as const;

function nftTable(name: string, rest: string, lines: readonly string[]): string {
  const body = lines.map((line, i) => `\t\t${line} # handle ${i + 4}\n`).join('');
  return `table inet ${name} { # handle 1\n\tchain input { # handle 1\n\t\ttype filter hook input ${rest}\n${body}\t}\n}\n`;
}

function nftRule({ tag, verdict, from, proto, port }: Rule): string {
  const source = from === '-' ? '' : `${from.includes(':') ? 'ip6' : 'ip'} saddr ${from} `;
  return `${source}${proto} dport ${port} ${verdict} comment "${tag}"`;
}

function iptRule({ tag, verdict, from, proto, port }: Rule): string {
  const source = from === '-' ? '' : `-s ${from.includes('/') ? from : `${from}/32`} `;
  return `-A INPUT ${source}-p ${proto} -m ${proto} --dport ${port} -m comment --comment ${tag} -j ${verdict.toUpperCase()}`;
}

function save(lines: readonly string[]): string {
  return `*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n${lines.map((line) => `${line}\n`).join('')}COMMIT\n`;
}

/** `add|remove|back PROTO PORT RULE…`. */
const set: Program = (call) => {
  const [, op = '', proto = '', port = '', ...records] = call.argv;
  for (const record of records) {
    const [tag = '', verdict = '', from = '', ...gates] = record.split(' ');
    change(call.machine, op === 'back' ? 'add' : op, { tag, verdict, from, proto, port, gates });
    effect(call, 'firewall', op, `${port}/${proto}`);
  }
  return 0;
};

/** `TAG SECONDS ARGV…`. */
const expire: Program = (call) => {
  const [, , seconds = '', program = '', ...args] = call.argv;
  call.machine.timers.after(Math.min(Number(seconds) * 1000, 2 ** 31 - 1), () => void run({ ...call, argv: [program, ...args] }));
  return 0;
};

export const firewall: Area = {
  scripts: { 'firewall-read': read, 'firewall-set': set, 'firewall-expire': expire, 'firewall-stay': () => 0 },
};
