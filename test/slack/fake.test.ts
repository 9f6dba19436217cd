import { createServer } from 'node:http';
import { App, HTTPReceiver, LogLevel, SocketModeReceiver } from '@slack/bolt';
import { WebClient } from '@slack/web-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { type FakeSlack, startSlack, textOf } from '../support/slack/index.ts';
import type { Person } from '../support/slack/person.ts';

const OPS = 'C0OPS000001';
const PRIVATE = 'G0PRIVATE01';
let slack: FakeSlack;
let alice: Person;
let client: WebClient;
const ends: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  slack = await startSlack();
  alice = slack.addUser('U0ALICE0001');
  slack.addUser('U0BOB000001');
  slack.addChannel(OPS, 'ops', ['U0ALICE0001', 'U0BOB000001', slack.bot]);
  slack.addChannel(PRIVATE, 'private', ['U0ALICE0001']);
  client = clientWith(slack.options.botToken);
});

afterEach(async () => {
  for (const end of ends.splice(0)) await end();
  await slack.close();
});

function clientWith(token: string): WebClient {
  return new WebClient(token, { slackApiUrl: slack.api, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true, logLevel: LogLevel.ERROR });
}

/** The error a call is answered with. */
async function refused(call: Promise<unknown>): Promise<unknown> {
  const error: unknown = await call.then(
    () => 'no error',
    (thrown: unknown) => thrown,
  );
  if (typeof error === 'object' && error && 'data' in error && typeof error.data === 'object' && error.data && 'error' in error.data) return error.data.error;
  return error;
}

async function socketApp(): Promise<App> {
  const clientOptions = { slackApiUrl: slack.api };
  const receiver = new SocketModeReceiver({
    appToken: slack.options.appToken,
    logLevel: LogLevel.ERROR,
    clientPingTimeout: 300,
    installerOptions: { clientOptions },
  });
  const app = new App({ token: slack.options.botToken, receiver, clientOptions, logLevel: LogLevel.ERROR });
  await app.start();
  ends.push(async () => {
    await app.stop();
    await slack.until(() => slack.sockets.open === 0);
  });
  return app;
}

