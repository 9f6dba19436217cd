import { type Call, effect, fail, type Program } from '../../program.ts';
import { ip } from '../../programs/ip.ts';
import { links } from '../../world/links.ts';
import { apply, netFiles, netOf } from '../../world/netconf.ts';

/** `EXTRA PATTERN…`: the files that configure links, as the script frames them. */
export const linksFiles: Program = (call) => {
  const patterns = call.argv.slice(2);
  for (const [path, text] of netFiles(call.machine)) {
    const asked = patterns.some((pattern) => pattern === path || (pattern.endsWith('/*') && path.startsWith(pattern.slice(0, -1))));
    if (!asked) continue;
    if (/^password=/m.test(text)) {
      call.out(`S 1 ${path}\n ${/^interface-name=.*$/m.exec(text)?.[0] ?? ''}\n`);
      continue;
    }
    const ended = text.endsWith('\n');
    const lines = (ended ? text.slice(0, -1) : text).split('\n').map((line) => ` ${line}\n`);
    call.out(`F ${ended ? 1 : 0} ${path}\n${text === '' ? '' : lines.join('')}`);
  }
  return 0;
};

/** Where the bot came in, then links and routes by `ip`. */
export const linksNow: Program = (call) => {
  const { machine } = call;
  call.out(`${machine.at} 51000 ${machine.at} 22\n== links\n`);
  const code = ip({ ...call, argv: ['ip', '-d', '-j', 'addr', 'show'] });
  call.out('\n== routes\n');
  ip({ ...call, argv: ['ip', '-j', 'route', 'show'] });
  call.out('\n');
  ip({ ...call, argv: ['ip', '-6', '-j', 'route', 'show'] });
  return code;
};

/** `HOW LINK… -- CONNECTION… -- WORD…`: the files are used; what is left of the old state goes with it. */
export const linksApply: Program = (call) => {
  const { machine } = call;
  const [, how = ''] = call.argv;
  if (how === 'netplan' || how === 'systemd-networkd') return fail(call, `${how}: not found`, 127);
  apply(machine);
  effect(call, 'apply', how);
  return 0;
};

/** Whether the kernel has it; the words as in the real script, each asked of `ip`. */
export const linksSettled: Program = (call) => {
  const { machine } = call;
  const all = new Map(links(machine).map((link) => [link.name, link]));
  const net = new Map(netOf(machine).map((link) => [link.name, link]));
  const words = call.argv.slice(1);
  while (words.length > 0) {
    const [word = '', a = '', b = '', c = '', d = ''] = words;
    const route =
      net.get(b)?.routes.some(({ to, via }) => to === c && via === d) || ((c === '0.0.0.0/0' || c === '::/0') && net.get(b)?.gateways.includes(d)) || false;
    const good: Readonly<Record<string, [number, boolean]>> = {
      there: [2, all.has(a)],
      gone: [2, !all.has(a)],
      port: [3, all.get(a)?.master === b],
      free: [3, all.get(a)?.master !== b],
      mtu: [3, all.get(a)?.mtu === Number(b)],
      address: [3, net.get(a)?.addresses.includes(b) ?? false],
      'no-address': [3, !net.get(a)?.addresses.includes(b)],
      route: [5, route],
      'no-route': [5, !route],
    };
    const [count, met] = good[word] ?? [words.length, false];
    if (!met) {
      call.out(`not yet: ${words.slice(0, count).join(' ')}\n`);
      return 0;
    }
    words.splice(0, count);
  }
  call.out('settled\n');
  return 0;
};

/** `LINK…`: that nothing but these is staged on a node. */
export const onlyOurs: Program = (call) => {
  const { node } = call.machine;
  const [then, now] = [node?.staged(), node?.interfaces()];
  if (then === undefined || now === undefined) return fail(call, 'nothing is staged');
  const rest = (text: string) =>
    text
      .split(/^(?=auto |iface )/m)
      .filter((part) => !call.argv.slice(1).some((name) => new RegExp(`^(auto|iface) ${name.replaceAll('.', '\\.')}\\b`).test(part)));
  return rest(then).join('').replace(/\s+/g, ' ').trim() === rest(now).join('').replace(/\s+/g, ' ').trim()
    ? 0
    : fail(call, 'somebody else has staged changes meanwhile; nothing is applied');
};

/** Configuration tools that are there; the scripts above do their work. */
export const tool = (call: Call): number => fail(call, `${call.argv[0]}: the practice hosts have no use for it by itself`);
