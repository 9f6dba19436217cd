import { type Call, effect, fail } from '../../program.ts';
import type { Area } from '../area.ts';
import { pending, rebootNeeded, type Stocked, stock, upgrade } from './stock.ts';

const exactly = ({ name, candidate }: Stocked) => `${name}-${candidate}.x86_64`;
const LINE = '='.repeat(80);

/** As `dnf --assumeno upgrade` says it. */
function table(call: Call, chosen: readonly Stocked[]): void {
  if (chosen.length === 0) {
    call.out('Dependencies resolved.\nNothing to do.\nComplete!\n');
    return;
  }
  const row = (one: Stocked) => ` ${one.name.padEnd(18)} x86_64  ${one.candidate}  update  ${one.name.length}.2 M\n`;
  const kernels = chosen.filter(({ name }) => name === 'kernel');
  const others = chosen.filter(({ name }) => name !== 'kernel');
  call.out(`Dependencies resolved.\n${LINE}\n Package            Architecture  Version  Repository  Size\n${LINE}\n`);
  if (kernels.length > 0) call.out(`Installing:\n${kernels.map(row).join('')}`);
  if (others.length > 0) call.out(`Upgrading:\n${others.map(row).join('')}`);
  call.out(`\nTransaction Summary\n${LINE}\n\nOperation aborted.\n`);
}

function chosenBy(call: Call, exact: readonly string[]): Stocked[] {
  return exact.length === 0 ? pending(call.machine) : stock(call.machine).packages.filter((one) => exact.includes(exactly(one)));
}

export const dnfScripts: NonNullable<Area['scripts']> = {
  'dnf-preview': (call) => {
    table(call, chosenBy(call, call.argv.slice(1)));
    call.out(
      `== exit\n1\n== installed\n${stock(call.machine)
        .packages.map(({ name, installed }) => `${name}|${installed}\n`)
        .join('')}`,
    );
    return 0;
  },
  'dnf-advisories': (call) => {
    const first = call.machine.os.release.includes('openEuler') ? 'openEuler-SA-2025-1' : 'ANSA-2025:0';
    const secure = pending(call.machine).filter(({ security }) => security);
    const id = ({ cve = '' }: Stocked, i: number) => (call.argv[1] === '--with-cve' ? cve : `${first}${100 + i}`);
    call.out(secure.map((one, i) => `${id(one, i)} Important/Sec. ${exactly(one)}\n`).join(''));
    return 0;
  },
  'dnf-lists': (call) => {
    call.out(`== any\nSA-2025-1 Important/Sec. bash-5.2-1.x86_64\n== lists\n${Math.floor(stock(call.machine).listsAt / 1000)}\n`);
    return 0;
  },
  'dnf-held': (call) => {
    const held = stock(call.machine).packages.filter((one) => one.held);
    call.out(`${held.map(({ name, installed }) => `${name}-0:${installed}.*\n`).join('')}there\n`);
    return 0;
  },
  'dnf-reboot': (call) => {
    call.out(`${rebootNeeded(call.machine) ? 1 : 0}\n`);
    return 0;
  },
  'dnf-show': (call) => {
    const one = stock(call.machine).packages.find(({ name }) => name === call.argv[1]);
    call.out(`== installed\n${one ? `${one.name}|${one.installed}\n` : ''}== candidate\n${one ? `${one.name}|${one.candidate}|update\n` : ''}`);
    call.out(`== held\n${one?.held ? `${one.name}-0:${one.installed}.*\n` : ''}`);
    return 0;
  },
  'dnf-check': () => 0,
  'rpm-verify': (call) => {
    const { packages } = stock(call.machine);
    const words = call.argv.slice(1);
    const wrong = words.filter((name, i) => i % 2 === 0 && packages.find((one) => one.name === name)?.installed !== words[i + 1]);
    for (const name of wrong) call.err(`${name}: not the version wanted\n`);
    return wrong.length > 0 ? 1 : 0;
  },
};

/** `dnf upgrade -y`, `dnf makecache`, `dnf versionlock`. */
export function dnf(call: Call): number {
  const [verb, ...words] = call.argv.slice(1).filter((word) => !word.startsWith('-'));
  const { machine } = call;
  const state = stock(machine);
  if (verb === 'makecache') {
    effect(call, 'dnf', 'makecache');
    state.listsAt = Date.now();
    return 0;
  }
  if (verb === 'upgrade' && call.argv.includes('-y')) {
    effect(call, 'dnf', 'upgrade', ...words);
    const chosen = chosenBy(call, words);
    for (const one of chosen) upgrade(machine, one);
    call.out(`Upgraded:\n${chosen.map((one) => `  ${exactly(one)}\n`).join('')}\nComplete!\n`);
    return 0;
  }
  if (verb === 'versionlock' && (words[0] === 'add' || words[0] === 'delete')) {
    effect(call, 'dnf', 'versionlock', ...words);
    for (const one of state.packages.filter(({ name }) => words.includes(name))) one.held = words[0] === 'add';
    return 0;
  }
  return fail(call, `No such command: ${verb ?? ''}.`);
}
