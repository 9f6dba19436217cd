import { needs } from '../gates.ts';
import { bool, text } from '../params.ts';
import { die } from '../refused.ts';
import { type Ask, ok, type Route } from '../route.ts';
import { fork } from '../tasks.ts';

const node = '/nodes/{node}';

/** Calls with no better place: realms, second factors, replications by hand. */
export const ODDS: readonly Route[] = [
  { method: 'GET', path: `${node}/replication/{id}/log`, more: () => text(), run: () => ({ data: [{ n: 1, t: 'no content' }], total: 1 }) },
  { method: 'POST', path: '/access/domains/{realm}/sync', gate: needs('/access/realm', 'Realm.Allocate'), more: () => text(), run: sync },
  { method: 'POST', path: '/access/openid/auth-url', open: true, more: () => text(), run: noOpenid },
  { method: 'POST', path: '/access/openid/login', open: true, more: () => text(), run: noOpenid },
  ...(['POST /access/tfa/{userid}', 'PUT /access/tfa/{userid}/{id}', 'DELETE /access/tfa/{userid}/{id}'] as const).map((line): Route => {
    const [method = '', path = ''] = line.split(' ');
    return { method: method === 'POST' || method === 'PUT' ? method : 'DELETE', path, ticketOnly: true, more: () => text(), run: noEntry };
  }),
  { method: 'GET', path: '/access/tfa/{userid}/{id}', params: { full: bool }, run: noEntry },
];

function sync({ world, at, who, text: part }: Ask) {
  return ok(
    fork(world, { node: at.name, type: 'auth-realm-sync', id: part('realm'), user: who.id }, async ({ wait }) => {
      await wait(300);
      throw die(`Cannot sync realm type: ${part('realm')}`);
    }),
  );
}

function noOpenid({ text: given }: Ask): never {
  throw die(`domain '${given('realm')}' does not exist`);
}

function noEntry(): never {
  throw die('no such TFA entry');
}
