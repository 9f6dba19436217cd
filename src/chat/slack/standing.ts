import type { webApi } from '@slack/bolt';
import { z } from 'zod';
import type { Barred } from '../../core/account.ts';
import type { Log } from '../../core/ports.ts';
import { troubleOf } from './trouble.ts';
import { within } from './within.ts';

/** How long it is believed what Slack said of an account, in milliseconds. */
const BELIEVED = 300_000;
/** How long Slack may take to say it: what was heard is to be acknowledged in time. Milliseconds. */
const PATIENCE = 1500;
/** Most accounts that are remembered. */
const MOST = 5000;

const flag = z.boolean().default(false);
/** A user as users.info tells it: https://docs.slack.dev/reference/objects/user-object */
export const userFound = z.object({
  user: z.object({
    id: z.string().default(''),
    name: z.string().default(''),
    team_id: z.string().optional(),
    deleted: flag,
    is_bot: flag,
    is_workflow_bot: flag,
    is_restricted: flag,
    is_ultra_restricted: flag,
    is_stranger: flag,
    enterprise_user: z.object({ enterprise_id: z.string().default(''), teams: z.array(z.string()).default([]) }).optional(),
  }),
});
type User = z.infer<typeof userFound>['user'];

/** Why a user has no standing, if that is so: only full members of these workspaces have. */
export function barredBy(user: User, workspaces: readonly string[]): Barred | undefined {
  if (user.deleted) return 'gone';
  if (user.is_bot || user.is_workflow_bot || user.id === 'USLACKBOT') return 'bot';
  const teams = [user.team_id ?? '', user.enterprise_user?.enterprise_id ?? '', ...(user.enterprise_user?.teams ?? [])];
  if (user.is_stranger || (workspaces.length > 0 && !teams.some((team) => workspaces.includes(team)))) return 'foreign';
  return user.is_restricted || user.is_ultra_restricted ? 'guest' : undefined;
}

/** Whether accounts have a say: asked of Slack at their first word, and again when that is five minutes old. */
export class Standing {
  readonly #api: webApi.WebClient;
  readonly #workspaces: readonly string[];
  readonly #log: Log;
  readonly #now: () => number;
  readonly #known = new Map<string, { readonly at: number; readonly barred: Promise<Barred | undefined> }>();

  constructor(api: webApi.WebClient, workspaces: readonly string[], log: Log, now: () => number = Date.now) {
    this.#api = api;
    this.#workspaces = workspaces;
    this.#log = log;
    this.#now = now;
  }

  /** Why this account has none; `unsure` when Slack does not tell, which is not believed for any time. */
  async of(account: string): Promise<Barred | undefined> {
    const known = this.#known.get(account);
    if (known && this.#now() - known.at < BELIEVED) return known.barred;
    const asked = { at: this.#now(), barred: this.#ask(account) };
    this.#known.delete(account);
    this.#known.set(account, asked);
    const [oldest] = this.#known.keys();
    if (this.#known.size > MOST && oldest !== undefined) this.#known.delete(oldest);
    const barred = await asked.barred;
    if (barred === 'unsure' && this.#known.get(account) === asked) this.#known.delete(account);
    return barred;
  }

  async #ask(account: string): Promise<Barred | undefined> {
    try {
      const found = await within(PATIENCE, this.#api.users.info({ user: account }));
      return barredBy(userFound.parse(found).user, this.#workspaces);
    } catch (error) {
      if (['user_not_found', 'user_not_visible'].includes(troubleOf(error) ?? '')) return 'foreign';
      this.#log(`slack: the standing of ${account} could not be learned`, error);
      return 'unsure';
    }
  }
}
