import { z } from 'zod';
import { json } from '../schema/arguments.ts';
import type { Home, Modal } from '../schema/view.ts';
import { home, modal } from '../schema/view.ts';
import type { View } from '../things.ts';
import { viewFields } from '../wire.ts';
import { identified, type World } from '../world.ts';
import { type Call, method, Refused, shaped } from './method.ts';

const opening = { view: json, trigger_id: z.string().optional(), interactivity_pointer: z.string().optional() };

/** The person a trigger belongs to; each is good once and for a short while. */
function exchange({ world, slack }: Call, args: { readonly trigger_id?: string | undefined; readonly interactivity_pointer?: string | undefined }): string {
  const id = args.trigger_id ?? args.interactivity_pointer;
  const trigger = id === undefined ? undefined : world.triggers.get(id);
  if (!trigger) throw new Refused('invalid_trigger_id', {}, `no such trigger: ${id}`);
  if (trigger.used) throw new Refused('exchanged_trigger_id');
  if (Date.now() - trigger.at > slack.options.triggerLife) throw new Refused('expired_trigger_id');
  trigger.used = true;
  return trigger.user;
}

function sized<T>(view: T): T {
  if (JSON.stringify(view).length > 250_000) throw new Refused('view_too_large', {}, 'a view of more than 250 kB');
  return view;
}

/** Puts a view before a person. */
export function show(world: World, user: string, shown: Modal | Home, under?: View): View {
  const taken = [...world.homes.values(), ...[...world.modals.values()].flat()];
  if (shown.external_id && taken.some((one) => one.shown.external_id === shown.external_id)) throw new Refused('duplicate_external_id');
  const id = world.ids.next('V');
  const view: View = { id, user, root: under?.root ?? id, previous: under?.id, shown: named(world, shown), hash: hash(world) };
  if (shown.type === 'home') world.homes.set(user, view);
  else world.modals.set(user, [...(under ? (world.modals.get(user) ?? []) : []), view]);
  world.changed();
  return view;
}

/** Gives a view new content. */
export function replace(world: World, view: View, shown: Modal | Home): View {
  view.shown = named(world, shown);
  view.hash = hash(world);
  world.changed();
  return view;
}

function named<T extends Modal | Home>(world: World, shown: T): T {
  return { ...shown, blocks: identified(shown.blocks, world.ids) };
}

function hash(world: World): string {
  return `${world.ids.ts()}.${crypto.randomUUID().slice(0, 8)}`;
}

/** The methods of views.*; none needs a scope. */
export const views = {
  'views.open': method({}, opening, (args, call) => {
    const shown = sized(shaped(modal, args.view, ['view'], 'invalid_arguments'));
    return { view: viewFields(show(call.world, exchange(call, args), shown)) };
  }),

  'views.push': method({}, opening, (args, call) => {
    const shown = sized(shaped(modal, args.view, ['view'], 'invalid_arguments'));
    const user = exchange(call, args);
    const open = call.world.modals.get(user) ?? [];
    const top = open.at(-1);
    if (!top) throw new Refused('not_found');
    if (open.length >= 3) throw new Refused('push_limit_reached');
    return { view: viewFields(show(call.world, user, shown, top)) };
  }),

  'views.update': method(
    {},
    { view: json, view_id: z.string().optional(), external_id: z.string().optional(), hash: z.string().optional() },
    (args, { world }) => {
      const shown = sized(shaped(z.union([modal, home]), args.view, ['view'], 'invalid_arguments'));
      const all = [...world.homes.values(), ...[...world.modals.values()].flat()];
      const view = all.find((one) => (args.view_id === undefined ? one.shown.external_id === args.external_id : one.id === args.view_id));
      if (!view || (args.view_id ?? args.external_id) === undefined) throw new Refused('not_found');
      if (args.hash !== undefined && args.hash !== view.hash) throw new Refused('hash_conflict');
      return { view: viewFields(replace(world, view, shown)) };
    },
  ),

  'views.publish': method({}, { user_id: z.string(), view: json, hash: z.string().optional() }, (args, { world, slack }) => {
    const shown = sized(shaped(home, args.view, ['view'], 'invalid_arguments'));
    if (!slack.options.homeTab) throw new Refused('not_enabled');
    if (!world.users.has(args.user_id)) throw new Refused('invalid_arguments', { response_metadata: { messages: ['invalid `user_id`'] } });
    const view = world.homes.get(args.user_id);
    if (args.hash !== undefined && view && args.hash !== view.hash) throw new Refused('hash_conflict');
    return { view: viewFields(view ? replace(world, view, shown) : show(world, args.user_id, shown)) };
  }),
};
