import { newTicket } from '../auth.ts';
import { bool, text } from '../params.ts';
import { type Ask, ok, type Route } from '../route.ts';

/** Signing in with a password. */
export const ACCESS: readonly Route[] = [
  {
    method: 'POST',
    path: '/access/ticket',
    open: true,
    params: {
      'username!': text(64),
      'password!': text(4096),
      realm: text(),
      otp: text(),
      path: text(),
      privs: text(),
      'new-format': bool,
      'tfa-challenge': text(),
    },
    run: ({ world, text: part }: Ask) =>
      ok(newTicket(world, part('realm') === '' ? part('username') : `${part('username')}@${part('realm')}`, part('password'))),
  },
  {
    method: 'PUT',
    path: '/access/password',
    ticketOnly: true,
    params: { 'userid!': text(), 'password!': text(), 'confirmation-password': text() },
    run: () => ok(),
  },
];
