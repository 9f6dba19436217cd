import { accountText, strange } from './account.ts';
import { Refusal } from './errors.ts';
import type { Links, Rules } from './ports.ts';
import type { Account } from './types.ts';
import { type Said, say } from './words.ts';

/** What a stranger's line is answered with. */
interface Answer {
  readonly message: Said;
  readonly hint: Said;
}

/** The one thing an account that is nobody's may say. */
const LINK = /^link\s+(\S{1,64})$/i;

/** What comes of what an account says that is nobody's: it may claim to be someone's, by a code that one was given; that alone makes it nobody's yet. Throws Refusal. */
export async function answerStranger(line: string, account: Account, { policy }: Pick<Rules, 'policy'>, links: Pick<Links, 'claim'>): Promise<Answer> {
  const code = LINK.exec(line)?.[1];
  if (code === undefined || account.barred) throw stranger(account);
  const claim = await links.claim(code, account);
  const name = claim && policy.people.get(claim.person)?.name;
  if (!claim || name === undefined) {
    throw new Refusal(
      say({ en: 'this code is not valid (any more)', zh: '此代码无效或已失效' }),
      say({ en: 'say `link` where I know you already, for a new one', zh: '请在我已认识您的账号中输入 `link` 获取新代码' }),
    );
  }
  return {
    message: say(
      { en: 'this account is about to become {name}’s (as {from})', zh: '此账号即将归属 {name}（{from}）' },
      { name, from: accountText(claim.from) },
    ),
    hint: say(
      {
        en: 'only if that is you: say `link confirm {code}` in {chat}, from the account where you were given the first code',
        zh: '仅当这是您本人时：请在 {chat} 中用获取第一个代码的账号输入 `link confirm {code}`',
      },
      { code: claim.code, chat: claim.from.chat },
    ),
  };
}

function stranger(account: Account): Refusal {
  if (account.barred) return new Refusal(strange(account));
  return new Refusal(
    strange(account),
    say({
      en: 'if I know another account of yours, say `link` there; else an administrator can add this one under people: in the configuration',
      zh: '如果我认识您的其他账号，请在那里输入 `link`；否则请管理员在配置的 people: 下添加此账号',
    }),
  );
}
