import { ticketName } from '../src/core/args.ts';
import { aliasCommand } from '../src/core/command.ts';
import { Refusal } from '../src/core/errors.ts';
import { removalOf } from '../src/core/schedules/schedule.ts';
import { STATE_WORDS } from '../src/core/states.ts';
import { say } from '../src/core/words.ts';

/** Takes back what a request did: asks for the command its plan named, which is planned and approved like any other. */
export default aliasCommand({
  at: 'ask',
  summary: { en: 'Take back what a request did', zh: '撤销某个请求' },
  examples: ['undo T0123456789A'],
  risk: 'low',
  args: { request: ticketName() },
  async become({ request: id }, desk) {
    const found = await desk.request(id);
    if (!found) throw new Refusal(say({ en: 'there is no request {id}', zh: '没有请求 {id}' }, { id }));
    const { ticket, plan } = found;
    if (ticket.repeat && ticket.state === 'done' && !ticket.dry) return { ...removalOf(ticket), from: { kind: 'undo', ticket: ticket.id } };
    if (!plan || !('startedAt' in ticket) || ticket.startedAt === undefined)
      throw new Refusal(say({ en: '{id} changed nothing', zh: '{id} 没有改变任何东西' }, { id }));
    if (ticket.state !== 'done' && ticket.state !== 'failed' && ticket.state !== 'cancelled')
      throw new Refusal(say({ en: '{id} is {state}; wait for its end', zh: '{id} 的状态是{state}；请等它结束' }, { id, state: STATE_WORDS[ticket.state] }));
    if ('impossible' in plan.undo)
      throw new Refusal(say({ en: '{id} cannot be undone: {why}', zh: '{id} 无法撤销：{why}' }, { id, why: plan.undo.impossible }));
    return { ...plan.undo, from: { kind: 'undo', ticket: ticket.id } };
  },
});
