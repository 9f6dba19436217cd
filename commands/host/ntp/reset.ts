import { host } from '../../../src/core/args.ts';
import { command } from '../../../src/core/command.ts';
import { serversPlan } from '../../../src/tools/clock/servers.ts';

/** Takes the time servers away that `host ntp set` gave a host; those it had before stay. */
export default command({
  summary: { en: 'Remove time servers set by the bot', zh: '移除由机器人设置的时间服务器' },
  examples: ['host ntp reset kvm2'],
  risk: 'low',
  args: { host: host() },
  plan: (_input, look) => serversPlan(look, []),
});
