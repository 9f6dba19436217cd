import { pause } from '../bench/stats.ts';
import type { FakeSlack } from '../support/slack/index.ts';
import type { PartName, World } from './world.ts';

/** What is killed, and at which share of the storm; and when Slack goes away. */
const KILLS: readonly (readonly [number, PartName])[] = [
  [0.08, 'gateway'],
  [0.14, 'desk'],
  [0.3, 'desk'],
  [0.36, 'gateway'],
  [0.5, 'desk'],
];
const DOWN_FROM = 0.2;
/** How long what was killed stays away, in milliseconds. */
const AWAY = 1000;
/** What was pressed so shortly before a kill may be in its midst, in milliseconds. */
const SOON = 5000;
/** What of Slack hangs: all that writes, and all that reads. */
const WRITES = ['chat.postMessage', 'chat.update', 'chat.postEphemeral', 'views.open', 'views.publish', 'reactions.add'];
const READS = [
  'conversations.history',
  'conversations.replies',
  'conversations.info',
  'conversations.open',
  'users.info',
  'auth.test',
  'apps.connections.open',
];

/** What was done to the bot, by time. */
export class Trouble {
  readonly #world: World;
  /** When parts were killed; the last time each. */
  readonly kills: { readonly part: PartName; readonly at: number }[] = [];
  down = false;
  /** When Slack was away. */
  away = { from: 0, until: 0 };

  constructor(world: World) {
    this.#world = world;
  }

  /** Kills and hangs through a storm of so many milliseconds, of which Slack is away for `downMs`. */
  async run(ms: number, downMs: number): Promise<void> {
    const at = async (share: number, then: () => unknown) => {
      await pause(share * ms);
      await then();
    };
    await Promise.all([...KILLS.map(([share, part]) => at(share, () => this.#kill(part))), at(DOWN_FROM, () => this.#away(downMs))]);
  }

  /** Whether a part was killed within so many milliseconds before, or soon after. */
  near(at: number, ms: number): boolean {
    return this.kills.some((one) => at > one.at - SOON && at < one.at + ms);
  }

  async #kill(part: PartName): Promise<void> {
    this.kills.push({ part, at: Date.now() });
    await this.#world.parts[part].end('SIGKILL', AWAY);
  }

  async #away(ms: number): Promise<void> {
    const { slack } = this.#world;
    this.down = true;
    const from = Date.now();
    const release = hang(slack);
    slack.deaf(true);
    await pause(ms);
    slack.deaf(false);
    this.away = { from, until: Date.now() };
    await release();
    this.down = false;
  }
}

/** Slack answers nothing; what was written comes to stand there when it is back, before anybody can read it. */
function hang(slack: FakeSlack): () => Promise<void> {
  const [writes, reads] = [WRITES, READS].map((names) => names.map((name) => slack.hang(name)));
  return async () => {
    for (const release of writes ?? []) release();
    await pause(100);
    for (const release of reads ?? []) release();
  };
}
