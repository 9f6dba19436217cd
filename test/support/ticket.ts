import type { Needs } from '../../src/core/approval.ts';

/** So many of the leads. */
export function leads(count: number): Needs {
  return { rules: [{ id: 'approvals.0', votes: [{ count, roles: ['lead'] }] }] };
}

/** What every ticket has, whatever its state: a request of alice's. */
export const asked = {
  format: 1,
  id: 'T1',
  rev: 1,
  by: 'alice',
  text: 'vm reboot shop',
  command: 'vm reboot',
  input: { guest: 'shop' },
  dry: false,
  private: false,
  askedAt: 0,
  places: [{ chat: 'web', room: 'console' }],
  heard: [],
} as const;
