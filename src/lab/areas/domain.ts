import { effect, fail } from '../program.ts';
import { type Area, kept } from './area.ts';

/** The database host is in the domain. */
const state = kept(({ name }) => ({ domain: name === 'db1' ? 'example.org' : '' }));

const block = (name: string, configured: string) => `${name}
  type: kerberos
  realm-name: ${name.toUpperCase()}
  domain-name: ${name}
  configured: ${configured}
  server-software: ipa
  client-software: sssd
  required-package: sssd
`;

/** realmd, by which hosts join the domain example.org and leave it. */
export const domain: Area = {
  programs: {
    realm: async (call) => {
      const [, verb, ...rest] = call.argv;
      const at = state(call.machine);
      if (verb === 'join' && (await call.input()).trim() === '') return fail(call, 'realm: no password');
      if (verb !== 'join' && verb !== 'leave') return fail(call, `realm: ${verb ?? ''}: not here`, 2);
      at.domain = verb === 'join' ? (rest.at(-1) ?? '') : '';
      effect(call, 'realm', verb, rest.at(-1) ?? '');
      return 0;
    },
  },
  scripts: {
    'realm-list': ({ machine, out }) => {
      const { domain: name } = state(machine);
      out(`#local\n${name === '' ? '' : block(name, 'kerberos-member')}`);
      return 0;
    },
    'realm-discover': (call) => {
      const [, name = ''] = call.argv;
      if (name !== 'example.org') return fail(call, `realm: No such realm found: ${name}`);
      call.out(block(name, 'no'));
      return 0;
    },
    'realm-check': ({ machine, argv }) => ((state(machine).domain === argv[1]) === (argv[2] === 'yes') ? 0 : 1),
  },
};
