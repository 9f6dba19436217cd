import { deskCommand } from '../../src/core/command.ts';
import { Refusal } from '../../src/core/errors.ts';
import { say } from '../../src/core/words.ts';

/** Takes one-time codes out of force, such as of a lost phone. What asks for them is refused until there are new ones. */
export default deskCommand({
  at: 'desk',
  public: true,
  summary: { en: 'Take your one-time codes out of force, such as of a lost phone', zh: '停用您的一次性验证码，例如手机丢失时' },
  examples: ['factor forget'],
  risk: 'low',
  args: {},
  async plan(_input, { person, factors }) {
    if (!(await factors.has(person.id)) && (await factors.proven(person.id)) === undefined)
      throw new Refusal(say({ en: 'you have no one-time codes', zh: '您没有一次性验证码' }));
    const { name } = person;
    return {
      summary: say({ en: 'take the one-time codes of {name} out of force', zh: '停用 {name} 的一次性验证码' }, { name }),
      steps: [
        {
          kind: 'desk',
          on: { site: 'desk', host: 'desk', name: person.id },
          why: say({ en: 'codes of {name} are no longer taken', zh: '不再接受 {name} 的验证码' }, { name }),
          act: { forget: { person: person.id } },
        },
      ],
      facts: [],
      locks: [],
      risk: 'low',
      undo: { impossible: say({ en: 'new codes are set up in the web console', zh: '需在 Web 控制台重新设置验证码' }) },
    };
  },
});
