import type { webApi } from '@slack/bolt';
import { z } from 'zod';

const found = z.object({ user_id: z.string(), bot_id: z.string().default(''), team_id: z.string(), user: z.string().default('') });

/** The bot as its workspace knows it. */
export interface Me {
  readonly user: string;
  readonly bot: string;
  readonly team: string;
  /** Its name, as it is invited: `/invite @name`. */
  readonly name: string;
}

/** Asks Slack whose the token is. Throws when it is nobody's. */
export async function whoAmI(api: webApi.WebClient): Promise<Me> {
  const { user_id, bot_id, team_id, user } = found.parse(await api.auth.test());
  return { user: user_id, bot: bot_id, team: team_id, name: user };
}
