import type { Journal } from '../../src/core/journal.ts';
import { once, type Run, type StepNeeds } from '../../src/core/once.ts';
import type { Tasks } from '../../src/core/ports.ts';
import type { ApiStep, Entry, Outcome } from '../../src/core/types.ts';
import { say } from '../../src/core/words.ts';
import { Fleet } from '../../src/hosts/fleet.ts';
import type { ApiAccess } from '../../src/hosts/proxmox/access.ts';
import { inMemory } from '../../src/hosts/proxmox/memory.ts';
import { TIMING, type Timing } from '../../src/hosts/proxmox/timing.ts';

/** As patient as a test. */
export const QUICK: Timing = {
  ...TIMING,
  ...{
    lookMs: 3000,
    callMs: 1500,
    connectMs: 1500,
    pollMs: 40,
    pollMostMs: 120,
    noTaskMs: 400,
    searchMs: 300,
    patienceMs: 2000,
    stopMs: 4000,
    busyMs: 20,
    lastLineMs: 150,
  },
};

/** Lines of a journal as they were written, and what outlives a process: the journal and the claims. */
export interface Kept {
  readonly journal: Record<number, Entry>;
  readonly lines: Entry[];
  readonly tasks: Tasks;
}
export const nothingKept = (): Kept => ({ journal: {}, lines: [], tasks: inMemory() });

export interface Process {
  readonly kept?: Kept;
  readonly ticket?: string;
  readonly timing?: Partial<Timing>;
  readonly stop?: AbortSignal;
  readonly leave?: AbortSignal;
  held?(): boolean;
  log?(text: string): void;
  /** Before a line is written; what it throws kills the process. */
  writing?(entry: Entry): void;
}

/** One worker that performs one step of a ticket, as `once` does. */
export async function perform(access: ApiAccess, step: ApiStep, process: Process = {}): Promise<Outcome> {
  const { kept = nothingKept(), ticket = 'T1', timing = {}, held = () => true, log = () => undefined, writing = () => undefined } = process;
  const never = new AbortController().signal;
  const host = { name: access.name, site: 'east', sites: ['east'], kind: access.kind, tags: [], address: '', libvirt: '' } as const;
  const fleet = new Fleet([], [{ host, api: access }], { timing: { ...QUICK, ...timing }, tasks: kept.tasks });
  const needs: StepNeeds = {
    tickets: {
      get: async () => undefined,
      create: async () => false,
      change: async () => undefined,
      open: async () => [],
      close: async () => undefined,
      byCode: async () => undefined,
      keepCode: async () => false,
    },
    journals: {
      read: async () => ({ journal: { ...kept.journal } satisfies Journal, lines: 0 }),
      async write(_ticket, _round, index, entry) {
        writing(entry);
        kept.journal[index] = entry;
        kept.lines.push(entry);
        return true;
      },
    },
    locks: { robbed: async () => false },
    hosts: fleet,
    log,
    changed: async () => undefined,
  };
  const run: Run = {
    ticket,
    round: 1,
    right: { lease: { name: 'run', token: 1 }, locks: undefined },
    held,
    stop: process.stop ?? never,
    leave: process.leave ?? never,
  };
  try {
    return await once(step, 0, run, needs);
  } finally {
    await fleet.close();
  }
}

const why = say({ en: 'do it', zh: '做' });

export const step = (method: ApiStep['method'], path: string, more: Partial<ApiStep> = {}): ApiStep => ({
  kind: 'api',
  on: { site: 'east', host: 'alpha', name: 'wiki' },
  why,
  method,
  path,
  params: {},
  ...more,
});
