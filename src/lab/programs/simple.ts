import { type Call, fail } from '../program.ts';

/** `true` */
export function isTrue(): number {
  return 0;
}

/** `false` */
export function isFalse(): number {
  return 1;
}

/** `hostname` */
export function hostname(call: Call): number {
  const option = call.argv[1];
  if (option !== undefined && !/^-[sf]$|^--(short|fqdn)$/.test(option)) return fail(call, 'hostname: you must be root to change the host name');
  call.out(`${call.machine.name}\n`);
  return 0;
}

/** `nproc` */
export function nproc(call: Call): number {
  call.out(`${call.machine.cpus}\n`);
  return 0;
}

/** `whoami` */
export function whoami(call: Call): number {
  call.out('root\n');
  return 0;
}

/** `id` */
export function id(call: Call): number {
  const asked = call.argv.slice(1).join(' ');
  if (asked === '-u' || asked === '-g') call.out('0\n');
  else if (asked === '-un' || asked === '-u -n' || asked === '-gn') call.out('root\n');
  else if (asked === '' || asked === 'root') call.out('uid=0(root) gid=0(root) groups=0(root)\n');
  else return fail(call, `id: ‘${call.argv.at(-1)}’: no such user`);
  return 0;
}

const ORDER = 'snrvmpio';

/** `uname` */
export function uname(call: Call): number {
  const { os, name } = call.machine;
  const asked = new Set<string>();
  for (const option of call.argv.slice(1)) {
    if (!/^-[asnrvmpio]+$/.test(option)) return fail(call, `uname: extra operand '${option}'\nTry 'uname --help' for more information.`);
    for (const letter of option.slice(1)) asked.add(letter);
  }
  const all = asked.has('a');
  if (asked.size === 0) asked.add('s');
  const values: { readonly [letter: string]: string } = {
    s: 'Linux',
    n: name,
    r: os.kernel,
    v: os.version,
    m: os.arch,
    p: os.processor,
    i: os.processor,
    o: 'GNU/Linux',
  };
  // With -a an unknown processor is left out; asked by its own letter it is said.
  const shown = [...ORDER].filter((letter) => (all ? values[letter] !== 'unknown' : asked.has(letter)));
  call.out(`${shown.map((letter) => values[letter]).join(' ')}\n`);
  return 0;
}
