import { z } from 'zod';
import type { Chain, Firewall, Rule } from '../firewall.ts';

/** `GET /nodes/{node}/firewall/rules` and `…/options`, as pvesh prints them. Only what is meant for what comes in, and switched on, is a rule here. */
const RULES = z.array(
  z.object({
    pos: z.number(),
    type: z.string(),
    action: z.string(),
    ...{ enable: z.coerce.number().default(0), comment: z.string().default('') },
    ...{
      proto: z.string().optional(),
      dport: z.coerce.string().optional(),
      source: z.string().optional(),
      iface: z.string().optional(),
      macro: z.string().optional(),
    },
  }),
);
const OPTIONS = z.object({ enable: z.coerce.number().default(1) });

/** The rules of a node whose pve-firewall runs and filters what comes in, as one chain; it lets everything in where it is switched off for the node. Nothing where pvesh told nothing; throws when it is not what pvesh prints. */
export function parsePve(section: string): Chain[] {
  const said = (word: string) =>
    section
      .split('\n')
      .find((line) => line.startsWith(`${word} `))
      ?.slice(word.length + 1);
  const [node, options, rules] = [said('node'), said('options'), said('rules')];
  if (node === undefined) return [];
  // What Proxmox does not tell cannot be changed either: it stays another's.
  if (!/^[A-Za-z0-9-]+$/.test(node) || !options || !rules) return [];
  const base = { by: 'pve', family: 'pve', table: node, name: 'in', hook: 'input' } as const;
  if (OPTIONS.parse(JSON.parse(options)).enable === 0) return [{ ...base, policy: 'accept', rules: [] }];
  const all = RULES.parse(JSON.parse(rules)).filter(({ type, enable }) => type === 'in' && enable !== 0);
  const inOrder = all.toSorted((a, b) => a.pos - b.pos);
  return [{ ...base, policy: 'drop', rules: inOrder.map(ruleOf) }];
}

/** One rule in the words that iptables uses. */
function ruleOf({ action, comment, proto, dport, source, iface, macro }: z.infer<typeof RULES>[number]): Rule {
  const flags = { '-i': iface, '-s': source, '-p': proto, '--dport': dport, '--macro': macro, '-j': action };
  const text = Object.entries(flags).flatMap(([flag, value]) => (value ? [`${flag} ${value}`] : []));
  return { text: text.join(' '), tag: /^hostler-[A-Za-z0-9-]+$/.test(comment) ? comment : undefined };
}

/** The node whose rules pve-firewall takes from the cluster; undefined where it does not run or is off in the datacenter. */
export function pveNode({ chains }: Pick<Firewall, 'chains'>): string | undefined {
  return chains.find(({ by }) => by === 'pve')?.table;
}
