import { answer, deskCommand } from '../src/core/command.ts';
import { say } from '../src/core/words.ts';

/** A link to sign in by. It is made where the card is shown, to who asked alone: no plan holds it. */
export default deskCommand({
  at: 'desk',
  summary: { en: 'Sign in to the web console or the terminal', zh: '登录 Web 控制台或终端' },
  examples: ['login'],
  risk: 'none',
  args: {},
  async plan(_input, { person, account }) {
    const { name } = person;
    if (account?.chat === 'practice') return answer(say({ en: 'in practice nobody signs in: say who you are', zh: '练习模式无需登录：请选择身份' }), []);
    if (account?.chat === 'web') {
      const more = say({
        en: 'for another browser or terminal, say `login` to me in Slack or Matrix',
        zh: '如需在其他浏览器或终端登录，请在 Slack 或 Matrix 中对我说 `login`',
      });
      return answer(say({ en: 'you are signed in as {name}', zh: '您已登录为 {name}' }, { name }), [{ kind: 'text', text: more }]);
    }
    return answer(
      say({ en: 'a link to sign in as {name}, shown to you alone where you asked for it', zh: '以 {name} 身份登录的链接，仅在您提出请求处向您显示' }, { name }),
      [
        {
          kind: 'text',
          text: say({
            en: 'It works once, within 5 minutes. Open it in a browser; for the terminal, run `hostler login` and paste it there. Give it to nobody.',
            zh: '链接在 5 分钟内有效，只能使用一次。请在浏览器中打开；如需登录终端，请运行 `hostler login` 并粘贴。请勿转交他人。',
          }),
        },
      ],
    );
  },
});
