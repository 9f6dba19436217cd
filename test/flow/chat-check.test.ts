import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { schema } from '../../config/schema.ts';
import { labConfig } from '../../src/lab/config.ts';
import { ACCOUNTS, OPS, withChat, workspace } from '../support/doors/slack.ts';
import { startNtfy } from '../support/ntfy.ts';
import { Folder } from '../support/processes.ts';
import { BOT } from '../support/slack/things.ts';
import { startSmtp } from '../support/smtp.ts';

const folder = new Folder();
let place: Awaited<ReturnType<typeof workspace>>;
let file = '';
beforeAll(async () => {
  place = await workspace('socket');
  const lab = { ...labConfig({}), rooms: { ops: { chat: 'slack', id: OPS } } };
  const config = withChat(lab, 'slack', place.chat, ACCOUNTS);
  expect(schema.safeParse(config).error).toBeUndefined();
  file = folder.config('chats.yaml', config);
});
afterAll(async () => {
  await place.slack.close();
  place.close();
  await folder.close();
});

describe('hostler chat check', () => {
  it('says of every token, scope, room and account that it is good', async () => {
    const { code, out, err } = await folder.calls(['chat', 'check', file]);
    expect([code, err]).toEqual([0, '']);
    expect(out).not.toContain('✗');
    for (const word of ['bot token', 'app token', 'ops', 'alice', 'bob', 'carol']) expect(out).toContain(word);
    expect(out).not.toContain(place.slack.options.botToken);
  });

  it('names what is missing, and how to mend it', async () => {
    place.slack.scopes.delete('chat:write');
    place.slack.kickBot(OPS);
    const { code, out } = await folder.calls(['chat', 'check', file]);
    expect(code).toBe(1);
    expect(out).toMatch(/✗ .*chat:write[\s\S]*→ /);
    expect(out).toMatch(/✗ .*ops[\s\S]*→ .*\/invite/);
    const zh = await folder.calls(['chat', 'check', file], { env: { LANG: 'zh_CN.UTF-8' } });
    expect(zh.out).toMatch(/机器人令牌/);
    place.slack.scopes.add('chat:write');
    place.slack.world.channels.get(OPS)?.members.add(BOT.user);
  });

  it('says when a secret is not there, and what a configuration has no chats', async () => {
    const config = withChat(labConfig({}), 'slack', { ...place.chat, botToken: 'env:HOSTLER_NO_SUCH_TOKEN' }, ACCOUNTS);
    const missing = await folder.calls(['chat', 'check', folder.config('missing.yaml', config)]);
    expect([missing.code, missing.out]).toEqual([
      1,
      expect.stringMatching(/✗ botToken \(env:HOSTLER_NO_SUCH_TOKEN\): the environment has no HOSTLER_NO_SUCH_TOKEN\n {2}→ set it/),
    ]);
    const none = folder.config('none.yaml', labConfig({}));
    expect(await folder.calls(['chat', 'check', none])).toMatchObject({ code: 2, err: `${none} has no chats:\n` });
  });
});

describe('hostler chat check of mail and ntfy', () => {
  it('connects, logs in and asks for health, and sends nothing', async () => {
    const [smtp, ntfy] = [await startSmtp({ password: 'correct horse battery' }), await startNtfy()];
    try {
      const mail = { host: '127.0.0.1', port: smtp.port, from: 'hostler@example.org', user: 'hostler', password: 'env:HOSTLER_MAIL_PASSWORD' };
      const ways = folder.config('ways.yaml', { ...labConfig({}), mail, ntfy: { server: ntfy.url } });
      const asked = (password: string) => folder.calls(['chat', 'check', ways], { env: { HOSTLER_MAIL_PASSWORD: password } });
      expect(await asked('correct horse battery')).toMatchObject({
        code: 0,
        out: `✓ mail by 127.0.0.1:${smtp.port}: connected and logged in; nothing was sent\n✓ ntfy at ${ntfy.url}: its health check is good; nothing was published\n`,
      });
      ntfy.answers.push(503);
      const { code, out } = await asked('wrong');
      expect([code, out]).toEqual([
        1,
        expect.stringMatching(/✗ mail .*does not take this login: 535\n {2}→ see mail\.user.*\n✗ ntfy .*: 503 .*\n {2}→ see ntfy\.server/),
      ]);
      expect(out).not.toContain('wrong');
      expect([smtp.mails, ntfy.notices]).toEqual([[], []]);
    } finally {
      await Promise.all([smtp.close(), ntfy.close()]);
    }
    const gone = await folder.calls(['chat', 'check', folder.config('gone.yaml', { ...labConfig({}), ntfy: { server: ntfy.url } })]);
    expect([gone.code, gone.out]).toEqual([1, expect.stringMatching(/✗ ntfy .*ECONNREFUSED/)]);
  });
});

describe('hostler manifest slack', () => {
  it('prints an app with every family of commands, for Socket Mode or for an address', async () => {
    const { code, out } = await folder.calls(['manifest', 'slack']);
    const app: { features: { slash_commands: { command: string; url?: string }[] }; settings: { socket_mode_enabled: boolean } } = JSON.parse(out);
    expect(code).toBe(0);
    expect(app.features.slash_commands.map(({ command }) => command)).toEqual(expect.arrayContaining(['/ops', '/vm', '/host', '/net', '/svc']));
    expect(app.settings.socket_mode_enabled).toBe(true);
    const http = await folder.calls(['manifest', 'slack', '--url', 'https://hostler.example.org']);
    expect(http.out).toContain('https://hostler.example.org/slack/events');
    expect(await folder.calls(['manifest', 'slack', '--url', 'http://x'])).toMatchObject({
      code: 2,
      err: '--url takes an https:// address that Slack can reach, not “http://x”\n',
    });
  });
});
