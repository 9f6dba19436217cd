import { afterAll, describe, expect, it } from 'vitest';
import { slackDoor } from '../support/doors/slack.ts';
import { terminalDoor } from '../support/doors/terminal.ts';
import { webDoor } from '../support/doors/web.ts';
import type { FakeSlack } from '../support/slack/index.ts';
import { stories } from '../support/stories.ts';

const workspaces: FakeSlack[] = [];
const slack = (mode: 'socket' | 'http') => async () => {
  const door = await slackDoor(mode);
  workspaces.push(door.slack);
  return door;
};

stories('the terminal', terminalDoor);
stories('the web console', webDoor);
stories('Slack in Socket Mode', slack('socket'));
stories('Slack over HTTP', slack('http'));

describe('Slack', () => {
  it('had nothing to complain of', () => {
    expect(workspaces).toHaveLength(2);
    for (const { violations } of workspaces) expect(violations).toEqual([]);
  });
  afterAll(() => workspaces.splice(0));
});
