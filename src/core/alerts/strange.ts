import { Refusal } from '../errors.ts';
import { findPath } from '../parse.ts';
import type { Commands } from '../ports.ts';
import { split } from '../split.ts';
import { list, type Said, say } from '../words.ts';
import { fits } from './match.ts';
import type { Routing } from './routing.ts';

/** Something about alerts that cannot be as it was meant. `path`: where it stands in the configuration. */
export interface Strange {
  readonly severity: 'error' | 'warning';
  readonly path: string;
  readonly what: Said;
}

/**
 * What is strange about how alerts go: kinds of source that there are not, lines that are no command's, routes that nothing comes to, alerts that go nowhere.
 * Pure. `kinds`: ids of sources. `chats`: whether there are any.
 */
export function strangeAlerts(routing: Routing, commands: Commands, kinds: readonly string[], chats = false): readonly Strange[] {
  const { sources, routes, runbooks, watches } = routing;
  const noCommand = (path: string, line: string): Strange[] => {
    try {
      findPath(split(line.replace(/\{[^{}]*\}/g, 'x')), commands);
      return [];
    } catch (error) {
      if (error instanceof Refusal) return [{ severity: 'warning', path, what: error.said }];
      throw error;
    }
  };
  const all = routes.findIndex(({ match }) => Object.keys(match).length === 0);
  return [
    ...[...sources.values()].flatMap(({ name, kind }): Strange[] => {
      if (kinds.includes(kind)) return [];
      const what = say(
        { en: 'there is no kind of source “{kind}”; there is {kinds}', zh: '没有来源类型“{kind}”；现有：{kinds}' },
        { kind, kinds: list(kinds) },
      );
      return [{ severity: 'error', path: `alerts.sources.${name}.kind`, what }];
    }),
    ...routes.flatMap(({ name }, i): Strange[] => {
      if (all < 0 || i <= all) return [];
      const what = say(
        { en: 'nothing comes to it: “{first}” before it takes everything', zh: '不会生效：之前的“{first}”已匹配全部' },
        { first: routes[all]?.name ?? name },
      );
      return [{ severity: 'warning', path: `alerts.routes.${i}`, what }];
    }),
    ...(chats ? nowhere(routing) : []),
    ...runbooks.flatMap(({ offer }, i) => offer.flatMap(({ line }, n) => noCommand(`alerts.runbooks.${i}.offer.${n}`, line))),
    ...watches.flatMap(({ name, line }) => noCommand(`alerts.watches.${name}.line`, line)),
  ];
}

/** What no route takes, and there is no room for what no route takes. */
function nowhere({ admin, homes, routes, sources, watches, heartbeats }: Routing): readonly Strange[] {
  if (admin !== undefined) return [];
  const takes = (source: string) =>
    routes.some(({ match: { source: of = ['*'], ...rest } }) => Object.keys(rest).length === 0 && fits({ of }, new Map([['of', [source]]])));
  const own = homes.length > 0 || takes('self');
  const names = [...sources.keys(), ...(watches.length > 0 ? ['watch'] : []), ...(heartbeats.length > 0 ? ['beat'] : [])].filter((name) => !takes(name));
  const path = 'alerts.admin';
  return [
    ...(own
      ? []
      : [
          {
            severity: 'warning' as const,
            path,
            what: say({
              en: 'nobody is told of trouble of the bot itself: name a room for it here, or home: of a chat',
              zh: '机器人自身的故障无人知晓：请在此指定房间，或设置某个聊天的 home:',
            }),
          },
        ]),
    ...(names.length === 0
      ? []
      : [
          {
            severity: 'warning' as const,
            path,
            what: say(
              { en: 'what no route takes of {names} is shown nowhere: name a room for it here', zh: '{names} 中未匹配任何路由的告警不会显示：请在此指定房间' },
              { names: list(names) },
            ),
          },
        ]),
  ];
}
