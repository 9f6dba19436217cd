import type { Guest } from '../../world/guest.ts';
import { type Command, findGuest, type Virsh } from './command.ts';
import { table } from './table.ts';

/** `list` and `domstats`. */
export const LIST: { readonly [name: string]: Command } = {
  list: {
    syntax: {
      values: [],
      required: 0,
      flags: ['all', 'inactive', 'uuid', 'name', 'id', 'table', 'state-running', 'state-paused', 'state-shutoff', 'persistent', 'autostart', 'no-autostart'],
    },
    run: list,
  },
  domstats: {
    syntax: {
      values: ['domain'],
      required: 0,
      many: true,
      flags: [
        'state',
        'vcpu',
        'balloon',
        'raw',
        'nowait',
        'enforce',
        'list-active',
        'list-inactive',
        'list-running',
        'list-paused',
        'list-shutoff',
        'list-persistent',
      ],
    },
    run: domstats,
  },
};

function list({ machine, args, print, quiet }: Virsh): string | undefined {
  const plain = args.has('uuid') || args.has('name') || args.has('id');
  if (args.has('table') && plain) return `Options --table and --${args.has('name') ? 'name' : 'uuid'} are mutually exclusive`;
  const guests = machine.guests.filter((guest) => listed(guest, args.has)).sort(byId);
  if (!plain) {
    print(
      table(
        ['Id', 'Name', 'State'],
        guests.map(({ id, name, state }) => [String(id ?? '-'), name, state]),
        quiet,
      ),
    );
    return;
  }
  for (const { id, uuid, name } of guests) {
    print(`${[args.has('id') ? String(id ?? '-') : '', args.has('uuid') ? uuid : '', args.has('name') ? name : ''].filter((cell) => cell !== '').join(' ')}\n`);
  }
}

/** Those that are on by their id, then the others by name. */
function byId(a: Guest, b: Guest): number {
  if (a.id === undefined && b.id === undefined) return a.name < b.name ? -1 : 1;
  return (a.id ?? Number.POSITIVE_INFINITY) - (b.id ?? Number.POSITIVE_INFINITY);
}

function listed(guest: Guest, has: (flag: string) => boolean): boolean {
  const on = guest.state !== 'shut off';
  const states = [has('state-running') && 'running', has('state-paused') && 'paused', has('state-shutoff') && 'shut off'].filter((state) => state !== false);
  if (has('autostart') && !guest.autostart) return false;
  if (has('no-autostart') && guest.autostart) return false;
  if (states.length > 0) return states.includes(guest.state);
  if (has('all')) return true;
  return has('inactive') ? !on : on;
}

const STATES = { running: 1, paused: 3, 'shut off': 5 } as const;
const REASONS: { readonly [reason: string]: number } = {
  'running/booted': 1,
  'running/restored': 3,
  'running/from snapshot': 4,
  'running/unpaused': 5,
  'paused/user': 1,
  'paused/from snapshot': 7,
  'shut off/shutdown': 1,
  'shut off/destroyed': 2,
  'shut off/from snapshot': 7,
};

function domstats({ machine, args, print }: Virsh): string | undefined {
  const chosen: Guest[] = [];
  for (const name of args.rest) {
    const guest = findGuest(machine, name);
    if (!guest) return `failed to get domain '${name}'`;
    chosen.push(guest);
  }
  const every = !args.has('state') && !args.has('vcpu') && !args.has('balloon');
  const guests = args.rest.length > 0 ? chosen : machine.guests.filter((one) => selected(one, args.has));
  const records = guests.map((guest) => {
    const lines = [
      ...(every || args.has('state') ? [`state.state=${STATES[guest.state]}`, `state.reason=${REASONS[`${guest.state}/${guest.reason}`] ?? 0}`] : []),
      ...(every || args.has('balloon') ? balloon(guest) : []),
      ...(every || args.has('vcpu') ? vcpu(guest) : []),
    ];
    return `Domain: '${guest.name}'\n${lines.map((line) => `  ${line}\n`).join('')}`;
  });
  print(records.join('\n'));
}

function selected(guest: Guest, has: (flag: string) => boolean): boolean {
  const on = guest.state !== 'shut off';
  const asked = [
    has('list-active') ? on : undefined,
    has('list-inactive') ? !on : undefined,
    has('list-running') ? guest.state === 'running' : undefined,
    has('list-paused') ? guest.state === 'paused' : undefined,
    has('list-shutoff') ? !on : undefined,
  ].filter((answer) => answer !== undefined);
  return asked.length === 0 || asked.includes(true);
}

function balloon({ memKiB, state, startedAt }: Guest): string[] {
  const both = [`balloon.current=${memKiB}`, `balloon.maximum=${memKiB}`];
  if (state === 'shut off') return both;
  const unused = Math.floor(memKiB * 0.42);
  return [
    ...both,
    'balloon.swap_in=0',
    'balloon.swap_out=0',
    `balloon.unused=${unused}`,
    `balloon.available=${Math.floor(memKiB * 0.97)}`,
    `balloon.usable=${Math.floor(unused * 1.2)}`,
    `balloon.last-update=${Math.floor(startedAt / 1000)}`,
    `balloon.rss=${Math.floor(memKiB * 0.8)}`,
  ];
}

function vcpu({ vcpus, state, startedAt }: Guest): string[] {
  const both = [`vcpu.current=${vcpus}`, `vcpu.maximum=${vcpus}`];
  if (state === 'shut off') return both;
  const spent = Math.floor((Date.now() - startedAt) * 50_000);
  return [
    ...both,
    ...Array.from({ length: vcpus }, (_, index) => [
      `vcpu.${index}.state=1`,
      `vcpu.${index}.time=${spent + index * 10_000_000}`,
      `vcpu.${index}.wait=0`,
      `vcpu.${index}.delay=${Math.floor(spent / 400)}`,
    ]).flat(),
  ];
}
