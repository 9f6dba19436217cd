import { deskFor } from './desk.ts';
import { DESK } from './due.ts';
import { Refusal } from './errors.ts';
import { parse } from './parse.ts';
import type { Person } from './policy.ts';
import { authorize, reach, visibleCommands } from './policy.ts';
import type { Rules } from './ports.ts';
import { keptLine } from './redactline.ts';
import { assign, route } from './route.ts';
import type { SettleNeeds } from './settle.ts';
import type { In } from './ticket.ts';
import type { Account } from './types.ts';
import { list, say } from './words.ts';

/** A line, and who says it from where. `length`: of the whole; `text` may be cut. */
export interface Line {
  readonly text: string;
  readonly length: number;
  readonly at: number;
  readonly account?: Account;
  readonly room?: string;
}

/** What of a ticket a line makes. */
export type Understood = Pick<
  In<'planning'>,
  'command' | 'input' | 'dry' | 'private' | 'state' | 'looking' | 'account' | 'room' | 'from' | 'reason' | 'rollout' | 'window' | 'repeat'
>;

/** What a line means, said by this person: parsed, routed and allowed; the first round of planning is to be asked for. Throws Refusal. */
export async function understood(line: Line, person: Person, rules: Rules, needs: SettleNeeds): Promise<Understood> {
  const { policy } = rules;
  const { room } = line;
  const from = { ...(line.account ? { account: line.account } : {}), ...(room === undefined ? {} : { room }) };
  const visible = visibleCommands(person, needs.commands, policy);
  const typed = parse(line.text, visible, line.length);
  const alias = needs.commands.get(typed.path);
  if (alias?.at === 'ask') {
    // What it stands for is decided on its own; whether this very line may be said, and here and now, is decided here.
    const said = { command: typed.path, input: typed.input, hosts: [], risk: alias.risk, by: person.id, ...(room === undefined ? {} : { room }) };
    const verdict = authorize(person, 'ask', said, policy, Date.now());
    if (!verdict.allowed) throw new Refusal(verdict.why);
  }
  const meant = alias?.at === 'ask' ? await alias.become(typed.input, deskFor(person, rules, needs, from)) : { ...typed, command: typed.path };
  const command = visible.get(meant.command);
  if (!command || command.at === 'ask') {
    throw new Refusal(say({ en: 'you may not use “{command}”', zh: '您无权使用“{command}”' }, { command: meant.command }));
  }
  const { input } = meant;
  const { window } = typed;
  if (window !== undefined && !policy.hours?.has(window)) {
    const known = [...(policy.hours?.keys() ?? [])];
    const hint =
      known.length > 0
        ? say({ en: 'there is: {known}', zh: '现有：{known}' }, { known: list(known) })
        : say({ en: 'the configuration names none under hours:', zh: '配置的 hours: 下没有定义' });
    throw new Refusal(say({ en: 'there is no window “{window}”', zh: '没有窗口“{window}”' }, { window }), hint);
  }
  if (window !== undefined && 'from' in meant && meant.from.kind === 'glass')
    throw new Refusal(say({ en: 'what breaks the glass is done at once, not in a window', zh: '紧急通道会立即执行，不能指定窗口' }));
  const rollout = typed.rollout ?? meant.rollout;
  const own = command.at === 'desk';
  const hosts = own ? [] : route(command, input, reach(person, policy, meant.command, command.risk));
  const about = { command: meant.command, input, risk: command.risk, by: person.id, ...(room === undefined ? {} : { room }) };
  const verdicts = hosts.map(({ name }) => authorize(person, 'ask', { ...about, hosts: [name] }, policy, Date.now()));
  // What can be read or planned nowhere now says why; other hosts do not exist for it.
  if (verdicts[0] && verdicts.every(({ allowed }) => !allowed)) throw new Refusal(verdicts[0].why);
  const sites = own ? [DESK] : [...assign(command, hosts).keys(), ...(command.beside === undefined ? [] : [DESK])];
  const parts = Object.fromEntries(sites.map((site) => [site, null]));
  return {
    command: meant.command,
    input,
    dry: typed.dry,
    private: command.at === 'desk' && !command.public,
    state: 'planning',
    looking: { round: 1, since: Date.now(), parts },
    ...from,
    ...('from' in meant ? { from: meant.from } : {}),
    ...('repeat' in meant && meant.repeat ? { repeat: { ...meant.repeat, hosts: hosts.map(({ name }) => name) } } : {}),
    ...('reason' in meant && meant.reason !== undefined ? { reason: { by: person.id, at: line.at, text: keptLine(meant.reason) } } : {}),
    ...(rollout ? { rollout } : {}),
    ...(window === undefined ? {} : { window }),
  };
}
