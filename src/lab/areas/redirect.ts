import { effect, type Program } from '../program.ts';
import { readFile } from '../programs/files.ts';
import type { Area } from './area.ts';

const RULES = '/etc/hostler/redirect.rules';

/** Web hosts serve 80, and nodes of the cluster 8006; the second node leads its 443 there. */
const redirectRead: Program = ({ machine, out }) => {
  const rules = readFile(machine, RULES) ?? '';
  const serves = machine.tags.includes('pve') ? ['*:8006'] : machine.tags.includes('web') ? ['0.0.0.0:80', '[::]:80', '0.0.0.0:443'] : [];
  const state = rules === '' ? '' : 'enabled\nloaded\n';
  out(`== has\nnft\niptables\nip6tables\n== ssh\n22\n== rules\n${rules}== state\n${state}== others\n== listens\n${['0.0.0.0:22', ...serves].join('\n')}\n`);
  return 0;
};

/** Redirected ports. */
export const redirect: Area = {
  files: {
    [RULES]: ({ name }) => (name === 'pve2' ? '    fib daddr type local tcp dport 443 redirect to :8006\n' : undefined),
  },
  scripts: {
    'redirect-read': redirectRead,
    'redirect-load': (call) => {
      effect(call, 'redirects loaded');
      return 0;
    },
  },
};
