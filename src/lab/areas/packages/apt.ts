import { type Call, effect, fail } from '../../program.ts';
import type { Area } from '../area.ts';
import { pending, rebootNeeded, type Stocked, stock, upgrade } from './stock.ts';

const origin = ({ security }: Stocked) => (security ? 'Debian-Security:12/stable-security' : 'Debian:12.12/stable');

/** As `apt-get -s` says it. */
function simulated(call: Call, chosen: readonly Stocked[]): void {
  const arch = call.machine.os.arch === 'aarch64' ? 'arm64' : 'amd64';
  const anew = chosen.filter(({ installed }) => installed === undefined).length;
  call.out('Reading package lists...\nBuilding dependency tree...\nReading state information...\n');
  call.out(`${chosen.length - anew} upgraded, ${anew} newly installed, 0 to remove and 0 not upgraded.\n`);
  for (const one of chosen) call.out(`Inst ${one.name} ${one.installed ? `[${one.installed}] ` : ''}(${one.candidate} ${origin(one)} [${arch}])\n`);
}

function byExact({ machine }: Call, exact: readonly string[]): Stocked[] {
  return stock(machine).packages.filter(({ name, candidate }) => exact.includes(`${name}=${candidate}`));
}

export const aptScripts: NonNullable<Area['scripts']> = {
  'apt-pending': (call) => {
    const { machine } = call;
    call.out('== upgrades\n');
    simulated(call, pending(machine));
    const held = stock(machine).packages.filter((one) => one.held);
    call.out(`== held\n${held.map(({ name }) => `${name}\n`).join('')}== lists\n${Math.floor(stock(machine).listsAt / 1000)}\n`);
    call.out('== security\n     release v=12,o=Debian,a=stable-security,n=bookworm-security,l=Debian-Security,c=main,b=amd64\n== audit\n');
    call.out(`== reboot\n${rebootNeeded(machine) ? 'yes' : 'no'}\n`);
    return 0;
  },
  'apt-preview': (call) => {
    simulated(call, byExact(call, call.argv.slice(1)));
    return 0;
  },
  'apt-apply': (call) => {
    const chosen = byExact(call, call.argv.slice(1));
    effect(call, 'apt-get', 'install', ...call.argv.slice(1));
    for (const one of chosen) {
      call.out(
        `Unpacking ${one.name} (${one.candidate})${one.installed ? ` over (${one.installed})` : ''} ...\nSetting up ${one.name} (${one.candidate}) ...\n`,
      );
      upgrade(call.machine, one);
    }
    return 0;
  },
  'apt-verify': (call) => {
    const wrong = byExact(call, call.argv.slice(1)).filter(({ installed, candidate }) => installed !== candidate);
    for (const { name, candidate, installed } of wrong) call.err(`${name}: ${candidate} wanted, ${installed ?? 'nothing'} installed\n`);
    if (rebootNeeded(call.machine)) call.out('a reboot is needed\n');
    return wrong.length > 0 ? 1 : 0;
  },
  'apt-show': (call) => {
    const one = stock(call.machine).packages.find(({ name }) => name === call.argv[1]);
    const line = one?.security
      ? '500 http://security.example.org/debian-security bookworm-security/main amd64 Packages'
      : '500 http://mirror.example.org/debian bookworm/main amd64 Packages';
    call.out('== policy\n');
    if (one)
      call.out(
        `${one.name}:\n  Installed: ${one.installed ?? '(none)'}\n  Candidate: ${one.candidate}\n  Version table:\n     ${one.candidate} 500\n        ${line}\n`,
      );
    call.out(`== held\n${one?.held ? `${one.name}\n` : ''}`);
    return 0;
  },
  'apt-check': () => 0,
};

/** `apt-get update` */
export function aptGet(call: Call): number {
  if (call.argv.at(-1) !== 'update') return fail(call, 'E: the practice hosts take `apt-get update` only', 100);
  effect(call, 'apt-get', 'update');
  stock(call.machine).listsAt = Date.now();
  call.out('Reading package lists...\n');
  return 0;
}

/** `apt-mark showhold|hold|unhold` */
export function aptMark(call: Call): number {
  const [verb, ...words] = call.argv.slice(1).filter((word) => word !== '--');
  const { packages } = stock(call.machine);
  if (verb === 'showhold') call.out(packages.flatMap(({ name, held }) => (held ? [`${name}\n`] : [])).join(''));
  else if (verb === 'hold' || verb === 'unhold') {
    effect(call, 'apt-mark', verb, ...words);
    for (const one of packages.filter(({ name }) => words.includes(name))) {
      one.held = verb === 'hold';
      call.out(verb === 'hold' ? `${one.name} set on hold.\n` : `Canceled hold on ${one.name}.\n`);
    }
  } else return fail(call, `E: Invalid operation ${verb ?? ''}`, 100);
  return 0;
}