async function httpApp(): Promise<App> {
  const receiver = new HTTPReceiver({ signingSecret: slack.options.signingSecret, logLevel: LogLevel.ERROR });
  const app = new App({ token: slack.options.botToken, receiver, clientOptions: { slackApiUrl: slack.api }, logLevel: LogLevel.ERROR });
  const server = createServer(receiver.requestListener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('no address');
  await slack.deliverTo(`http://127.0.0.1:${address.port}/slack/events`);
  return app;
}

const envelope = z.looseObject({
  type: z.string(),
  envelope_id: z.string().optional(),
  retry_attempt: z.number().optional(),
  payload: z.looseObject({ event_id: z.string().optional() }).optional(),
});

const section = (text: string) => ({ type: 'section' as const, text: { type: 'mrkdwn' as const, text } });
const button = (text: string, action_id: string) => ({ type: 'button' as const, text: { type: 'plain_text' as const, text }, action_id, value: 'v' });
const modal = {
  type: 'modal' as const,
  title: { type: 'plain_text' as const, text: 'Why' },
  submit: { type: 'plain_text' as const, text: 'Send' },
  blocks: [
    {
      type: 'input' as const,
      block_id: 'why',
      label: { type: 'plain_text' as const, text: 'Reason' },
      element: { type: 'plain_text_input' as const, action_id: 'text' },
    },
    {
      type: 'input' as const,
      block_id: 'guest',
      optional: true,
      label: { type: 'plain_text' as const, text: 'Guest' },
      element: { type: 'external_select' as const, action_id: 'pick', min_query_length: 0 },
    },
  ],
};

describe.each(['socket', 'http'] as const)('an app of bolt over %s', (mode) => {
  const start = () => (mode === 'socket' ? socketApp() : httpApp());

  it('hears a mention, with what Slack makes of the text', async () => {
    const app = await start();
    const heard: string[] = [];
    app.event('app_mention', async ({ event, say }) => {
      heard.push(event.text);
      await say({ text: `hello <@${event.user}>`, thread_ts: event.ts });
    });
    const asked = alice.types(OPS, `<@${slack.bot}> reboot web1.example.org & <now>`);
    await asked.settled;
    expect(heard).toEqual([`<@${slack.bot}> reboot <http://web1.example.org|web1.example.org> &amp; &lt;now&gt;`]);
    const answer = await slack.until(() => alice.sees(OPS).find((one) => one.thread === asked.ts));
    expect(textOf(answer)).toBe('hello <@U0ALICE0001>');
    expect(slack.pings('U0ALICE0001')).toBe(1);
    expect(slack.pings('U0BOB000001')).toBe(0);
    expect((await asked.again(2)).map(({ status }) => status)).toEqual([200, 200]);
    expect(heard).toHaveLength(3);
    expect(slack.violations).toEqual([]);
  });

  it('answers a command, opens a modal from its button, gets suggestions and takes what was filled in', async () => {
    const app = await start();
    const sent: unknown[] = [];
    app.command('/vm', async ({ ack, command, client: api }) => {
      await ack('working');
      await api.chat.postMessage({
        channel: command.channel_id,
        text: 'card',
        blocks: [section(command.text), { type: 'actions', elements: [button('Why?', 'why')] }],
      });
    });
    app.action('why', async ({ ack, body, client: api }) => {
      await ack();
      if (body.type === 'block_actions') await api.views.open({ trigger_id: body.trigger_id, view: modal });
    });
    app.options('pick', async ({ ack, options }) => {
      await ack({ options: [{ text: { type: 'plain_text', text: `${options.value}1` }, value: '101' }] });
    });
    app.view(/.*/, async ({ ack, view }) => {
      sent.push(view.state.values);
      if (sent.length === 1) await ack({ response_action: 'errors', errors: { why: 'longer, please' } });
      else await ack();
    });
    const ran = alice.slash(OPS, '/vm', 'list');
    await ran.settled;
    const card = await slack.until(() => alice.sees(OPS).find((one) => one.text === 'card'));
    await slack.until(() => alice.sees(OPS).some((one) => one.text === 'working' && one.ephemeral === alice.id));
    await alice.presses(OPS, card.ts, 'why').settled;
    const view = await slack.until(() => alice.views().at(-1));
    expect((await alice.suggest(view, 'pick', 'web')).map(({ value }) => value)).toEqual(['101']);
    await expect(alice.fills(view, {})).rejects.toThrow('the client asks for «Reason»');
    expect(await alice.fills(view, { why: 'x', pick: '101' })).toMatchObject({ action: 'errors', errors: { why: 'longer, please' } });
    expect(await alice.fills(view, { Reason: 'disk is full' })).toMatchObject({ action: 'close' });
    expect(alice.views()).toEqual([]);
    expect(sent[1]).toEqual({
      why: { text: { type: 'plain_text_input', value: 'disk is full' } },
      guest: { pick: { type: 'external_select', selected_option: null } },
    });
    expect(slack.violations).toEqual([]);
    expect(slack.failures).toEqual([]);
  });
});

describe('Socket Mode', () => {
  it('reconnects after a disconnect, and gets the event that waited', async () => {
    const app = await socketApp();
    const heard: string[] = [];
    app.event('app_mention', async ({ event }) => void heard.push(event.text));
    slack.disconnect('refresh_requested');
    const said = alice.types(OPS, `<@${slack.bot}> list`);
    await slack.until(() => slack.sockets.open === 1 && heard.length > 0);
    expect((await said.settled)[0]?.status).toBe(200);
    slack.dropSockets();
    await slack.until(() => slack.sockets.made === 3);
    await alice.types(OPS, `<@${slack.bot}> once more`).settled;
    expect(heard).toHaveLength(2);
    expect(slack.violations).toEqual([]);
  });

  it('sends an event again that was not acknowledged, and tells of a command that was not', async () => {
    await slack.close();
    slack = await startSlack({ ackTime: 100 });
    alice = slack.addUser('U0ALICE0001');
    slack.addChannel(OPS, 'ops', [alice.id, slack.bot]);
    const { url = '' } = await clientWith(slack.options.appToken).apps.connections.open();
    const socket = new WebSocket(url);
    const heard: z.infer<typeof envelope>[] = [];
    socket.on('message', (data) => {
      const said = envelope.parse(JSON.parse(String(data)));
      heard.push(said);
      if (said.retry_attempt === 2) socket.send(JSON.stringify({ envelope_id: said.envelope_id }));
    });
    await slack.until(() => heard[0]?.type === 'hello');
    await alice.types(OPS, `<@${slack.bot}> list`).settled;
    expect(heard.slice(1).map((one) => one.retry_attempt)).toEqual([0, 1, 2]);
    expect(new Set(heard.slice(1).map((one) => one.payload?.event_id)).size).toBe(1);
    await alice.slash(OPS, '/vm', 'list').settled;
    expect(slack.failures.map(({ error }) => error)).toEqual(['operation_timeout']);
    const again = new WebSocket(url);
    await expect(new Promise((resolve, reject) => again.on('open', resolve).on('error', reject))).rejects.toThrow('401');
    expect(slack.violations).toHaveLength(1);
  });

  it('can be deaf', async () => {
    await slack.close();
    slack = await startSlack({ ackTime: 100 });
    alice = slack.addUser('U0ALICE0001');
    slack.addChannel(OPS, 'ops', [alice.id, slack.bot]);
    const app = await socketApp();
    let heard = 0;
    app.event('app_mention', async () => void heard++);
    slack.deaf(true);
    await alice.types(OPS, `<@${slack.bot}> list`).settled;
    slack.deaf(false);
    await alice.types(OPS, `<@${slack.bot}> list`).settled;
    expect(heard).toBe(1);
    expect(slack.sockets.open).toBe(1);
  });
});

describe('requests', () => {
  it('are refused by bolt where the signature is wrong or old', async () => {
    const app = await httpApp();
    let heard = 0;
    app.event('app_mention', async () => void heard++);
    const said = alice.types(OPS, `<@${slack.bot}> list`);
    await said.settled;
    expect((await said.forged())[0]?.status).toBe(401);
    expect((await said.replay(600))[0]?.status).toBe(401);
    expect((await said.replay(10))[0]?.status).toBe(200);
    expect(heard).toBe(2);
  });

  it('are made again with the reason when nobody answers', async () => {
    let asked = 0;
    const seen: unknown[] = [];
    const server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      if (asked++ === 0) return response.end(body);
      seen.push(request.headers['x-slack-retry-reason']);
      return response.writeHead(asked < 4 ? 500 : 200).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ends.push(async () => server.close());
    const address = server.address();
    if (typeof address === 'object' && address) await slack.deliverTo(`http://127.0.0.1:${address.port}/`);
    const [last] = await alice.types(OPS, `<@${slack.bot}> list`).settled;
    expect(last?.status).toBe(200);
    expect(seen).toEqual([undefined, 'http_error', 'http_error']);
  });
});

describe('the Web API', () => {
  it.each([
    ['a section too long', [section('x'.repeat(3001))], 'must be less than 3001 characters [json-pointer:/blocks/0/text/text]'],
    ['too many blocks', Array.from({ length: 51 }, () => ({ type: 'divider' as const })), 'no more than 50 items allowed [json-pointer:/blocks]'],
    ['an action twice', [{ type: 'actions' as const, elements: [button('a', 'x'), button('b', 'x')] }], '`action_id` "x" already exists'],
    ['a button too long', [{ type: 'actions' as const, elements: [button('a'.repeat(76), 'x')] }], 'must be less than 76 characters'],
    ['a header too long', [{ type: 'header' as const, text: { type: 'plain_text' as const, text: 'x'.repeat(151) } }], 'must be less than 151'],
    ['a block of no kind', [{ type: 'fancy' }], 'unsupported type [json-pointer:/blocks/0/type]'],
  ])('refuses %s', async (_, blocks, message) => {
    expect(await refused(client.chat.postMessage({ channel: OPS, text: 'x', blocks }))).toBe('invalid_blocks');
    expect(slack.violations.join()).toContain(message);
  });

  it('says where the bot may not write', async () => {
    slack.addChannel('C0OTHER0001', 'other', [alice.id]);
    slack.addChannel('C0GONE00001', 'gone', [slack.bot], { archived: true });
    expect(await refused(client.chat.postMessage({ channel: 'C0OTHER0001', text: 'x' }))).toBe('not_in_channel');
    expect(await refused(client.chat.postMessage({ channel: PRIVATE, text: 'x' }))).toBe('channel_not_found');
    expect(await refused(client.chat.postMessage({ channel: 'C0GONE00001', text: 'x' }))).toBe('is_archived');
    slack.addUser('U0CAROL0001');
    expect(await refused(client.chat.postEphemeral({ channel: OPS, user: 'U0CAROL0001', text: 'x' }))).toBe('user_not_in_channel');
    slack.scopes.delete('chat:write');
    expect(await refused(client.chat.postMessage({ channel: OPS, text: 'x' }))).toBe('missing_scope');
    expect(await refused(clientWith('xoxb-wrong').auth.test())).toBe('invalid_auth');
    expect(slack.violations).toEqual([]);
  });

  it('shows an ephemeral message to one, edits with metadata, and knows what is gone', async () => {
    await client.chat.postEphemeral({ channel: OPS, user: alice.id, text: 'for you' });
    expect(alice.sees(OPS).map(textOf)).toEqual(['for you']);
    expect(slack.person('U0BOB000001').sees(OPS)).toEqual([]);
    const metadata = { event_type: 'card', event_payload: { ticket: 't1' } };
    const { ts = '' } = await client.chat.postMessage({ channel: OPS, text: 'one', metadata });
    await client.chat.update({ channel: OPS, ts, text: 'two' });
    expect(slack.world.message(OPS, ts)?.versions.map(({ text }) => text)).toEqual(['one', 'two']);
    const { messages = [] } = await client.conversations.history({ channel: OPS, include_all_metadata: true, oldest: ts, inclusive: true, limit: 1 });
    expect(messages[0]).toMatchObject({ ts, text: 'two', metadata });
    slack.removes(alice.id, ts);
    expect(await refused(client.chat.update({ channel: OPS, ts, text: 'three' }))).toBe('message_not_found');
    expect(slack.violations).toEqual([]);
  });

  it('throttles by call, by channel, fails and cuts when told to', async () => {
    slack.throttleNext('chat.postMessage', 1, 7);
    const limited = await client.chat.postMessage({ channel: OPS, text: 'x' }).catch((error: unknown) => error);
    expect(limited).toMatchObject({ retryAfter: 7 });
    slack.limit('chat.postMessage', { perSecondPerChannel: 1, retryAfter: 1 });
    await client.chat.postMessage({ channel: OPS, text: 'x' });
    expect(await client.chat.postMessage({ channel: OPS, text: 'x' }).catch((error: unknown) => error)).toMatchObject({ retryAfter: 1 });
    await client.chat.postMessage({ channel: alice.id, text: 'x' });
    expect(slack.called('chat.postMessage', 429)).toBe(2);
    slack.limit('chat.postMessage', undefined);
    slack.failNext('chat.postMessage', 'fatal_error');
    expect(await refused(client.chat.postMessage({ channel: OPS, text: 'x' }))).toBe('fatal_error');
    slack.dropAfter('chat.postMessage');
    await expect(client.chat.postMessage({ channel: OPS, text: 'cut' })).rejects.toThrow();
    expect(alice.sees(OPS).at(-1)?.text).toBe('cut');
    expect(slack.violations).toEqual([]);
  });

  it('takes an upload into a thread', async () => {
    const { ts = '' } = await client.chat.postMessage({ channel: OPS, text: 'log' });
    await client.files.uploadV2({ channel_id: OPS, thread_ts: ts, filename: 'log.txt', content: 'all of it', initial_comment: 'here' });
    const shared = await slack.until(() => alice.sees(OPS).find((one) => one.files.length > 0));
    expect(shared).toMatchObject({ thread: ts, text: 'here' });
    expect(shared.files[0]?.bytes?.toString()).toBe('all of it');
    expect(slack.violations).toEqual([]);
  });

  it('takes a trigger once, and not late', async () => {
    const trigger_id = slack.world.trigger(alice.id);
    await client.views.open({ trigger_id, view: modal });
    expect(await refused(client.views.open({ trigger_id, view: modal }))).toBe('exchanged_trigger_id');
    const { submit: _, ...unsent } = modal;
    expect(await refused(client.views.open({ trigger_id, view: unsent }))).toBe('invalid_arguments');
    await slack.close();
    slack = await startSlack({ triggerLife: 10 });
    slack.addUser(alice.id);
    const late = slack.world.trigger(alice.id);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(await refused(clientWith(slack.options.botToken).views.open({ trigger_id: late, view: modal }))).toBe('expired_trigger_id');
  });
});

describe('people', () => {
  const heard: z.infer<typeof told>[] = [];
  const told = z.looseObject({ type: z.string(), event: z.looseObject({ type: z.string() }).optional() });

  beforeEach(async () => {
    heard.length = 0;
    const server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      const text = body.startsWith('{') ? body : (new URLSearchParams(body).get('payload') ?? '{"type":"command"}');
      const said = told.parse(JSON.parse(text));
      if (said.type !== 'url_verification') heard.push(said);
      response.end(said.type === 'url_verification' ? body : '');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ends.push(async () => {
      server.closeAllConnections();
      server.close();
    });
    const address = server.address();
    if (typeof address === 'object' && address) await slack.deliverTo(`http://127.0.0.1:${address.port}/`);
  });

  it('are heard in the direct conversation without a mention, and so is the bot itself', async () => {
    await alice.types(alice.dm.id, 'list').settled;
    await client.chat.postMessage({ channel: alice.id, text: 'done' });
    await slack.until(() => heard.length === 2);
    expect(heard[0]?.event).toMatchObject({ type: 'message', channel_type: 'im', user: alice.id, text: 'list' });
    expect(heard[1]?.event).toMatchObject({ type: 'message', bot_id: 'B0BOT000001', user: slack.bot });
    await alice.types(OPS, 'not for the bot').settled;
    expect(heard).toHaveLength(2);
  });

  it('edit, react, join, and open the home tab', async () => {
    const { ts } = alice.types(OPS, 'hello');
    await alice.edits(OPS, ts, `hello <@${slack.bot}>`).settled;
    expect(heard.at(-1)?.event).toMatchObject({ type: 'app_mention', edited: { user: alice.id } });
    await alice.reacts(OPS, ts, 'eyes').settled;
    expect(heard.at(-1)?.event).toMatchObject({ type: 'reaction_added', reaction: 'eyes', item: { ts } });
    await client.reactions.add({ channel: OPS, timestamp: ts, name: 'eyes' });
    expect(await refused(client.reactions.add({ channel: OPS, timestamp: ts, name: 'eyes' }))).toBe('already_reacted');
    await alice.invitesBot(PRIVATE).settled;
    expect(heard.at(-1)?.event).toMatchObject({ type: 'member_joined_channel', user: slack.bot, inviter: alice.id });
    await alice.opensHome().settled;
    await client.views.publish({ user_id: alice.id, view: { type: 'home', blocks: [section('home')] } });
    expect(alice.home()?.shown.type).toBe('home');
    expect(slack.violations).toEqual([]);
  });

  it('choose and press with what is before them: an ephemeral message is not told', async () => {
    const option = (value: string) => ({ text: { type: 'plain_text' as const, text: value }, value });
    const elements = [{ type: 'static_select' as const, action_id: 'host', options: [option('pve1'), option('pve2')] }, button('Go', 'go')];
    const card = { channel: OPS, text: 'card', blocks: [{ type: 'actions' as const, block_id: 'b', elements }] };
    const { ts = '' } = await client.chat.postMessage(card);
    await alice.chooses(OPS, ts, 'host', 'pve2').settled;
    await alice.presses(OPS, ts, 'go').settled;
    expect(heard[1]).toMatchObject({
      type: 'block_actions',
      container: { message_ts: ts, is_ephemeral: false },
      message: { ts },
      state: { values: { b: { host: { selected_option: { value: 'pve2' } } } } },
      actions: [{ action_id: 'go', block_id: 'b', value: 'v' }],
    });
    const old = slack.world.message(OPS, ts)?.versions[0];
    await client.chat.update({ channel: OPS, ts, text: 'done', blocks: [section('done')] });
    expect(() => alice.presses(OPS, ts, 'go')).toThrow('no element go');
    if (old) await alice.presses(OPS, ts, 'go', { as: old }).settled;
    expect(heard).toHaveLength(3);
    const { message_ts = '' } = await client.chat.postEphemeral({ ...card, user: alice.id });
    await alice.presses(OPS, message_ts, 'go').settled;
    expect(heard[3]).toMatchObject({ container: { is_ephemeral: true } });
    expect(heard[3]).not.toHaveProperty('message');
    expect(slack.violations).toEqual([]);
  });

  it('of another team are told as such', async () => {
    const carol = slack.addUser('U0CAROL0001', { team: 'T0STRANGER1' });
    slack.addChannel('C0SHARED001', 'shared', [carol.id, slack.bot], { shared: true });
    await carol.types('C0SHARED001', `<@${slack.bot}> list`).settled;
    expect(heard[0]).toMatchObject({ is_ext_shared_channel: true, event: { user_team: 'T0STRANGER1', team: 'T0STRANGER1' } });
    const { user } = await client.users.info({ user: carol.id });
    expect(user).toMatchObject({ is_stranger: true, is_restricted: false });
  });

  it('see the use of a response_url held against the app', async () => {
    await alice.slash(OPS, '/vm', 'list').settled;
    const [command] = slack.courier.sent.slice(-1);
    await fetch(String(command?.payload.response_url), { method: 'POST', body: '{}' });
    expect(slack.violations.join()).toContain('a response_url was used');
  });
});
