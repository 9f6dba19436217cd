import { flag, ticketName } from '../src/core/args.ts';
import { about } from '../src/core/argument.ts';
import { aliasCommand } from '../src/core/command.ts';
import { Refusal } from '../src/core/errors.ts';
import { unfinished } from '../src/core/rollout.ts';
import { STATE_WORDS } from '../src/core/states.ts';
import { say } from '../src/core/words.ts';

/** Asks once more for what a request has not done: on the hosts where it failed, and unless told otherwise on those it never came to. */
export default aliasCommand({
  at: 'ask',
  rollsOut: true,
  summary: { en: 'Go on with the hosts a request did not finish', zh: '继续处理请求未完成的主机' },
  examples: ['resume T0123456789A', 'resume T0123456789A --only-failed'],
  risk: 'low',
  args: { request: ticketName() },
  options: { 'only-failed': flag() },
  async become({ request: id, 'only-failed': onlyFailed }, desk) {
    const found = await desk.request(id);
    if (!found) throw new Refusal(say({ en: 'there is no request {id}', zh: '没有请求 {id}' }, { id }));
    const { ticket, plan, outcomes } = found;
    if (ticket.state !== 'failed' && ticket.state !== 'cancelled')
      throw new Refusal(
        say(
          { en: '{id} is {state}; only what failed or was stopped can be gone on with', zh: '{id} 的状态是{state}；只能继续失败或被停止的请求' },
          { id, state: STATE_WORDS[ticket.state] },
        ),
      );
    const args = Object.entries(desk.commands.get(ticket.command)?.args ?? {});
    const name = args.find(([, schema]) => about(schema)?.names === 'hosts')?.[0];
    if (!plan || name === undefined)
      throw new Refusal(say({ en: '“{text}” is not for many hosts; ask for it again', zh: '“{text}”不是多主机命令；请重新提出' }, { text: ticket.text }));
    const { failed, left } = unfinished(plan, outcomes);
    const hosts = onlyFailed ? failed : [...failed, ...left];
    if (hosts.length === 0) throw new Refusal(say({ en: 'nothing is left of {id}', zh: '{id} 没有剩余的主机' }, { id }));
    const { rollout } = ticket;
    return { command: ticket.command, input: { ...ticket.input, [name]: hosts }, from: { kind: 'resume', ticket: ticket.id }, ...(rollout ? { rollout } : {}) };
  },
});
