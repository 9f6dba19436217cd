import type { Options } from './options.ts';
import { Slack } from './slack.ts';

export { textOf } from './words.ts';

/** A simulated workspace. */
export type FakeSlack = Slack;

/** Starts a simulated Slack workspace on a free port of 127.0.0.1. */
export function startSlack(options: Partial<Options> = {}): Promise<FakeSlack> {
  return Slack.listen(options);
}
