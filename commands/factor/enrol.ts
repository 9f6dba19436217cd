import { deskCommand } from '../../src/core/command.ts';
import { Refusal } from '../../src/core/errors.ts';
import { say } from '../../src/core/words.ts';

/** Puts one-time codes in force that were set up in the web console. Someone else must approve: whoever holds a stolen chat account could set up their own. */
export default deskCommand({
  at: 'desk',
  public: true,
  summary: { en: 'Put the one-time codes that you set up in the web console in force', zh: '启用您在 Web 控制台设置的一次性验证码' },
  examples: ['factor enrol'],
  risk: 'medium',
  args: {},
  async plan(_input, { person, factors }) {
    const key = await factors.proven(person.id);
    if (key === undefined) {
      throw new Refusal(
        say({ en: 'there is nothing to put in force', zh: '没有可启用的验证码' }),
        say({ en: 'first set up one-time codes in the web console, under your name', zh: '请先在 Web 控制台您的名字下设置一次性验证码' }),
      );
    }
    const replaces = await factors.has(person.id);
    const { name } = person;
    return {
      summary: replaces
        ? say({ en: 'replace the one-time codes of {name}', zh: '更换 {name} 的一次性验证码' }, { name })
        : say({ en: 'put one-time codes of {name} in force', zh: '启用 {name} 的一次性验证码' }, { name }),
      steps: [
        {
          kind: 'desk',
          on: { site: 'desk', host: 'desk', name: person.id },
          why: say({ en: 'from now on codes of {name} are asked for', zh: '此后将要求 {name} 的验证码' }, { name }),
          act: { enrol: { person: person.id, key } },
        },
      ],
      facts: [
        {
          what: say({ en: 'before you approve', zh: '批准之前' }),
          value: say({ en: 'ask {name} in person or by phone whether this is them', zh: '请当面或电话向 {name} 本人确认' }, { name }),
          at: Date.now(),
          holds: `proven ${key}`,
        },
        ...(replaces
          ? [
              {
                what: say({ en: 'now', zh: '目前' }),
                value: say({ en: 'other codes are in force, and end', zh: '已有其他验证码，将失效' }),
                at: Date.now(),
                holds: 'replaces',
              },
            ]
          : []),
      ],
      locks: [],
      risk: 'medium',
      undo: { command: 'factor forget', input: {} },
    };
  },
});
