import { dnsName, flag, host, nameServers, word } from '../../../src/core/args.ts';
import { command } from '../../../src/core/command.ts';
import { setPlan } from '../../../src/tools/dns-plan.ts';

/** Sets the name servers of a host for good, where whoever manages them keeps them, and sees that they answer. */
export default command({
  summary: { en: 'Set the name servers of a host', zh: '设置主机的 DNS 服务器' },
  examples: ['net dns set web1 192.0.2.53', 'net dns set db1 192.0.2.53 198.51.100.53 --search example.org'],
  risk: 'medium',
  args: { host: host(), servers: nameServers() },
  options: {
    search: word(/^[A-Za-z0-9_][A-Za-z0-9._-]*(,[A-Za-z0-9_][A-Za-z0-9._-]*){0,5}$/, { en: 'DOMAIN[,DOMAIN …]', zh: '域[,域 …]' }).optional(),
    /** What the servers are asked for, to see that they answer. */
    lookup: dnsName().default('example.org'),
    /** Takes back what was set here before: what was configured otherwise counts again. */
    reset: flag(),
  },
  plan: ({ host: name, servers: wanted, search, lookup, reset }, look) =>
    setPlan(look, name, { servers: wanted, search: (search ?? '').split(',').filter(Boolean) }, lookup, reset),
});
