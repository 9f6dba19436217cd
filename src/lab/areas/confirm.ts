import { type Call, effect, fail, type Program } from '../program.ts';
import { run } from '../run.ts';
import { type Machine, note } from '../world/machine.ts';
import { type Area, kept } from './area.ts';

/** A change that is to prove itself: what was in the files before it, and how it ended. */
interface Armed {
  readonly boot: string;
  readonly save: readonly string[];
  readonly files: ReadonlyMap<string, string | null>;
  readonly restore: readonly string[];
  readonly disarm: () => void;
  state: string;
}

const changes = kept(() => new Map<string, Armed>());

/** `ID SECONDS COUNT PATH… ARGV…`. */
const arm: Program = (call) => {
  const [, id = '', after = '', count = ''] = call.argv;
  const { machine } = call;
  const all = changes(machine);
  const other = [...all].find(([, { state, boot }]) => state === 'armed' && boot === machine.bootId);
  if (other) return fail(call, `another change is not decided yet: ${other[0]}`);
  const save = call.argv.slice(4, 4 + Number(count));
  const files = new Map([...machine.files].filter(([path]) => isIn(path, save)));
  const disarm = machine.timers.after(Number.parseInt(after, 10) * 1000, () => void back(machine, id));
  all.set(id, { boot: machine.bootId, save, files, restore: call.argv.slice(4 + Number(count)), disarm, state: 'armed' });
  call.out(`goes back by itself in ${Number.parseInt(after, 10)} s unless it is kept, and at a reboot\n`);
  return 0;
};

/** `ID ARGV…`. */
const act: Program = (call) => {
  const [, id = '', program = '', ...args] = call.argv;
  return stateOf(call.machine, id) === 'armed' ? run({ ...call, argv: [program, ...args] }) : fail(call, 'it is not armed: nothing is changed');
};

const keep: Program = (call) => {
  const change = changes(call.machine).get(call.argv[1] ?? '');
  if (!change) return fail(call, 'it was never armed');
  if (change.state.startsWith('reverted')) return fail(call, 'it was put back already');
  change.disarm();
  change.state = 'kept';
  effect(call, 'kept');
  return 0;
};

const state: Program = (call) => {
  call.out(`${stateOf(call.machine, call.argv[1] ?? '')}\n`);
  return 0;
};

const backNow: Program = async (call) => {
  await back(call.machine, call.argv[1] ?? '');
  return 0;
};

const settle: Program = (call) => {
  const now = stateOf(call.machine, call.argv[1] ?? '');
  call.out(`${now}\n`);
  return ['kept', 'none', 'reverted 0'].includes(now) ? 0 : 1;
};

/** A host that was booted meanwhile has put its files back on the way up. */
function stateOf(machine: Machine, id: string): string {
  const change = changes(machine).get(id);
  if (!change) return 'none';
  if (change.state === 'armed' && change.boot !== machine.bootId) {
    putBack(machine, change);
    change.state = 'reverted 0';
  }
  return change.state;
}

async function back(machine: Machine, id: string): Promise<void> {
  const change = changes(machine).get(id);
  if (change?.state !== 'armed') return;
  change.disarm();
  change.state = 'reverting';
  putBack(machine, change);
  const [program, ...args] = change.restore;
  const call: Omit<Call, 'argv'> = {
    machine,
    out: () => undefined,
    err: () => undefined,
    ready: async () => undefined,
    input: async () => '',
    signal: machine.boot.signal,
  };
  const code = program === undefined ? 0 : await run({ ...call, argv: [program, ...args] });
  change.state = `reverted ${code}`;
  note(machine, 'hostler', 'put back a change that was not kept');
}

function putBack(machine: Machine, { save, files }: Armed): void {
  for (const path of [...machine.files.keys()]) if (isIn(path, save)) machine.files.delete(path);
  for (const [path, text] of files) machine.files.set(path, text);
}

function isIn(path: string, folders: readonly string[]): boolean {
  return folders.some((folder) => path === folder || path.startsWith(`${folder}/`));
}

const yes: Program = () => 0;

export const confirm: Area = {
  scripts: {
    'confirm-arm': arm,
    'confirm-act': act,
    'confirm-keep': keep,
    'confirm-state': state,
    'confirm-stands': state,
    'confirm-back': backNow,
    'confirm-settle': settle,
    'probe-tcp': yes,
    'probe-quorum': yes,
  },
};
