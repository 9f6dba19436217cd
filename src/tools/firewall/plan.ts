import type { Host, Look } from '../../core/command.ts';
import { assess } from '../../core/risk.ts';
import type { ExecStep, Fact, Plan } from '../../core/types.ts';
import { quoted, type Said, say } from '../../core/words.ts';
import { confirmed, WITHIN } from '../confirm.ts';
import { disturbsHost } from '../expects.ts';
import { type Firewall, gates } from '../firewall.ts';
import { oneNodeAtATime } from '../onenode.ts';
import { leftOut, probesFor } from '../probes.ts';
import { type Door, expires, gateName, isLasting, type Own, ownRules, setRules, stays } from './change.ts';

/** What is to change in the rules of a host. */
export interface Change {
  readonly summary: Said;
  readonly door: Door;
  readonly add: readonly Own[];
  readonly remove: readonly Own[];
  /** Seconds until what is added is taken out again by the host itself. */
  readonly forS?: number;
  readonly withinMs?: number | undefined;
  readonly undo: Plan['undo'];
  readonly notes: readonly Said[];
}

/** The plan of a change of rules: confirmed, one at a time on a host, and the kernel's rules only. */
export async function planRules(look: Look, host: Host, found: Firewall, change: Change): Promise<Plan> {
  const { door, add, remove, forS } = change;
  const on = { site: host.site, host: host.name };
  const exec = (why: Said, argv: ExecStep['argv']): ExecStep => ({ kind: 'exec', on, why, argv, timeoutMs: 60_000 });
  const [node, probes] = await Promise.all([oneNodeAtATime(look, host), probesFor(look, host)]);
  const { risk, facts } = assess('medium', { host: host.name, wholeHost: false, running: 0 }, look.self, look.now());
  const [first] = add;
  const act = [
    ...(remove.length > 0
      ? [exec(say({ en: 'take out {n} of its own rules', zh: '移除 {n} 条自有规则' }, { n: remove.length }), setRules('remove', door, remove))]
      : []),
    ...(add.length > 0 ? [exec(say({ en: 'put the rule in', zh: '加入规则' }), setRules('add', door, add))] : []),
    ...(first && forS ? [exec(say({ en: 'have the host take it out after {s} s', zh: '由主机在 {s} 秒后移除' }, { s: forS }), expires(first, forS))] : []),
  ];
  // Only once it is kept: a rule that is put back still goes when its time is over.
  const after = remove.filter(({ tag }) => tag.endsWith('-x')).map(({ tag }) => exec(say({ en: 'end its expiry', zh: '取消到期' }), stays(tag)));
  const rules = found.chains.reduce((sum, chain) => sum + chain.rules.length, 0);
  const relies = [gates(found).map((chain) => `${gateName(chain)} ${chain.policy}`), ownRules(found, door.port, door.proto)];
  const left = leftOut(look, host);
  const lasting = [...add, ...remove].some(isLasting);
  const state: Fact = {
    what: say({ en: 'rules on {host} now', zh: '{host} 当前规则' }, { host: host.name }),
    value: String(rules),
    at: look.now(),
    holds: `firewall ${host.name} ${JSON.stringify(relies)}`,
  };
  return {
    summary: change.summary,
    steps: [
      ...confirmed({
        on,
        id: look.ticket,
        save: [],
        restore: restoreOf(change),
        ...(lasting ? { bootAfter: 'pve-cluster.service' } : {}),
        afterS: Math.round((change.withinMs ?? WITHIN.usual * 1000) / 1000),
        act,
        probes,
      }),
      ...after,
    ],
    facts: [state, ...node.facts, ...facts],
    locks: [{ name: `${host.site}/${host.name}/network` }, ...node.locks],
    risk,
    expects: disturbsHost(host),
    undo: change.undo,
    notes: [
      ...change.notes,
      lasting
        ? say({
            en: 'changed in the rules of the node, which a reboot keeps; pve-firewall takes them up',
            zh: '修改节点规则，重启后仍保留；由 pve-firewall 应用',
          })
        : say({
            en: 'only the rules in the kernel change: after a reboot the host has what its files say',
            zh: '仅修改内核中的规则：重启后以主机文件中的规则为准',
          }),
      ...(left.length > 0
        ? [say({ en: 'not probed, as nobody of this site can: {names}', zh: '本站点无法执行，未探测：{names}' }, { names: left.join(', ') })]
        : []),
    ],
  };
}

/** What puts the rules back: what was put in goes, and what was taken out comes again, unless its time is over meanwhile. */
function restoreOf({ door, add, remove }: Change): ExecStep['argv'] {
  return add.length > 0 ? setRules('remove', door, add) : setRules('back', door, remove);
}

/** Where the bot's own rule stands, for people. */
export function places(rules: readonly Own[]): Said {
  return quoted(
    rules
      .flatMap((rule) => rule.gates)
      .map((gate) => (gate === 'own' ? 'inet hostler input' : gate.replaceAll(':', ' ')))
      .join(', '),
  );
}
