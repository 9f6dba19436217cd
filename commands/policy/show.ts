import { word } from '../../src/core/args.ts';
import { deskCommand } from '../../src/core/command.ts';
import { standing } from '../../src/core/standing.ts';
import { veil } from '../../src/core/veil.ts';
import { findPerson, PERSON } from '../../src/core/who.ts';

/** What a person may do and approve, by the rules that say so. */
export default deskCommand({
  at: 'desk',
  summary: { en: 'Show what someone may do, and by which rules', zh: '查看某人的权限及其依据的规则' },
  examples: ['policy show', 'policy show @bob'],
  risk: 'none',
  args: { person: word(PERSON, { en: 'PERSON', zh: '人员' }, 'person').optional() },
  async plan({ person: typed }, desk) {
    const { policy } = desk;
    return standing(findPerson(typed ?? desk.person.id, policy, desk), policy, veil(policy, desk.hosts), desk.at);
  },
});
