import type { Call } from '../program.ts';
import { effect, fail } from '../program.ts';
import { find } from '../programs/all.ts';
import { readFile } from '../programs/files.ts';
import type { Area } from './area.ts';

/** What every practice host has: reading and writing files. */
export const system: Area = {
  programs: { rm: remove },
  scripts: {
    facts: (call) => {
      const { machine, argv } = call;
      const { os, node } = machine;
      const has = (name: string) => find(name, machine) !== undefined;
      const managers = [...(node ? ['pve', 'ifupdown2'] : os.release.includes('ID=debian') ? ['ifupdown2'] : ['NetworkManager'])];
      const sections = [
        ['kernel', os.kernel, os.arch],
        ['init', 'systemd', 'systemd-runs'],
        ['model', ...(os.arch === 'aarch64' ? ['Raspberry Pi 4 Model B Rev 1.4'] : [])],
        ['managers', ...managers],
        ['tools', ...argv.slice(1).filter(has)],
      ];
      call.out(`${os.release}\n${sections.map(([name, ...lines]) => `== ${name}\n${lines.map((line) => `${line}\n`).join('')}`).join('')}`);
      return 0;
    },
    'put-file': async (call) => {
      const [, path = ''] = call.argv;
      call.machine.files.set(path, await call.input());
      effect(call, 'write', path);
      return 0;
    },
    'get-file': (call) => {
      const text = readFile(call.machine, call.argv[1] ?? '');
      call.out(text === undefined ? '-\n' : `+\n${text}`);
      return 0;
    },
  },
};

/** `rm -f -- FILE …` */
function remove(call: Call): number {
  const words = call.argv.slice(1);
  if (words[0] !== '-f' || words[1] !== '--') return fail(call, 'rm: the practice hosts take -f -- FILE only');
  for (const path of words.slice(2)) {
    call.machine.files.set(path, null);
    effect(call, 'rm', path);
  }
  return 0;
}
