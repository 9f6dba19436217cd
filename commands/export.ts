import { ticketName } from '../src/core/args.ts';
import { answer, deskCommand } from '../src/core/command.ts';
import { Refusal } from '../src/core/errors.ts';
import { script } from '../src/core/script.ts';
import { say } from '../src/core/words.ts';

/** Longest text a card shows whole, in characters. */
const LONGEST = 19_000;

/** A request as a shell script that does the same by hand: for a runbook, or for the day the bot is away. */
export default deskCommand({
  at: 'desk',
  summary: { en: 'Show a request as a shell script', zh: '将请求导出为 shell 脚本' },
  examples: ['export T0123456789A'],
  risk: 'none',
  args: { request: ticketName() },
  async plan({ request: id }, desk) {
    const found = await desk.request(id);
    if (!found?.plan) throw new Refusal(say({ en: 'there is no request {id} with a plan', zh: '没有带计划的请求 {id}' }, { id }));
    const { plan, outcomes, ticket } = found;
    if (plan.steps.length === 0) throw new Refusal(say({ en: '{id} has no steps: it only looked', zh: '{id} 没有步骤：只是查看' }, { id }));
    const text = script(plan, outcomes, ticket, desk.hosts);
    // A script that was cut must never be run.
    if (text.length > LONGEST)
      throw new Refusal(say({ en: '{id} has {n} steps: too long for a card', zh: '{id} 有 {n} 个步骤：卡片放不下' }, { id, n: plan.steps.length }));
    return answer(say({ en: '“{text}” by hand', zh: '手动执行“{text}”' }, { text: ticket.text }), [{ kind: 'code', text }]);
  },
});
