import type { By } from './payloads.ts';

type Team = string | null | undefined;

/** Whether all that is said about where something comes from names workspaces of ours; nothing said is a no. */
export function isOurs(workspaces: readonly string[], teams: readonly Team[]): boolean {
  const said = teams.filter((team): team is string => typeof team === 'string' && team !== '');
  return said.length > 0 && said.every((team) => workspaces.includes(team));
}

/** The workspaces that a press or a form names: where it was pressed, and where the person belongs (another one in Slack Connect). */
export function teamsOf({ team, enterprise, user }: By): readonly Team[] {
  return [team?.id ?? enterprise?.id, user.team_id];
}
