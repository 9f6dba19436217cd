import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clientOf } from '../../src/chat/slack/client.ts';
import { loggerOf } from '../../src/chat/slack/logger.ts';
import { barredBy, Standing, userFound } from '../../src/chat/slack/standing.ts';
import { type FakeSlack, startSlack } from '../support/slack/index.ts';

const OURS = 'T0HOSTLER01';
const user = (more: object) => userFound.parse({ user: { id: 'U1', team_id: OURS, ...more } }).user;

describe('a Slack account has a say', () => {
  it.each([
    ['as a full member', {}, undefined],
    [
      'as a member of the organization who is in our workspace',
      { team_id: 'T0OTHER', enterprise_user: { enterprise_id: 'E1', teams: ['T0OTHER', OURS] } },
      undefined,
    ],
    ['but not as a guest', { is_restricted: true }, 'guest'],
    ['but not as a guest of one channel', { is_restricted: true, is_ultra_restricted: true }, 'guest'],
    ['but not as a bot', { is_bot: true }, 'bot'],
    ['but not as a workflow', { is_workflow_bot: true }, 'bot'],
    ['but not as Slack itself', { id: 'USLACKBOT' }, 'bot'],
    ['but not after it was deactivated', { deleted: true }, 'gone'],
    ['but not from a workspace that shares a channel', { team_id: 'T0OTHER', is_stranger: true }, 'foreign'],
    ['but not from a workspace that is not listened to', { team_id: 'T0OTHER' }, 'foreign'],
    ['but not from nowhere', { team_id: undefined }, 'foreign'],
  ])('%s', (_, more, barred) => {
    expect(barredBy(user(more), [OURS])).toBe(barred);
  });
});

describe('the standing of accounts', () => {
  let slack: FakeSlack;
  let standing: Standing;
  let now = 0;
  const logged: string[] = [];
  beforeEach(async () => {
    slack = await startSlack();
    slack.addUser('U0ALICE0001');
    const log = (text: string) => void logged.push(text);
    standing = new Standing(clientOf(slack.options.botToken, loggerOf(log), slack.api), [OURS], log, () => now);
  });
  afterEach(() => slack.close());

  it('is asked once in five minutes, and no later', async () => {
    expect(await standing.of('U0ALICE0001')).toBeUndefined();
    slack.person('U0ALICE0001').user.guest = true;
    now += 299_000;
    expect(await standing.of('U0ALICE0001')).toBeUndefined();
    now += 2000;
    expect(await standing.of('U0ALICE0001')).toBe('guest');
  });

  it('that cannot be learned is none, and is asked again at once', async () => {
    slack.failNext('users.info', 'internal_error');
    expect(await Promise.all([standing.of('U0ALICE0001'), standing.of('U0ALICE0001')])).toEqual(['unsure', 'unsure']);
    expect(logged.join()).toContain('U0ALICE0001');
    expect(await standing.of('U0ALICE0001')).toBeUndefined();
    expect(await standing.of('U0NOBODY001')).toBe('foreign');
  });
});
