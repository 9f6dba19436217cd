import { besideHost } from '../../src/core/alerts/beside.ts';
import { host } from '../../src/core/args.ts';
import { answer, command } from '../../src/core/command.ts';
import { say } from '../../src/core/words.ts';
import { each, troubles } from '../../src/tools/each.ts';
import { why, whyBlocks } from '../../src/tools/health/why.ts';

const title = (name: string) => say({ en: 'what may be behind trouble on {name}', zh: '{name} 可能的问题原因' }, { name });

/** What may be behind trouble on a host: how it is now, its last errors, and who changed what there lately. A host that does not answer keeps nothing else from being said. */
export default command({
  summary: { en: 'Show what may be behind trouble on a host', zh: '查看主机问题可能的原因' },
  examples: ['host why web1'],
  risk: 'none',
  args: { host: host() },
  async plan({ host: name }, look) {
    const all = await each(look, (one) => why(look, one));
    const blocks = all.flatMap((one) => ('value' in one ? whyBlocks(one.host.name, one.value, look.now()) : []));
    return answer(title(name), blocks, { notes: troubles(all) });
  },
  async beside({ host: name }, desk) {
    return answer(title(name), await besideHost(name, desk));
  },
});
