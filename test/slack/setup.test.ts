import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CheckOptions, check } from '../../src/chat/slack/check.ts';
import { manifest } from '../../src/chat/slack/manifest.ts';
import { speak } from '../../src/core/words.ts';
import { type FakeSlack, startSlack } from '../support/slack/index.ts';

const TEAM = 'T0HOSTLER01';
let slack: FakeSlack;
beforeEach(async () => {
  slack = await startSlack();
});
afterEach(async () => slack.close());

async function bad(given: Partial<CheckOptions> = {}): Promise<string[]> {
  const { botToken, appToken } = slack.options;
  const all = await check({ botToken, appToken, workspaces: [TEAM], apiUrl: slack.api, rooms: [], accounts: [], ...given });
  expect(all.every(({ good, mend }) => good || mend)).toBe(true);
  return all.filter(({ good }) => !good).map(({ what, mend }) => `${speak(what, 'en')}: ${mend ? speak(mend, 'en') : ''}`);
}

describe('check', () => {
  it('finds nothing wrong where all is well', async () => {
    slack.addUser('U0ALICE0001');
    slack.addChannel('C0OPS000001', 'ops', [slack.bot]);
    expect(await bad({ rooms: ['C0OPS000001'], accounts: [{ person: 'alice', id: 'U0ALICE0001' }] })).toEqual([]);
    expect(slack.violations).toEqual([]);
  });

  it('says what is wrong with tokens, workspaces and scopes', async () => {
    expect((await bad({ workspaces: ['T0OTHER0001'] }))[0]).toMatch(/bot token.*workspaces/);
    expect((await bad({ appToken: 'xapp-wrong' }))[0]).toMatch(/app token.*connections:write/);
    const { appToken: _, ...none } = { appToken: '' };
    const [entrance] = await check({ botToken: slack.options.botToken, ...none, workspaces: [], apiUrl: slack.api, rooms: [], accounts: [] }).then((all) =>
      all.filter(({ good }) => !good),
    );
    expect(entrance?.mend && speak(entrance.mend, 'en')).toContain('signing secret');
    slack.scopes.delete('files:write');
    expect(await bad()).toEqual([expect.stringMatching(/files:write: long output.*reinstall/)]);
    expect((await bad({ botToken: 'xoxb-wrong' }))[0]).toMatch(/install the app/);
  });

  it('says what is wrong with channels and accounts', async () => {
    slack.addChannel('C0AWAY00001', 'away', []);
    slack.addChannel('C0OLD000001', 'old', [slack.bot], { archived: true });
    slack.addChannel('C0SHARED001', 'shared', [slack.bot], { shared: true });
    slack.addUser('U0GONE00001', { deleted: true });
    slack.addUser('U0ROBOT0001', { bot: true });
    slack.addUser('U0GUEST0001', { guest: true });
    slack.addUser('U0STRANGER1', { team: 'T0ELSEWHERE' });
    const rooms = ['C0AWAY00001', 'C0OLD000001', 'C0SHARED001', 'C0NOWHERE01'];
    const accounts = ['U0GONE00001', 'U0ROBOT0001', 'U0GUEST0001', 'U0STRANGER1', 'U0NOBODY001'].map((id) => ({ person: 'x', id }));
    expect(await bad({ rooms, accounts })).toEqual(
      ['/invite @hostler', 'archived', 'another organization', '/invite', 'deactivated', 'a bot', 'guest', 'another workspace', 'no such account'].map(
        (words) => expect.stringContaining(words),
      ),
    );
  });
});

describe('the manifest', () => {
  it('has a command for every family that Slack does not keep for itself', () => {
    const made = JSON.stringify(manifest(['vm', 'net', 'status', 'help', 'ops', 'vm']));
    expect([...made.matchAll(/"command":"([^"]+)"/g)].map(([, name]) => name)).toEqual(['/ops', '/vm', '/net']);
    expect(made).toContain('"socket_mode_enabled":true');
    expect(made).not.toContain('url');
  });

  it('leads everything to the one address that the receiver has', () => {
    const made = manifest(['vm'], { url: 'https://ops.example.org' });
    expect(made).toMatchObject({ settings: { socket_mode_enabled: false, org_deploy_enabled: false } });
    expect(JSON.stringify(made).match(/https:\/\/ops\.example\.org\/slack\/events"/g)?.length).toBe(5);
  });
});
