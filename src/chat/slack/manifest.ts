import type { webApi } from '@slack/bolt';
import { SCOPE_NAMES } from './scopes.ts';

/** What Slack keeps for itself: an app that asks for one of them is refused as a whole. */
const RESERVED = new Set(
  'activity add-to-list agents ai all apps archive away active call canvas clip collapse dm dnd events expand feed feedback files giphy help huddle invite invite_people invite_to_list join keys kick lead leave list me mentions msg mute offline online open part people prefs pro remind remove rename search shortcuts shrug snooze star starred status todo topic trial unarchive unmute who workflow'.split(
    ' ',
  ),
);
/** Most slash commands of an app. */
const COMMANDS_MOST = 50;

type Manifest = webApi.AppsManifestCreateArguments['manifest'];
type SlashCommand = NonNullable<NonNullable<Manifest['features']>['slash_commands']>[number];

/** The app manifest: https://docs.slack.dev/reference/app-manifest. `url`: where Slack reaches us (https); without it in Socket Mode. */
export function manifest(families: readonly string[], { url }: { readonly url?: string } = {}): Manifest {
  const request = url === undefined ? {} : { request_url: endpoint(url) };
  return {
    _metadata: { major_version: 1, minor_version: 1 },
    display_information: { name: 'Hostler', description: 'Plans, asks for approval, does it, and shows it on one card', background_color: '#1f3d36' },
    features: {
      bot_user: { display_name: 'hostler', always_online: true },
      app_home: { home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: false },
      slash_commands: commands(families, url),
    },
    oauth_config: { scopes: { bot: SCOPE_NAMES } },
    settings: {
      event_subscriptions: { ...request, bot_events: ['app_home_opened', 'app_mention', 'message.im', 'reaction_added'] },
      interactivity: { is_enabled: true, ...request, ...(url === undefined ? {} : { message_menu_options_url: endpoint(url) }) },
      org_deploy_enabled: false,
      socket_mode_enabled: url === undefined,
      token_rotation_enabled: false,
    },
  };
}

/** `/ops` takes every command; a family that Slack keeps for itself has no other. */
function commands(families: readonly string[], url: string | undefined): SlashCommand[] {
  const own = [...new Set(families)].filter((family) => family !== 'ops' && /^[a-z][a-z0-9_-]{0,30}$/.test(family) && !RESERVED.has(family));
  const at = url === undefined ? {} : { url: endpoint(url) };
  const all: readonly (readonly [string, string, string])[] = [
    ['ops', 'Every command of Hostler', 'help | vm list | ok CODE'],
    ...own.map((family) => [family, `Hostler: ${family} …`, '[command] [arguments]'] as const),
  ];
  return all.slice(0, COMMANDS_MOST).map(([name, description, usage_hint]) => ({ command: `/${name}`, description, usage_hint, should_escape: false, ...at }));
}

function endpoint(url: string): string {
  return new URL('slack/events', url.endsWith('/') ? url : `${url}/`).href;
}
