import { dnsName, flag, host } from '../../../src/core/args.ts';
import { command } from '../../../src/core/command.ts';
import { planHosts } from '../../../src/tools/etc-hosts.ts';
import { asAddress, ip } from '../../../src/tools/links/args.ts';
import { oneHost } from '../../../src/tools/links/one.ts';

/** Gives a name an address on one host, in a marked line of /etc/hosts. */
export default command({
  summary: { en: 'Give a name an address in /etc/hosts', zh: '在 /etc/hosts 中为名称设置地址' },
  examples: ['net hosts set web1 mirror.example.org 203.0.113.9', 'net hosts set pve1 mirror.example.org 2001:db8::9 --replace'],
  risk: 'medium',
  args: { host: host(), name: dnsName(), address: ip() },
  options: {
    /** Also when somebody else's line says otherwise. */
    replace: flag(),
  },
  plan: async ({ host: typed, name, address, replace }, look) => planHosts(look, oneHost(look, typed), name, asAddress(address), replace),
});
