import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeOn, rest, until } from '../support/doors/door.ts';
import { homeserver } from '../support/doors/matrix.ts';
import { withChat } from '../support/doors/slack.ts';
import { Parts } from '../support/parts.ts';
import { needs } from '../support/real/have.ts';
import { SID_BUILD_MS, SYNAPSE } from '../support/real/synapse.ts';

describe.skipIf(!needs([...SYNAPSE, 'redis-server or valkey-server']))('what is said in Matrix while no gateway runs', () => {
  let place: Awaited<ReturnType<typeof homeserver>>;
  let parts: Parts;
  beforeAll(async () => {
    place = await homeserver();
    parts = await Parts.start({ config: (lab) => withChat(lab, 'matrix', place.chat, place.accounts) });
    await parts.with('desk', 'east', 'west');
  }, SID_BUILD_MS + 60_000);
  afterAll(async () => {
    await parts?.folder.close();
    await place?.close();
  });

  const cards = (words: string) =>
    place
      .person('bob')
      .timeline(place.room)
      .filter(({ sender, thread, body }) => sender === place.bot.userId && thread === undefined && body.includes(words));
  const state = (words: string) => rest(cards(words)[0]?.body ?? '')?.state;
  const all = () =>
    place
      .person('bob')
      .timeline(place.room)
      .map(({ body }) => body)
      .join('\n---\n');

  it('is done once when one runs again: lines, presses, and what was pressed twice', async () => {
    const [alice, bob] = [place.person('alice'), place.person('bob')];
    const first = await parts.gateway();
    await alice.until(() => alice.rooms().some((room) => room.id === place.room && room.members().get(place.bot.userId) === 'join'), 20_000);
    await alice.says(place.room, '!vm reboot shop');
    await until('the card', () => (state('vm reboot shop') === 'waiting' ? true : undefined), all);
    const [card] = cards('vm reboot shop');
    const key = `✅ ${codeOn(card?.body ?? '')}`;
    await bob.until(() => cards('vm reboot shop')[0]?.reactions.get(key));
    await first.close();

    await bob.reacts(place.room, card?.id ?? '', key);
    await expect(bob.reacts(place.room, card?.id ?? '', key)).rejects.toThrow(/DUPLICATE/i);
    await bob.says(place.room, `!ok ${codeOn(card?.body ?? '')}`);
    for (let n = 0; n < 15; n++) await alice.says(place.room, `only talk ${n}`);
    const asked = await alice.says(place.room, '!vm start build');
    await alice.edits(place.room, asked, '!vm start ldap');
    await alice.says(place.room, '!vm reboot mail');
    for (let n = 0; n < 130; n += 10) await Promise.all(Array.from({ length: 10 }, (_, i) => alice.says(place.room, `more talk ${n + i}`)));

    await parts.gateway();
    await until(
      'all ends',
      () => (state('vm reboot shop') === 'done' && state('vm start build') === 'done' && state('vm reboot mail') === 'waiting' ? true : undefined),
      all,
      30_000,
    );
    for (const words of ['vm reboot shop', 'vm start build', 'vm reboot mail']) expect(cards(words)).toHaveLength(1);
    expect(cards('vm start ldap')).toEqual([]);
    expect(parts.count('kvm1', 'reboot shop')).toBe(1);
    expect(parts.count('kvm1', 'start build')).toBe(1);
    expect(parts.count('kvm2', 'start ldap')).toBe(0);
  }, 90_000);

  it('and a card that somebody took away is posted anew when there is more to say', async () => {
    const [alice, bob] = [place.person('alice'), place.person('bob')];
    const [card] = cards('vm reboot mail');
    const code = codeOn(card?.body ?? '');
    await alice.redacts(place.room, card?.id ?? ''); // who made the room may
    await bob.until(() => cards('vm reboot mail').length === 0);
    await bob.says(place.room, `!no ${code}`);
    await until('another card', () => (state('vm reboot mail') === 'rejected' ? true : undefined), all);
    expect(cards('vm reboot mail')).toHaveLength(1);
    expect(parts.count('kvm2', 'reboot mail')).toBe(0);
    expect([...alice.violations, ...bob.violations]).toEqual([]);
  });
});
