import { needsAny } from '../gates.ts';
import { bool } from '../params.ts';
import { die } from '../refused.ts';
import { type Ask, ok, type Route } from '../route.ts';
import type { Fields, World } from '../world.ts';
import { entriesAt } from './kept.ts';
import { shelf } from './shelf.ts';

const path = '/cluster/notifications';
const KINDS = ['gotify', 'sendmail', 'smtp', 'webhook'] as const;
const audit = needsAny('/mapping/notifications', 'Mapping.Audit', 'Mapping.Modify', 'Mapping.Use');
const modify = needsAny('/mapping/notifications', 'Mapping.Modify');
const FIELDS: { readonly [kind in (typeof KINDS)[number]]: string } = {
  gotify: 'server! token! comment',
  sendmail: 'author comment from-address mailto mailto-user',
  smtp: 'server! from-address! author comment mailto mailto-user mode password port username',
  webhook: 'url! method! body comment header secret',
};

/** Where events are told, and which of them. */
export const NOTIFICATIONS: readonly Route[] = [
  { method: 'GET', path: `${path}/endpoints`, run: () => ok(KINDS.map((name) => ({ name }))) },
  ...KINDS.flatMap((kind) =>
    shelf({
      ...{ path: `${path}/endpoints/${kind}`, id: 'name', audit, modify, what: 'endpoint', fields: FIELDS[kind], kinds: { disable: bool } },
      fixed: () => (kind === 'sendmail' ? [{ ...BUILT_IN, 'mailto-user': ['root@pam'] }] : []),
    }),
  ),
  ...shelf({
    ...{ path: `${path}/matchers`, id: 'name', audit, modify, what: 'matcher', kinds: { disable: bool, 'invert-match': bool } },
    ...{ fields: 'comment match-calendar match-field match-severity mode target' },
    fixed: () => [{ name: 'default-matcher', comment: 'Route all notifications to mail-to-root', mode: 'all', target: ['mail-to-root'], origin: 'builtin' }],
  }),
  { method: 'GET', path: `${path}/matcher-fields`, run: () => ok(['hostname', 'job-id', 'type'].map((name) => ({ name }))) },
  { method: 'GET', path: `${path}/matcher-field-values`, run: () => ok(EVENTS.map((value) => ({ field: 'type', value }))) },
  { method: 'GET', path: `${path}/targets`, gate: audit, run: ({ world }) => ok(targets(world)) },
  { method: 'POST', path: `${path}/targets/{name}/test`, gate: audit, run: test },
];

const BUILT_IN: Fields = { name: 'mail-to-root', comment: "Send mails to root@pam's email address", origin: 'builtin' };
const EVENTS = ['fencing', 'package-updates', 'replication', 'system-mail', 'vzdump'];

function targets(world: World): readonly Fields[] {
  const made = KINDS.flatMap((type) =>
    [...entriesAt(world, `${path}/endpoints/${type}`).values()].map(({ name, comment, disable }) => ({ name, type, comment, disable })),
  );
  const own = made.map((one) => ({ ...Object.fromEntries(Object.entries(one).filter(([, value]) => value !== undefined)), origin: 'user-created' }));
  return [{ ...BUILT_IN, type: 'sendmail' }, ...own];
}

function test({ world, text: part }: Ask) {
  if (!targets(world).some(({ name }) => name === part('name'))) throw die(`endpoint '${part('name')}' does not exist`);
  return ok();
}
