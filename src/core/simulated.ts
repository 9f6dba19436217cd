import type { Approver } from './approvers.ts';
import { answer } from './command.ts';
import { DAYS } from './hours.ts';
import { type Policy, riskWords } from './policy.ts';
import { approvalWords, isRule, ruleWords, slotWords, whereWords } from './rulewords.ts';
import type { Judged, Question, Simulation } from './simulate.ts';
import type { Targets } from './subjects.ts';
import { dayAndClock } from './time.ts';
import type { Block, Cell, Plan } from './types.ts';
import { OUTSIDE, type Veil } from './veil.ts';
import { placesWords } from './votes.ts';
import { list, quoted, type Said, say } from './words.ts';

/** The answer to `policy can`: allowed or not and by which rule at each risk, what approval it takes, and who could give it. */
export function simulated(question: Question, simulation: Simulation, policy: Policy, veil: Veil): Plan {
  const { person, line, at, room } = question;
  const values = { name: person.name, line };
  const facts: (readonly [Said, Cell])[] = [
    [
      say({ en: 'person', zh: '人员' }),
      say({ en: '{name} ({id}): {roles}', zh: '{name}（{id}）：{roles}' }, { ...values, id: person.id, roles: rolesOf(person.roles) }),
    ],
    [say({ en: 'at', zh: '时间' }), timeWords(at)],
    ...(room === undefined ? [] : [[say({ en: 'in', zh: '房间' }), room] as const]),
  ];
  if (simulation.kind === 'told') {
    const { message, hint, verdict } = simulation;
    const more: (readonly [Said, Cell])[] = [
      [say({ en: 'would be told', zh: '会得到的答复' }), message],
      ...(hint ? [[say({ en: 'with the hint', zh: '提示' }), hint] as const] : []),
      ...(verdict ? [[say({ en: 'by', zh: '依据' }), idAndWords(verdict.rule, policy, veil)] as const] : []),
    ];
    return answer(say({ en: '{name} cannot ask for “{line}”', zh: '{name} 不能提出“{line}”' }, values), [{ kind: 'facts', facts: [...facts, ...more] }]);
  }
  const { targets, judged } = simulation;
  const allowed = judged.filter(({ verdict }) => verdict.allowed).length;
  const summary =
    allowed === 0
      ? say({ en: '{name} may not ask for “{line}”', zh: '{name} 不可提出“{line}”' }, values)
      : allowed === judged.length
        ? say({ en: '{name} may ask for “{line}”', zh: '{name} 可以提出“{line}”' }, values)
        : say({ en: '{name} may ask for “{line}”, but not whatever it comes to', zh: '{name} 可以提出“{line}”，但视具体计划而定' }, values);
  const about = targetWords(targets);
  const blocks: Block[] = [
    { kind: 'facts', facts: [...facts, ...(about ? [[say({ en: 'about', zh: '涉及' }), about] as const] : [])] },
    judgedTable(judged, policy, veil),
    ...legend(judged, policy, veil),
  ];
  return answer(summary, blocks);
}

function idAndWords(rule: string, policy: Policy, veil: Veil): Said {
  const words = ruleWords(rule, policy, veil);
  return isRule(rule, policy) ? say({ en: '{rule}: {words}', zh: '{rule}：{words}' }, { rule, words }) : words;
}

const rolesOf = (roles: readonly string[]): Said => (roles.length === 0 ? say({ en: 'no role', zh: '没有角色' }) : list(roles));

/** `Sat 2026-11-28 03:00 UTC`. */
function timeWords(at: number): string {
  return `${DAYS[new Date(at).getUTCDay()]} ${dayAndClock(at)} UTC`;
}

function targetWords(targets: Targets): Said | undefined {
  if (targets.kind === 'none' || targets.kind === 'refused') return undefined;
  const hosts = list(targets.hidden ? [...targets.hosts, OUTSIDE] : targets.hosts);
  if (targets.kind === 'hosts') return hosts;
  if (targets.guest === undefined) return say({ en: 'any of {hosts}', zh: '{hosts} 中的任意主机' }, { hosts });
  const values = { guest: targets.guest, hosts };
  return say({ en: 'wherever “{guest}” is: {hosts} (not seen lately)', zh: '“{guest}”所在的主机：{hosts}（近期未见到）' }, values);
}

