import { LABELS } from '../buttons.ts';
import { inTurn } from '../join.ts';
import type { Button, Choice, Field, Offer, PressAction } from '../types.ts';
import { type Said, say, speak } from '../words.ts';
import { type Alert, isOpen } from './alert.ts';
import { PERSON, UNTIL } from './lines.ts';

/** Most offers that are buttons. */
const OFFERS = 4;
/** Most people to choose from. */
const PEOPLE = 100;

/** What can be pressed on an alert's card now. `names`: of people, by id. `steps`: how many its route's escalation has. Pure. */
export function alertButtons(alert: Alert, names: Readonly<Record<string, string>>, steps: number): Button[] {
  const button = (action: PressAction, asks: readonly Field[] = []): Button => ({
    id: action,
    label: LABELS[action],
    press: { action, ticket: alert.id, code: '' },
    ...(asks.length > 0 ? { asks } : {}),
  });
  const why = alert.hosts.length > 0 ? [button('explain')] : [];
  if (!isOpen(alert)) return why;
  const offers = shownOffers(alert).map(
    ([offer, i]): Button => ({
      id: `offer-${i}`,
      label: offerLabel(offer, alert),
      press: { action: 'offer', ticket: alert.id, code: String(i) },
    }),
  );
  return [
    ...(alert.acked ? [] : [button('ack')]),
    ...offers,
    ...why,
    button('silence-1h'),
    button('silence-4h'),
    button('silence', [{ name: UNTIL, label: say({ en: 'Until when? 2h, 18:00, 2026-01-05 09:00', zh: '静默至何时？2h、18:00、2026-01-05 09:00' }) }]),
    button('assign', [assignee(names)]),
    ...(alert.escalation.taken < steps ? [button('escalate')] : []),
  ];
}

/** What an offer is called: of several hosts, with that which it is for. */
export function offerLabel({ label, on }: Offer, { hosts }: Pick<Alert, 'hosts'>): Said {
  if (on === undefined || hosts.length < 2 || speak(label, 'en').includes(on)) return label;
  return say({ en: '{label} · {on}', zh: '{label} · {on}' }, { label, on });
}

/** The offers that are buttons, with their numbers: in turn for each host, none for a host where it is over. */
function shownOffers({ offers, top }: Alert): (readonly [Offer, number])[] {
  const of = (host: string | undefined) => top.filter((one) => one.host === host);
  const isOver = (host: string | undefined) => of(host).length > 0 && of(host).every(({ status }) => status === 'resolved');
  const all = offers.map((offer, i) => [offer, i] as const).filter(([{ on }]) => on === undefined || !isOver(on));
  const hosts = [...new Set(all.map(([{ on }]) => on))];
  const some = inTurn(hosts.map((host) => all.filter(([{ on }]) => on === host))).slice(0, OFFERS);
  return some.sort(([, a], [, b]) => a - b);
}

function assignee(names: Readonly<Record<string, string>>): Field {
  const all = Object.entries(names).map(([id, name]): Choice => ({ text: `@${id}`, hint: name }));
  return {
    name: PERSON,
    label: say({ en: 'Who takes it?', zh: '由谁处理？' }),
    ...(all.length > 0 ? { choices: all.slice(0, PEOPLE) } : {}),
    ...(all.length > PEOPLE ? { more: true as const } : {}),
  };
}
