import { z } from 'zod';
import { dnsName, word } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { TYPES } from '../../src/tools/records.ts';
import { planRecords, zoneHosts } from '../../src/tools/records-plan.ts';

/** Sets all records of one name and type in a declared zone to these values, by a signed update of its primary server. */
export default command({
  summary: { en: 'Set records of a DNS name', zh: '设置域名的 DNS 记录' },
  examples: [
    'dns set shop.example.org A 192.0.2.80',
    'dns set example.org MX "10 mail.example.org" "20 mail2.example.org" --ttl 300',
    'dns set www.example.org AAAA 2001:db8::80',
  ],
  risk: 'medium',
  among: ({ name }, hosts) => zoneHosts(name, hosts),
  args: {
    name: dnsName(),
    type: z.enum(TYPES),
    values: z
      .array(word(/^[^\n\r]+$/, { en: 'VALUE', zh: '值' }))
      .min(1)
      .max(20),
  },
  options: {
    /** Seconds others may keep the answer. */
    ttl: word(/^[1-9][0-9]{0,5}$/, { en: 'SECONDS', zh: '秒' }).optional(),
  },
  plan: ({ name, type, values, ttl }, look) => planRecords(look, name, { do: 'set', type, values, ttl: ttl === undefined ? undefined : Number(ttl) }),
});
