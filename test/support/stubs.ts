import type { Audit, Delegations, Factors, Freezes, Inventory, Kepts, Limits, Links, Plans, Reviews, Rules, Sessions } from '../../src/core/ports.ts';
import { NOTHING_DECLARED } from './world.ts';

/** Ports that do nothing, for tests that are about something else. */
const nothing = async () => undefined;
export const kept: Kepts = { add: nothing, list: async () => [], drop: nothing, postpone: nothing };
export const inventory: Inventory = { remember: nothing, guests: async () => [] };
export const noPlans: Plans = { savePart: nothing, parts: async () => ({}), savePlan: nothing, plan: nothing, saveReport: nothing, report: nothing };
export const nobody: Rules = {
  policy: { people: new Map(), roles: new Map(), deny: [], approvals: [], delegations: [], hosts: [] },
  self: undefined,
  programs: new Map(),
  declared: NOTHING_DECLARED,
  personOf: () => undefined,
  mirrors: () => [],
  elsewhere: () => [],
  roomOf: () => undefined,
};
export const audit: Audit = { note: nothing, search: async () => [] };
export const freezes: Freezes = { list: async () => [], set: nothing, lift: async () => false };
export const limits: Limits = { take: async () => ({ ok: true }) };
export const links: Links = {
  ...{ offer: async () => '', claim: async () => undefined, claimed: async () => undefined },
  ...{ list: async () => [], add: async () => false, remove: async () => false },
};
export const delegations: Delegations = { add: nothing, remove: async () => false };
export const sessions: Sessions = { end: async () => 0 };
export const factors: Factors = { proven: nothing, enrol: async () => false, forget: async () => false, has: async () => false, check: async () => false };
export const reviews: Reviews = { open: nothing, list: async () => [], close: async () => false };
/** All that a desk knows beyond tickets, and nothing of it. */
export const standing = { audit, freezes, limits, links, delegations, sessions, factors, reviews };
