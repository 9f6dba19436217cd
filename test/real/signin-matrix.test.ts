import { describe, expect, it } from 'vitest';
import { ConsoleClient } from '../../src/chat/client.ts';
import { bot } from '../support/bot.ts';
import { until } from '../support/doors/door.ts';
import { homeserver } from '../support/doors/matrix.ts';
import { withChat } from '../support/doors/slack.ts';
import { needs } from '../support/real/have.ts';
import { SYNAPSE } from '../support/real/synapse.ts';

describe.runIf(needs(SYNAPSE))('signing in from Matrix', () => {
  it('gives the link to who asked in a room, alone, whole in HTML and in plain text', async () => {
    const place = await homeserver();
    const world = await bot({
      config: (lab) => {
        const config = withChat(lab, 'matrix', place.chat, place.accounts);
        return { ...(typeof config === 'object' ? config : {}), practice: false };
      },
    });
    try {
      const alice = place.person('alice');
      await alice.until(() => alice.rooms().some((one) => one.id === place.room && one.members().get(place.bot.userId) === 'join'), 20_000);
      await alice.says(place.room, '!ops login');
      const seen = await until('the link', () => {
        for (const { room, from } of alice.invitations()) if (from === place.bot.userId) void alice.joins(room).catch(() => undefined);
        return alice.rooms().flatMap(({ id }) =>
          alice
            .timeline(id)
            .filter(({ body }) => body.includes('#login='))
            .map((message) => ({ id, message })),
        )[0];
      });
      expect(seen.id).not.toBe(place.room);
      const token = /#login=([\w-]{43})$/m.exec(seen.message.body)?.[1] ?? '';
      expect(seen.message.body).toContain(`${world.url}/#login=${token}`);
      expect(await new ConsoleClient({ url: world.url }).login(token)).toMatchObject({ person: { id: 'alice' } });
      for (const who of ['bob', 'carol', 'stranger'] as const)
        expect(
          place
            .person(who)
            .rooms()
            .flatMap(({ id }) =>
              place
                .person(who)
                .timeline(id)
                .filter(({ body }) => body.includes('#login')),
            ),
        ).toEqual([]);
      expect(alice.violations).toEqual([]);
    } finally {
      await world.close();
      await place.close();
    }
  }, 90_000);
});
