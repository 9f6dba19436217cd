import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bot } from '../support/bot.ts';
import { codeOn, until } from '../support/doors/door.ts';
import { withChat } from '../support/doors/slack.ts';
import { SealedPerson } from '../support/matrix/sealed.ts';
import { needs } from '../support/real/have.ts';
import { SID_BUILD_MS, SYNAPSE, type Synapse, type SynapseUser, startSynapse } from '../support/real/synapse.ts';

describe.skipIf(!needs(SYNAPSE))('a whole bot in an encrypted room, with its keys in Redis', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hostler-sealed-'));
  let synapse: Synapse;
  let hostler: SynapseUser;
  let alice: SealedPerson;
  let bob: SealedPerson;
  let world: Awaited<ReturnType<typeof bot>>;
  let room = '';
  beforeAll(async () => {
    synapse = await startSynapse();
    hostler = await synapse.register('hostler');
    writeFileSync(join(folder, 'token'), hostler.token, { mode: 0o600 });
    const accounts = await Promise.all(['alice', 'bob', 'carol', 'stranger'].map((name) => synapse.register(name)));
    const [first, second, third, fourth] = accounts;
    if (!first || !second || !third || !fourth) throw new Error('four people');
    alice = await SealedPerson.login({ url: synapse.url, ...first });
    bob = await SealedPerson.login({ url: synapse.url, ...second });
    await alice.sign();
    await bob.sign();
    const chat = {
      homeserver: synapse.url,
      user: hostler.userId,
      token: `file:${join(folder, 'token')}`,
      encryption: true,
      messagesPerSecond: 500,
      burst: 500,
    };
    world = await bot({
      config: (lab) => withChat(lab, 'matrix', chat, { alice: first.userId, bob: second.userId, carol: third.userId, stranger: fourth.userId }),
    });
    room = await alice.create([hostler.userId, bob.id]);
    await fetch(`${synapse.url}/_matrix/client/v3/join/${encodeURIComponent(room)}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${second.token}` },
      body: '{}',
    });
    await until('the bot and bob in the room', async () => (await alice.members(room)).length === 3 || undefined);
  }, SID_BUILD_MS + 60_000);
  afterAll(async () => {
    await world?.close();
    await alice?.close();
    await bob?.close();
    await synapse?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** What the bot has said there, as somebody reads it: the newest of each message. */
  const read = (person: SealedPerson) => person.of(room, hostler.userId).map(({ content }) => JSON.stringify(content['m.new_content'] ?? content));

  it('does what is asked and approved there, and nothing of it can be read on the homeserver', async () => {
    await alice.say(room, '!vm reboot shop');
    const waiting = await until(
      'the card',
      () => read(bob).find((text) => text.includes('1 more to approve')),
      () => [...read(bob), ...world.logged].join('\n'),
    );
    await bob.say(room, `!ok ${codeOn(waiting)}`);
    await until(
      'its end',
      () => read(alice).find((text) => text.includes('approved by Bob') && text.includes('done in')),
      () => [...read(alice), ...world.logged].join('\n'),
    );
    expect(world.lab.host('kvm1').effects.filter((effect) => effect === 'virsh reboot shop')).toHaveLength(1);
    for (const { raw } of alice.of(room, hostler.userId)) {
      expect(['m.room.encrypted', 'm.reaction', 'm.room.member', 'm.room.redaction']).toContain(raw.type);
      expect(JSON.stringify(raw)).not.toMatch(/shop|Bob|virsh/);
    }
    expect(world.logged.join('\n')).not.toContain(hostler.token);
  });
});
