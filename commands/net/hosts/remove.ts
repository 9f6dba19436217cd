import { dnsName, flag, host } from '../../../src/core/args.ts';
import { command } from '../../../src/core/command.ts';
import { planHosts } from '../../../src/tools/etc-hosts.ts';
import { oneHost } from '../../../src/tools/links/one.ts';

/** Takes a name out of /etc/hosts that the bot wrote there. */
export default command({
  summary: { en: 'Take a name out of /etc/hosts', zh: '从 /etc/hosts 移除名称' },
  examples: ['net hosts remove web1 packages.example.org'],
  risk: 'medium',
  args: { host: host(), name: dnsName() },
  options: {
    /** Also when somebody else wrote it. */
    replace: flag(),
  },
  plan: async ({ host: typed, name, replace }, look) => planHosts(look, oneHost(look, typed), name, undefined, replace),
});
