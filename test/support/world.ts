import { declaredOf } from '../../config/declared.ts';
import { routingOf } from '../../config/routing.ts';
import { schema } from '../../config/schema.ts';
import type { Routing } from '../../src/core/alerts/routing.ts';
import type { Declared } from '../../src/core/declared.ts';
import type { World } from '../../src/core/ports.ts';

/** What a configuration declares that says nothing about it. */
export const NOTHING_DECLARED: Declared = declaredOf(schema.parse({ sites: {}, people: {}, roles: {} }));

/** How alerts go where nothing is said about it. */
export const NO_ROUTING: Routing = routingOf(schema.parse({ sites: {}, people: {}, roles: {} }));

/** A world in which nothing is declared. */
export const WORLD: World = {
  self: undefined,
  programs: new Map(),
  declared: NOTHING_DECLARED,
  checks: [],
  earlier: async () => undefined,
  clusters: [],
  ticket: 'T1',
};
