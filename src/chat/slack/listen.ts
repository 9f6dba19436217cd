import type { z } from 'zod';
import type { Ears, Reply } from './ears.ts';
import { showHome } from './home.ts';
import { actionBody, type By, eventBody, opened, reacted, slashBody, spoken, submitBody, suggestBody } from './payloads.ts';
import { takePress } from './press.ts';
import { isSaid, takeSaid } from './said.ts';
import { takeSlash } from './slash.ts';
import { suggest, takeForm } from './submit.ts';
import { ANSWER_MS, within } from './within.ts';
import { isOurs, teamsOf } from './workspace.ts';

/** Takes whatever Slack sends. Resolves with what the acknowledgement says; rejects when it must not be acknowledged, so that Slack sends it again. */
export async function take(body: unknown, ears: Ears): Promise<Reply> {
  const event = eventBody.safeParse(body);
  if (event.success) return takeEvent(event.data, ears);
  const slash = slashBody.safeParse(body);
  if (slash.success) {
    const team = slash.data.team_id || slash.data.enterprise_id || '';
    return isOurs(ears.workspaces, [team]) ? takeSlash(slash.data, team, ears) : foreign(slash.data.user_id, [team], ears);
  }
  const press = actionBody.safeParse(body);
  if (press.success) return local(press.data, ears, (team) => takePress(press.data, team, ears).then(() => undefined));
  const form = submitBody.safeParse(body);
  if (form.success) return local(form.data, ears, (team) => takeForm(form.data, team, ears));
  const typing = suggestBody.safeParse(body);
  if (typing.success) return local(typing.data, ears, () => suggest(typing.data, ears));
  return undefined;
}

async function takeEvent({ team_id, enterprise_id, event }: z.infer<typeof eventBody>, ears: Ears): Promise<Reply> {
  const team = team_id || enterprise_id || '';
  const message = spoken.safeParse(event);
  const authors = message.success ? [message.data.team, message.data.user_team, message.data.source_team] : [];
  if (!isOurs(ears.workspaces, [team, ...authors])) return foreign((message.success && message.data.user) || '', [team, ...authors], ears);
  if (message.success) {
    if (isSaid(message.data, ears.me.user)) await within(ANSWER_MS, takeSaid(message.data, team, ears));
    return undefined;
  }
  const reaction = reacted.safeParse(event);
  if (reaction.success && reaction.data.user === ears.me.user) await within(ANSWER_MS, ears.beat(reaction.data.item.channel, reaction.data.item.ts));
  const looked = opened.safeParse(event);
  if (looked.success && looked.data.tab === 'home') {
    showHome(looked.data.user, ears).catch((error: unknown) => ears.log('slack: a home tab was not shown', error));
  }
  return undefined;
}

async function local(by: By, ears: Ears, work: (team: string) => Promise<Reply>): Promise<Reply> {
  return isOurs(ears.workspaces, teamsOf(by)) ? work(by.team?.id ?? by.enterprise?.id ?? '') : foreign(by.user.id, teamsOf(by), ears);
}

/** Another workspace, or a guest of ours from one: not a word to it, and none of its words in the log; only that it was there goes on record. */
async function foreign(from: string, teams: readonly (string | null | undefined)[], { hear, workspaces, log }: Ears): Promise<undefined> {
  log('slack: something from another workspace was ignored');
  const team = teams.find((one) => typeof one === 'string' && one !== '' && !workspaces.includes(one)) ?? '';
  await within(ANSWER_MS, hear.foreign?.(from, team) ?? Promise.resolve());
  return undefined;
}
