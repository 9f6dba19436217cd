import { reason, ticketName } from '../../src/core/args.ts';
import { deskCommand } from '../../src/core/command.ts';
import { Refusal } from '../../src/core/errors.ts';
import { say } from '../../src/core/words.ts';

/** Someone else's word on what was done through broken glass. */
export default deskCommand({
  at: 'desk',
  public: true,
  summary: { en: 'Give your word on what someone did without approval', zh: '对他人未经批准执行的操作给出审查意见' },
  examples: ['review done T0123456789A --reason "right: the shop was down"'],
  risk: 'low',
  args: { request: ticketName() },
  options: { reason: reason() },
  async plan({ request: id, reason: verdict }, desk) {
    const ticket = id.toUpperCase();
    const review = (await desk.reviews()).find((one) => one.ticket === ticket);
    if (!review) {
      throw new Refusal(
        say({ en: 'no review of {ticket} is owed', zh: '{ticket} 没有待审查事项' }, { ticket }),
        say({ en: '`review list` shows what is', zh: '`review list` 可查看待审查项' }),
      );
    }
    if (review.by === desk.person.id)
      throw new Refusal(say({ en: 'you did this yourself; someone else must review it', zh: '这是您自己执行的，需由他人审查' }));
    const name = desk.policy.people.get(review.by)?.name ?? review.by;
    return {
      summary: say(
        { en: 'review of what {name} did ({ticket}, “{line}”): {verdict}', zh: '审查 {name} 的操作（{ticket}，“{line}”）：{verdict}' },
        { name, ticket, line: review.line, verdict },
      ),
      steps: [
        {
          kind: 'desk',
          on: { site: 'desk', host: 'desk', name: ticket },
          why: say({ en: 'the review of {ticket} is done', zh: '{ticket} 的审查完成' }, { ticket }),
          act: { review: { ticket, by: desk.person.id, verdict } },
        },
      ],
      facts: [{ what: say({ en: 'reason given then', zh: '当时给出的理由' }), value: review.reason, at: review.at, holds: `review ${ticket}` }],
      locks: [],
      risk: 'low',
      undo: { impossible: say({ en: 'a word once given stands in the audit', zh: '审查意见已写入审计，无法撤回' }) },
    };
  },
});
