import { z } from 'zod';
import { span, word } from '../../core/args.ts';
import { WITHIN } from '../confirm.ts';
import { type Door, plain } from './change.ts';

/** A port, `/tcp` unless `/udp` is said. */
export const port = () =>
  word(/^([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])(\/(tcp|udp))?$/, { en: 'PORT[/udp]', zh: '端口[/udp]' });

/** An address or address range, IPv4 or IPv6. */
export const from = () =>
  word(/^[0-9A-Fa-f][0-9A-Fa-f.:/]*$/, { en: 'ADDRESS[/LENGTH]', zh: '地址[/长度]' }).refine(
    (text) => [z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()].some((kind) => kind.safeParse(text).success),
    'an IPv4 or IPv6 address, or a range such as 192.0.2.0/24',
  );

/** How long a change may take to prove itself, in milliseconds, before the host goes back by itself. */
export const within = () =>
  span()
    .refine((ms) => ms >= WITHIN.least * 1000 && ms <= WITHIN.most * 1000, `from ${WITHIN.least}s to ${WITHIN.most}s`)
    .optional();

/** A port as typed, and from where. */
export function door(text: string, range = ''): Door {
  const [number, proto] = text.split('/');
  return { port: Number(number), proto: proto === 'udp' ? 'udp' : 'tcp', from: plain(range) };
}
