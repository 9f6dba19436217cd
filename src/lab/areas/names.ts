import type { Area } from './area.ts';

/** Names that hosts know by themselves, and the overlay between the first two nodes of the cluster. */
export const names: Area = {
  scripts: {
    'hosts-check': (call) => {
      call.out(`${call.argv[2] ?? ''} STREAM ${call.argv[1] ?? ''}\n`);
      return 0;
    },
    tinc: ({ machine: { name }, out }) => {
      out('version tinc version 1.0.36\n');
      if (name !== 'pve1' && name !== 'pve2') return 0;
      out(`net campus\nunit active\nName ${name}\nConnectTo ${name === 'pve1' ? 'pve2' : 'pve1'}\nlink campus UNKNOWN 10.200.0.${name.slice(-1)}/24\n`);
      return 0;
    },
  },
};
