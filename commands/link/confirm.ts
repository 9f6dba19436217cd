import { accountText } from '../../src/core/account.ts';
import { word } from '../../src/core/args.ts';
import { deskCommand } from '../../src/core/command.ts';
import { Refusal } from '../../src/core/errors.ts';
import { SECOND_CODE } from '../../src/core/link.ts';
import { say } from '../../src/core/words.ts';

/** Makes the account that said the first code the person's. */
export default deskCommand({
  at: 'desk',
  summary: { en: 'Make the account yours that shows this code', zh: '将显示此代码的账号归为您所有' },
  examples: ['link confirm 83QK'],
  risk: 'low',
  args: { code: word(SECOND_CODE, { en: 'CODE', zh: '代码' }) },
  async plan({ code }, { person, account: from, links, personOf }) {
    const account = from && (await links.claimed(person.id, from, code));
    if (!account) {
      throw new Refusal(
        say({ en: 'no account waits for “{code}” from here', zh: '没有账号在此等待“{code}”' }, { code }),
        say({
          en: 'it is said from the very account that the first code was given to, within 10 minutes; after five wrong codes begin again with `link`',
          zh: '须在 10 分钟内由获得第一个代码的同一账号说出；五次错误后请重新发送 `link`',
        }),
      );
    }
    const name = accountText(account);
    const owner = personOf(account);
    if (owner !== undefined) {
      throw new Refusal(
        say({ en: '{name} belongs to {owner} already', zh: '{name} 已属于 {owner}' }, { name, owner }),
        say({ en: '`link list` shows which accounts are whose', zh: '可用 `link list` 查看账号归属' }),
      );
    }
    return {
      summary: say({ en: '{name} becomes {person}’s', zh: '{name} 将归属 {person}' }, { name, person: person.name }),
      steps: [
        {
          kind: 'desk',
          on: { site: 'desk', host: 'desk', name },
          why: say({ en: 'what is said there is said by {person}', zh: '该账号的发言即为 {person} 的发言' }, { person: person.name }),
          act: { link: { account, person: person.id } },
        },
      ],
      facts: [],
      locks: [],
      risk: 'low',
      undo: { command: 'link remove', input: { account: name } },
    };
  },
});
