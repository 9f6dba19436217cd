import type {
  Alerts,
  Audit,
  Beats,
  Counts,
  Delegations,
  Factors,
  Freezes,
  Inventory,
  Kepts,
  Limits,
  Links,
  Plans,
  Remedies,
  Reviews,
  Rules,
  Schedules,
  Sessions,
  Shown,
  Silences,
  Watches,
} from '../../src/core/ports.ts';
import { cron } from '../../src/cron.ts';
import { NO_ROUTING, NOTHING_DECLARED } from './world.ts';

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
  routing: NO_ROUTING,
  placeOf: () => undefined,
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
export const alerts: Alerts = {
  ...{ get: nothing, members: async () => [], open: async () => [], recent: async () => [], of: nothing },
  ...{
    change: nothing,
    put: async () => new Map(),
    mark: nothing,
    close: nothing,
    trim: async () => 0,
    keyed: nothing,
    born: async () => 0,
    storming: async () => false,
  },
  ...{ keepMalformed: nothing, malformed: async () => [] },
  async *firing() {},
  async *standing() {},
};
export const silences: Silences = {
  list: async () => [],
  get: nothing,
  add: nothing,
  end: nothing,
  written: nothing,
  over: async () => [],
  lingering: async () => [],
  forget: nothing,
  marked: nothing,
  mark: nothing,
};
export const shown: Shown = { stands: async () => true, spoke: async () => 0 };
export const beats: Beats = { all: async () => ({}), heard: nothing, named: async () => ({}), late: async () => ({}), setLate: nothing };
export const schedules: Schedules = { list: async () => [], get: nothing, set: async () => false, remove: async () => false };
export const counts: Counts = { add: () => undefined, took: () => undefined };
export const remedies: Remedies = { begin: async () => 'stopped', learn: nothing };
export const watches: Watches = { names: async () => [], get: nothing, change: async () => false };
export const standing = {
  audit,
  freezes,
  limits,
  links,
  delegations,
  sessions,
  factors,
  reviews,
  alerts,
  silences,
  shown,
  beats,
  schedules,
  remedies,
  watches,
  counts,
  cron,
};
