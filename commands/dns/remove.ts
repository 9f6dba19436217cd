import { z } from 'zod';
import { dnsName, word } from '../../src/core/args.ts';
import { command } from '../../src/core/command.ts';
import { TYPES } from '../../src/tools/records.ts';
import { planRecords, zoneHosts } from '../../src/tools/records-plan.ts';

/** Removes records of one name and type: those with these values, or all. */
export default command({
  summary: { en: 'Remove records of a DNS name', zh: '删除域名的 DNS 记录' },
  examples: ['dns remove www.example.org A', 'dns remove www.example.org A 192.0.2.21'],
  risk: 'medium',
  among: ({ name }, hosts) => zoneHosts(name, hosts),
  args: {
    name: dnsName(),
    type: z.enum(TYPES),
    values: z
      .array(word(/^[^\n\r]+$/, { en: 'VALUE', zh: '值' }))
      .max(20)
      .default([]),
  },
  plan: ({ name, type, values }, look) => planRecords(look, name, { do: 'remove', type, values }),
});
