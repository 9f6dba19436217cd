import type { Inventory, Kepts, Plans, Rules } from '../../src/core/ports.ts';

/** Ports that do nothing, for tests that are about something else. */
const nothing = async () => undefined;
export const kept: Kepts = { add: nothing, list: async () => [], drop: nothing, postpone: nothing };
export const inventory: Inventory = { remember: nothing, guests: async () => [] };
export const noPlans: Plans = { savePart: nothing, parts: async () => ({}), savePlan: nothing, plan: nothing, saveReport: nothing, report: nothing };
export const nobody: Rules = {
  policy: { people: new Map(), roles: new Map(), approvals: [], hosts: [] },
  self: undefined,
  programs: new Map(),
  personOf: () => undefined,
  mirrors: () => [],
};