function judgedTable(judged: readonly Judged[], policy: Policy, veil: Veil): Block {
  const grouped = new Set(judged.map(({ hosts }) => hosts.join(' '))).size > 1;
  const columns = [
    say({ en: 'risk', zh: '风险' }),
    ...(grouped ? [say({ en: 'hosts', zh: '主机' })] : []),
    say({ en: 'may ask', zh: '可提出' }),
    say({ en: 'by', zh: '依据' }),
    say({ en: 'takes', zh: '所需批准' }),
    say({ en: 'who could approve', zh: '可批准者' }),
  ];
  const rows = judged.map((one): Cell[] => [
    riskWords(one.risk),
    ...(grouped ? [list(one.hosts)] : []),
    mayWords(one),
    isRule(one.verdict.rule, policy) ? one.verdict.rule : ruleWords(one.verdict.rule, policy, veil),
    takesWords(one),
    whoWords(one),
  ]);
  return { kind: 'table', columns, rows };
}

function mayWords({ verdict, where }: Judged): Said {
  if (!verdict.allowed) return say({ en: 'no', zh: '否' });
  const rooms = whereWords(where);
  return rooms ? say({ en: 'yes, {rooms}', zh: '是，{rooms}' }, { rooms }) : say({ en: 'yes', zh: '是' });
}

function takesWords({ demand }: Judged): Said {
  if (demand === undefined) return quoted('–');
  if (demand.kind === 'none') return say({ en: 'nothing', zh: '无需批准' });
  if (demand.kind === 'unruled') return say({ en: 'no approval rule covers it: it is refused', zh: '没有审批规则适用：会被拒绝' });
  return list(demand.rules.map((rule) => say({ en: '{slots} ({id})', zh: '{slots}（{id}）' }, { slots: slotWords(rule.votes), id: rule.id })));
}

/** What the rules of the table say, each once. */
function legend(judged: readonly Judged[], policy: Policy, veil: Veil): Block[] {
  const decided = new Map(judged.flatMap(({ verdict: { rule } }) => (isRule(rule, policy) ? [[rule, ruleWords(rule, policy, veil)] as const] : [])));
  const approvals = new Map(
    judged.flatMap(({ demand }) => (demand?.kind === 'votes' ? demand.rules.map((rule) => [rule.id, approvalWords(rule)] as const) : [])),
  );
  const facts = [...decided, ...approvals].map(([id, words]) => [quoted(id), words] as const);
  return facts.length === 0 ? [] : [{ kind: 'facts', facts }];
}

function whoWords({ demand, approvers, bare, empty }: Judged): Said {
  if (demand?.kind === 'unruled') return NOBODY;
  if (demand?.kind !== 'votes') return quoted('–');
  const names = list(approvers.map((one) => approverWords(one, bare.includes(one.person.id))));
  if (empty.flat().length === 0) return names;
  if (approvers.length === 0) return NOBODY;
  return say({ en: '{names}; nobody can approve this: {places} is missing', zh: '{names}；无人能批准：还缺 {places}' }, { names, places: placesWords(empty) });
}

const NOBODY = say({ en: 'nobody can approve this', zh: '无人能批准' });

/** An approver's name, and what is particular about it. */
export function approverWords({ person, where, lent }: Approver, bare = false): Said {
  const rooms = whereWords(where);
  const notes = [
    ...(lent ? [say({ en: 'by delegation', zh: '受委托' })] : []),
    ...(rooms ? [rooms] : []),
    ...(bare ? [say({ en: 'cannot prove who they are', zh: '无法验证身份' })] : []),
  ];
  return notes.length === 0 ? quoted(person.name) : say({ en: '{name} ({notes})', zh: '{name}（{notes}）' }, { name: person.name, notes: list(notes) });
}
