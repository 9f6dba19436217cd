import { effect, type Program } from '../program.ts';
import type { Machine } from '../world/machine.ts';
import { type Area, kept } from './area.ts';

const SOA = 'example.org.\t3600\tIN\tSOA\tns1.example.org. hostmaster.example.org. 7 3600 600 86400 3600';
const NS = 'example.org.\t3600\tIN\tNS\tns1.example.org.';

/** The zone example.org, which kvm1 speaks of to its server. */
const zone = kept((machine: Machine) => ({
  lines: [
    'example.org.\t3600\tIN\tMX\t10 mail.example.org.',
    'www.example.org.\t3600\tIN\tA\t192.0.2.21',
    ...machine.fleet.map(({ name, at }) => `${name}.example.org.\t3600\tIN\tA\t${at}`),
  ],
}));
const ok = ';; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 4711\n';

/** `SERVER ZONE NAME KEY LINE…`, the lines of nsupdate. */
const dnsUpdate: Program = async (call) => {
  const [, , , , , ...lines] = call.argv;
  if ((await call.input()).trim() === '') {
    call.out('no key\n');
    return 1;
  }
  const state = zone(call.machine);
  for (const line of lines) {
    const [, gone = '', type = ''] = /^update delete (\S+) (\S+)$/.exec(line) ?? [];
    if (gone !== '') state.lines = state.lines.filter((one) => !one.startsWith(`${gone}\t`) || !one.includes(`\tIN\t${type}\t`));
    const [, name = '', ttl = '', of = '', value = ''] = /^update add (\S+) (\d+) (\S+) (.*)$/.exec(line) ?? [];
    if (name !== '') state.lines.push(`${name}\t${ttl}\tIN\t${of}\t${value}`);
    effect(call, 'nsupdate', line);
  }
  return 0;
};

/** Records of a zone, asked for with dig and changed with nsupdate. */
export const dnsZone: Area = {
  programs: { dig: () => 0, nsupdate: () => 0 },
  scripts: {
    'dns-records': ({ machine, argv, out }) => {
      const own = zone(machine).lines.filter((line) => line.startsWith(`${argv[3] ?? ''}\t`));
      out(`${ok}${SOA}\n${own.map((line) => `${ok}${line}\n`).join('')}`);
      return 0;
    },
    'dns-zone': ({ machine, out }) => {
      out([SOA, NS, ...zone(machine).lines].map((line) => `${line}\n`).join(''));
      return 0;
    },
    'dns-update': dnsUpdate,
    'dns-says': ({ machine, argv }) => {
      const [, , name = '', type = '', ...values] = argv;
      const is = zone(machine).lines.flatMap((line) => (line.startsWith(`${name}\t`) && line.includes(`\tIN\t${type}\t`) ? [line.split('\t')[4] ?? ''] : []));
      return [...is].sort().join('\n') === [...values].sort().join('\n') ? 0 : 1;
    },
  },
};
