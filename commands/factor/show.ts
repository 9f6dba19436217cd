import { answer, deskCommand } from '../../src/core/command.ts';
import { say } from '../../src/core/words.ts';

/** Whether one-time codes are set up for who asks. */
export default deskCommand({
  at: 'desk',
  summary: { en: 'Show whether your one-time codes are set up', zh: '查看您的一次性验证码是否已启用' },
  examples: ['factor show'],
  risk: 'none',
  args: {},
  async plan(_input, { person, factors }) {
    const [has, proven] = await Promise.all([factors.has(person.id), factors.proven(person.id)]);
    if (has) return answer(say({ en: 'your one-time codes are in force', zh: '您的一次性验证码已启用' }), []);
    if (proven !== undefined)
      return answer(say({ en: 'your one-time codes are ready; `factor enrol` puts them in force', zh: '您的一次性验证码已就绪；`factor enrol` 可启用' }), []);
    return answer(
      say({ en: 'you have no one-time codes; set them up in the web console, under your name', zh: '您还没有一次性验证码；请在 Web 控制台您的名字下设置' }),
      [],
    );
  },
});
