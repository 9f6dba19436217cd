import { needs } from '../gates.ts';
import { die } from '../refused.ts';
import { type Answer, type Ask, ok, type Route } from '../route.ts';
import { entriesAt, settings } from './kept.ts';
import { shelf } from './shelf.ts';

/** Groups, realms and second factors. */
export const RIGHTS: readonly Route[] = [
  ...shelf({
    path: '/access/groups',
    id: 'groupid',
    modify: needs('/access/groups', 'Group.Allocate'),
    what: 'group',
    fields: 'comment',
    edits: '',
    calls: 'list add change remove',
  }),
  { method: 'GET', path: '/access/groups/{groupid}', gate: needs('/access/groups', 'Sys.Audit'), run: group },
  ...shelf({
    ...{ fields: 'type! *', path: '/access/domains', id: 'realm', modify: needs('/access/realm', 'Realm.Allocate'), what: 'domain' },
    fixed: () => [
      { realm: 'pam', type: 'pam', comment: 'Linux PAM standard authentication' },
      { realm: 'pve', type: 'pve', comment: 'Proxmox VE authentication server' },
    ],
  }),
  { method: 'GET', path: '/access/tfa', run: () => ok([]) },
  { method: 'GET', path: '/access/tfa/{userid}', run: () => ok([]) },
  { method: 'GET', path: '/access/ticket', open: true, run: () => ok() },
];

function group(ask: Ask): Answer {
  const found = entriesAt(ask.world, '/access/groups').get(ask.text('groupid'));
  if (!found) throw die(`group '${ask.text('groupid')}' does not exist`);
  const members = [...entriesAt(ask.world, '/access/users')].flatMap(([userid, { groups }]) =>
    String(groups ?? '')
      .split(',')
      .includes(ask.text('groupid'))
      ? [userid]
      : [],
  );
  const { groupid: _, ...rest } = { ...found, ...settings(ask, 'groupid') };
  return ok({ members, ...rest });
}
