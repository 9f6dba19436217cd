import type { Call } from '../../program.ts';
import type { Guest } from '../../world/guest.ts';
import type { Machine } from '../../world/machine.ts';
import type { Parsed, Syntax } from './syntax.ts';

/** A virsh command on its way. */
export interface Virsh {
  readonly call: Call;
  readonly machine: Machine;
  readonly quiet: boolean;
  readonly args: Parsed;
  /** Prints text that is the answer. */
  readonly print: (text: string) => void;
  /** Prints text that -q leaves out. */
  readonly extra: (text: string) => void;
}

/** A virsh command: its words and what it does; a returned string is an error message. */
export interface Command {
  readonly syntax: Syntax;
  /** Whether its runs are counted as changes. */
  readonly changes?: true;
  readonly run: (virsh: Virsh) => string | undefined | Promise<string | undefined>;
}

/** The words of a command about one domain. */
export const DOMAIN: Syntax = { values: ['domain'], required: 1 };

/** The words of a command about one snapshot of a domain. */
export const SNAPSHOT: Syntax = {
  values: ['domain', 'snapshotname'],
  required: 1,
  flags: ['current', 'running', 'paused', 'force', 'children', 'children-only', 'metadata'],
};

/** A command about one domain. */
export function onGuest(
  run: (virsh: Virsh, guest: Guest) => string | undefined | Promise<string | undefined>,
  changes?: true,
  syntax: Syntax = DOMAIN,
): Command {
  return {
    syntax,
    ...(changes ? { changes } : {}),
    run: (virsh) => {
      const name = virsh.args.value('domain') ?? '';
      if (name === '') return "Failed to get option 'domain': Option argument is empty";
      const guest = findGuest(virsh.machine, name);
      return guest ? run(virsh, guest) : `failed to get domain '${name}'`;
    },
  };
}

/** Finds a guest by id, UUID or name, in that order. */
export function findGuest(machine: Machine, name: string): Guest | undefined {
  const { guests } = machine;
  const byId = /^\d+$/.test(name) ? guests.find((guest) => guest.id === Number(name)) : undefined;
  const plain = name.replaceAll('-', '').toLowerCase();
  return byId ?? guests.find((guest) => guest.uuid.replaceAll('-', '') === plain) ?? guests.find((guest) => guest.name === name);
}

/** An operation that went wrong, in virsh's two lines. */
export function failed(what: string, guest: Guest, why: string): string {
  return `Failed to ${what} domain '${guest.name}'\nerror: ${why}`;
}

/** libvirt's words for an operation on a guest that is off. */
export const NOT_RUNNING = 'Requested operation is not valid: domain is not running';
