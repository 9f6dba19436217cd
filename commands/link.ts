import { word } from '../src/core/args.ts';
import { answer, deskCommand } from '../src/core/command.ts';
import { Refusal } from '../src/core/errors.ts';
import { FIRST_CODE } from '../src/core/link.ts';
import { say } from '../src/core/words.ts';

/** Begins to make another account the person's: a code to say from there. */
export default deskCommand({
  at: 'desk',
  summary: { en: 'Make another account of yours known to the bot', zh: '让机器人认识您的另一个账号' },
  examples: ['link'],
  risk: 'none',
  args: { code: word(FIRST_CODE, { en: 'CODE', zh: '代码' }).optional() },
  async plan({ code: said }, { person, account, links }) {
    if (said !== undefined) {
      throw new Refusal(
        say(
          {
            en: 'this account is {name}’s already; a code is said from an account that I do not know',
            zh: '此账号已属于 {name}；代码应由我尚不认识的账号说出',
          },
          { name: person.name },
        ),
      );
    }
    if (!account) throw new Refusal(say({ en: 'nobody says this anywhere', zh: '此请求没有来源账号' }));
    const code = await links.offer(person.id, account);
    return answer(
      say(
        {
          en: 'say `link {code}` to me from your other account, within 10 minutes. It then shows you a second code, to be said here. Give this one to nobody.',
          zh: '请在 10 分钟内用您的另一个账号对我说 `link {code}`。那里会显示第二个代码，请回到此处说出。不要将此代码告诉任何人。',
        },
        { code },
      ),
      [],
    );
  },
});
