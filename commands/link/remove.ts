import { accountOf, accountText, isSame } from '../../src/core/account.ts';
import { accountName } from '../../src/core/args.ts';
import { deskCommand } from '../../src/core/command.ts';
import { Refusal } from '../../src/core/errors.ts';
import { say } from '../../src/core/words.ts';

/** Takes a linked account away from its person. */
export default deskCommand({
  at: 'desk',
  public: true,
  summary: { en: 'Take a linked account away: your own at once, another’s with approval', zh: '取消账号关联：本人的立即生效，他人的需批准' },
  examples: ['link remove @ana:example.org', 'link remove slack:U0123ABCD'],
  risk: 'low',
  args: { account: accountName() },
  async plan({ account: text }, { person, policy, links, personOf }) {
    const account = accountOf(text) ?? { chat: '', id: text };
    const name = accountText(account);
    const link = (await links.list()).find((one) => isSame(one.account, account));
    if (!link) {
      const stated = personOf(account);
      if (stated === undefined) throw new Refusal(say({ en: '{name} is not linked to anybody', zh: '{name} 未关联任何人' }, { name }));
      throw new Refusal(
        say({ en: '{name} is {person}’s by the configuration', zh: '{name} 由配置归属 {person}' }, { name, person: policy.people.get(stated)?.name ?? stated }),
        say({ en: 'who changes the configuration can take it away, under people:', zh: '可修改配置者可在 people: 下移除' }),
      );
    }
    const owner = policy.people.get(link.person)?.name ?? link.person;
    return {
      summary: say({ en: '{name} is {owner}’s no more', zh: '{name} 不再归属 {owner}' }, { name, owner }),
      steps: [
        {
          kind: 'desk',
          on: { site: 'desk', host: 'desk', name },
          why: say({ en: 'take it away from {owner}', zh: '取消与 {owner} 的关联' }, { owner }),
          act: { unlink: { account } },
        },
      ],
      facts: [{ what: say({ en: 'linked to', zh: '关联至' }), value: owner, at: Date.now(), holds: `linked ${name} ${link.person} ${link.at}` }],
      locks: [],
      risk: link.person === person.id ? 'low' : 'medium',
      undo: { impossible: say({ en: 'it is linked again with `link`', zh: '可用 `link` 重新关联' }) },
    };
  },
});
