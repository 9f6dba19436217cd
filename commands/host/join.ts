import { dnsName, host } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { oneHost } from '../../src/tools/links/one.ts';
import { planJoin } from '../../src/tools/realm-plan.ts';

/** Joins a host to a domain (Active Directory, FreeIPA) by realmd; who does so, and their password, is in the configuration. */
export default command({
  summary: { en: 'Join a host to a domain', zh: '将主机加入域' },
  examples: ['host join web1 example.org'],
  risk: 'high',
  args: { host: host(), domain: dnsName() },
  plan: async ({ host: typed, domain }, look) => planJoin(look, oneHost(look, typed), domain.replace(/\.$/, '')),
});
