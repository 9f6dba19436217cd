import { accountText } from '../../src/core/account.ts';
import { flag } from '../../src/core/args.ts';
import { answer, deskCommand } from '../../src/core/command.ts';
import { Refusal } from '../../src/core/errors.ts';
import { authorize } from '../../src/core/policy.ts';
import { say } from '../../src/core/words.ts';

/** Which accounts are whose by a link. Those of the configuration stand there. */
export default deskCommand({
  at: 'desk',
  summary: { en: 'Show the accounts that were linked', zh: '查看已关联的账号' },
  examples: ['link list', 'link list --all'],
  risk: 'none',
  args: {},
  options: { all: flag() },
  async plan({ all }, { person, policy, room, links, personOf }) {
    const asker = policy.people.get(person.id);
    const subject = { command: 'link remove', risk: 'medium', ...(room === undefined ? {} : { room }) } as const;
    const may = asker && authorize(asker, 'ask', subject, policy, Date.now());
    // Who may take away the accounts of others may see them.
    if (all && !may?.allowed) throw new Refusal(may?.why ?? say({ en: 'I do not know you any more', zh: '我已不认识您' }));
    const shown = (await links.list()).filter((link) => all || link.person === person.id);
    if (shown.length === 0) return answer(say({ en: 'no account was linked', zh: '没有关联的账号' }), []);
    const rows = shown.map(({ account, person: owner, at }) => [
      accountText(account),
      policy.people.get(owner)?.name ?? owner,
      new Date(at).toISOString().slice(0, 16).replace('T', ' '),
      // The configuration wins, and who left it has no accounts.
      personOf(account) === owner ? '' : say({ en: 'counts no more', zh: '已不生效' }),
    ]);
    const columns = [
      say({ en: 'account', zh: '账号' }),
      say({ en: 'person', zh: '人员' }),
      say({ en: 'since (UTC)', zh: '起始时间（UTC）' }),
      say({ en: 'note', zh: '备注' }),
    ];
    return answer(say({ en: '{n} linked', zh: '已关联 {n} 个账号' }, { n: shown.length }), [{ kind: 'table', columns, rows }]);
  },
});
