import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MatrixPerson, Refusal } from '../support/matrix/person.ts';
import { needs } from '../support/real/have.ts';
import { descendantsOf, until } from '../support/real/processes.ts';
import { SID_BUILD_MS, SYNAPSE, type Synapse, startSynapse } from '../support/real/synapse.ts';

/** What a promise is refused with. */
const refusal = async (sent: Promise<unknown>): Promise<Refusal> => {
  const error = await sent.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(error instanceof Refusal)) throw new Error(`not refused: ${error}`);
  return error;
};

describe.skipIf(!needs(SYNAPSE))('a real Matrix homeserver', () => {
  let synapse: Synapse;
  let [ann, ben]: MatrixPerson[] = [];
  const people: MatrixPerson[] = [];
  const person = async (localpart: string, at = synapse) => {
    const client = await MatrixPerson.login({ url: at.url, ...(await at.register(localpart)) });
    people.push(client);
    return client;
  };
  /** A room of the two. */
  const room = async (): Promise<{ ann: MatrixPerson; ben: MatrixPerson; id: string }> => {
    ann ??= await person('ann');
    ben ??= await person('ben');
    const [one, two, name] = [ann, ben, crypto.randomUUID()];
    const id = await one.createRoom({ name, invite: [two.userId] });
    expect(await two.until(() => two.invitations().find((invited) => invited.room === id))).toEqual({ room: id, from: one.userId, name, direct: false });
    await two.joins(id);
    await two.until(() => two.rooms().some((joined) => joined.id === id && joined.name === name));
    return { ann: one, ben: two, id };
  };

  beforeAll(async () => {
    synapse = await startSynapse();
  }, SID_BUILD_MS);
  afterAll(async () => {
    await Promise.all(people.map((client) => client.close()));
    await synapse?.close();
  });

  it('shows messages, threads and calls', async () => {
    const { ann, ben, id } = await room();
    const before = ben.calls();
    const root = await ann.says(id, 'hello Ben', { html: 'hello <b>Ben</b>', mentions: [ben.userId] });
    const reply = await ben.says(id, 'hello', { thread: root });
    const seen = await ann.until(() => ann.sees(id, reply));
    expect(seen).toMatchObject({ sender: ben.userId, body: 'hello', html: undefined, thread: root, edits: 0, file: undefined });
    await ben.until(() => ben.sees(id, reply));
    expect(ben.timeline(id).map(({ body, html }) => [body, html])).toEqual([
      ['hello Ben', 'hello <b>Ben</b>'],
      ['hello', undefined],
    ]);
    expect([ben.calls() - before, ben.calls(id), ann.calls(id)]).toEqual([1, 1, 0]);
  });

  it('shows the latest change of a message, by its sender only, and calls nobody for it', async () => {
    const { ann, ben, id } = await room();
    const sent = await ann.says(id, 'one');
    await ann.edits(id, sent, 'two', { mentions: [ben.userId] });
    await ann.edits(id, sent, 'three', { html: '<i>three</i>' });
    await ben.until(() => ben.sees(id, sent)?.edits === 2);
    expect(ben.violations).toEqual([]);
    await ben.edits(id, sent, 'mine').catch(() => undefined);
    const after = await ann.says(id, 'after');
    await ben.until(() => ben.sees(id, after));
    expect(ben.sees(id, sent)).toMatchObject({ body: 'three', html: '<i>three</i>', edits: 2 });
    expect([ben.timeline(id).length, ben.calls(id)]).toEqual([2, 0]);
  });

  it('shows reactions, and refuses the same one again', async () => {
    const { ann, ben, id } = await room();
    const sent = await ann.says(id, 'agreed?');
    const first = await ann.reacts(id, sent, '✅', 'txn');
    await ben.reacts(id, sent, '✅');
    await ben.reacts(id, sent, '❌');
    await ann.until(() => ann.sees(id, sent)?.reactions.get('❌'));
    expect([...(ann.sees(id, sent)?.reactions ?? [])]).toEqual([
      ['✅', [ann.userId, ben.userId]],
      ['❌', [ben.userId]],
    ]);
    expect(await refusal(ben.reacts(id, sent, '✅'))).toMatchObject({ status: 400, errcode: 'M_DUPLICATE_ANNOTATION' });
    expect(await ann.reacts(id, sent, '✅', 'txn')).toBe(first);
    await ann.redacts(id, first);
    await ben.until(() => ben.sees(id, sent)?.reactions.get('✅')?.join() === ben.userId);
  });

  it('says once what is sent twice as the same, and shows nothing of what was taken away', async () => {
    const { ann, ben, id } = await room();
    const sent = await ann.says(id, 'once', { txn: 'the same' });
    expect(await ann.says(id, 'once', { txn: 'the same' })).toBe(sent);
    const change = await ann.edits(id, sent, 'twice');
    await ben.until(() => ben.sees(id, sent)?.body === 'twice');
    await ann.redacts(id, change);
    await ben.until(() => ben.sees(id, sent)?.body === 'once');
    await ann.redacts(id, sent);
    await ben.until(() => ben.timeline(id).length === 0);
  });

  it('keeps files', async () => {
    const { ann, ben, id } = await room();
    const url = await ann.uploads('log.txt', Buffer.from('a line\n'), 'text/plain');
    const sent = await ann.sends(id, 'm.room.message', { msgtype: 'm.file', body: 'log.txt', url, info: { size: 7, mimetype: 'text/plain' } });
    const { file } = await ben.until(() => ben.sees(id, sent));
    expect(file).toEqual({ mxc: url, name: 'log.txt', type: 'text/plain', size: 7 });
    expect(await ben.downloads(url)).toMatchObject({ bytes: Buffer.from('a line\n'), type: 'text/plain; charset=UTF-8' });
    expect(ben.violations).toEqual([]);
  });

  it('notes what is against the rules', async () => {
    const { ann, ben, id } = await room();
    const known = ben.violations.length;
    const html = { format: 'org.matrix.custom.html', formatted_body: '<a href="https://example.org">x</a><script>' };
    await ann.sends(id, 'm.room.message', { msgtype: 'm.text', body: ' ', ...html });
    const sent = await ann.says(id, 'x & y', { html: 'x & <b>y' });
    const last = await ann.sends(id, 'm.room.message', { msgtype: 'm.text', body: 'y', 'm.relates_to': { rel_type: 'm.replace', event_id: sent } });
    await ben.until(() => ben.events(id).some(({ event_id }) => event_id === last));
    const noted = ben.violations.slice(known).map((what) => what.slice(what.indexOf(ann.userId) + ann.userId.length + 2));
    expect(noted).toEqual([
      'an empty body',
      'a link that is not to a person: https://example.org',
      'not a tag that is allowed: <script>',
      'left open: b',
      'a bare ampersand: & <b>y',
      'an edit without m.new_content',
    ]);
    expect(await refusal(ann.says(id, 'x'.repeat(70_000)))).toMatchObject({ status: 413, errcode: 'M_TOO_LARGE' });
  });

  it('asks for a conversation of two, and for one that is encrypted', async () => {
    const { ann, ben } = await room();
    const id = await ann.createRoom({ invite: [ben.userId], direct: true, encrypted: true });
    expect(await ben.until(() => ben.invitations().find((invited) => invited.room === id))).toMatchObject({ direct: true, name: undefined });
    await ben.joins(id);
    expect(await ben.until(() => ben.rooms().find((joined) => joined.id === id))).toMatchObject({ encrypted: true });
    expect([
      ...(ben
        .rooms()
        .find((joined) => joined.id === id)
        ?.members() ?? []),
    ]).toEqual([
      [ann.userId, 'join'],
      [ben.userId, 'join'],
    ]);
  });

  it('shows who comes and goes, and what was said meanwhile', async () => {
    const { ann, ben, id } = await room();
    const late = await person('late');
    for (let n = 0; n < 70; n++) await ann.says(id, `${n}`);
    await ann.invites(id, late.userId);
    await late.until(() => late.invitations().length === 1);
    await late.joins(id);
    await late.until(() => late.timeline(id).length === 70);
    expect(late.timeline(id).map(({ body }) => Number(body))).toEqual(Array.from({ length: 70 }, (_, n) => n));
    await ann.kicks(id, late.userId);
    await late.until(() => late.rooms().length === 0);
    await ben.leaves(id);
    await ann.until(() => ann.rooms().find((joined) => joined.id === id && joined.members().get(ben.userId) === 'leave'));
    expect(late.violations).toEqual([]);
    await expect(late.until(() => late.rooms()[0], 50)).rejects.toThrow(/has not seen .*\nleft !.* @ann:example\.org: "69"/s);
  });

  it('keeps what it has when it is killed, and shows it to a client that was there all the time', async () => {
    const { ann, ben, id } = await room();
    const sent = await ann.says(id, 'before');
    await synapse.stop('SIGKILL');
    await expect(ann.says(id, 'meanwhile')).rejects.toThrow('fetch failed');
    await synapse.start();
    const after = await ann.says(id, 'after');
    await ben.until(() => ben.sees(id, after));
    expect(ben.timeline(id).map((message) => message.id)).toEqual([sent, after]);
    await synapse.stop('SIGTERM');
    await synapse.start();
    const fresh = await MatrixPerson.login({ url: synapse.url, ...(await synapse.register('fresh')) });
    people.push(fresh);
    expect(await ann.says(id, 'last', { txn: 'last' })).toBe(await ann.says(id, 'last', { txn: 'last' }));
  });

  it('answers nothing while it is paused', async () => {
    const { ann, id } = await room();
    synapse.pause();
    let sent = false;
    const sending = ann.says(id, 'slow').then((event) => {
      sent = true;
      return event;
    });
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(sent).toBe(false);
    synapse.resume();
    const event = await sending;
    await ann.until(() => ann.sees(id, event));
  });

  it('slows down who says too much, but not who is exempt; another beside it does not care; nothing of it stays', async () => {
    const before = descendantsOf(process.pid).length;
    const slow = await startSynapse({ limits: 'default' });
    const cat = await person('cat', slow);
    const id = await cat.createRoom({ name: 'loud' });
    const say = async (times: number) => {
      for (let n = 0; n < times; n++) await cat.says(id, `${n}`);
    };
    const { status, errcode, retryAfterMs } = await refusal(say(40));
    expect([status, errcode]).toEqual([429, 'M_LIMIT_EXCEEDED']);
    expect(retryAfterMs).toBeGreaterThan(0);
    await slow.exempt(cat.userId);
    await say(40);
    await cat.close();
    await slow.close();
    await until('the end of its processes', () => descendantsOf(process.pid).length <= before);
  });
});
