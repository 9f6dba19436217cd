import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { ConfigError, parseConfig } from '../../config/load.ts';
import { routingOf } from '../../config/routing.ts';
import type { Config } from '../../config/schema.ts';
import { fromStored } from '../../config/stored.ts';
import { routeNamed } from '../../src/core/alerts/match.ts';
import { strangeAlerts } from '../../src/core/alerts/strange.ts';
import { speak } from '../../src/core/words.ts';
import { labConfig } from '../../src/lab/config.ts';
import { loadCommands, loadSources } from '../../src/registry.ts';
import { settingsOf } from '../../src/settings.ts';
import { ROOT } from '../support/imports.ts';

const example = readFileSync(join(ROOT, 'config/example.yaml'), 'utf8');
const base = parse(example);
const config = parseConfig(example, 'example');

/** What is said of the example with these changes, as `path: message`. */
function said(alerts: object, more: object = {}): string[] {
  try {
    parseConfig(stringify({ ...base, ...more, alerts: { ...base.alerts, ...alerts } }, { aliasDuplicateObjects: false }), 'x.yaml');
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ path, message }) => `${path}: ${message}`);
    throw error;
  }
  return [];
}
const source = (more: object) => ({ kind: 'notify', secret: 'env:X', ...more });
const rota = (more: object) => ({ rotas: { first: { ...base.alerts.rotas.first, ...more } } });

describe('alerts in a configuration', () => {
  it('are routed as they are written', () => {
    const routing = routingOf(config);
    expect(routing.routes.map(({ name }) => name)).toEqual(['databases', 'routes.1']);
    expect(routing.routes[0]).toMatchObject({
      match: { tag: ['db'], severity: ['critical', 'warning'] },
      escalate: [
        { afterMs: 600_000, mention: ['role:lead'], rooms: [] },
        { afterMs: 1_800_000, mention: ['@bo'], rooms: ['ops-matrix'] },
      ],
    });
    expect(routing.routes[1]?.quiet).toEqual({ hours: { zone: 'UTC', days: [1, 2, 3, 4, 5, 6, 0], from: 1320, to: 300 }, below: 'critical' });
    expect(routing.rotas.get('first')).toMatchObject({ minute: 540, start: '2026-01-05', days: 7, people: ['ana', 'bo', 'cy'] });
    expect(routing.runbooks[0]?.offer).toEqual([{ line: 'host status {host}' }, { line: 'host wake {host}', label: { en: 'Wake it', zh: '唤醒' } }]);
    expect(routing.fallback).toEqual({ afterMs: 60_000, rooms: ['ops-matrix'], mail: ['oncall@example.org'], ntfy: ['example-ops'] });
    expect(routing.sources.get('prometheus')).toMatchObject({ kind: 'alertmanager', perMinute: 600, labels: { site: 'east' } });
    expect(JSON.stringify([...routing.sources.values()])).not.toMatch(/hooks\/prometheus|HOSTLER_ALERTMANAGER_TOKEN/);
  });

  it.each([
    ['a source that is called as the bot itself', { sources: { watch: source({}) } }, 'alerts.sources.watch: “watch” is what the bot itself is called there'],
    ['JSON that says nothing', { sources: { ups: source({ kind: 'json' }) } }, 'alerts.sources.ups: needs mapping:'],
    [
      'words that mean that it is over, but are no text',
      { sources: { ups: source({ kind: 'json', mapping: { title: 'x', status: 's', resolved: 'fine' } }) } },
      'alerts.sources.ups: mapping.resolved: fine is no words in quotes',
    ],
    ['a mapping of what is known', { sources: { ups: source({ mapping: { title: 'x' } }) } }, 'alerts.sources.ups.mapping: is for kind: json'],
    ['a token for nothing', { sources: { ups: source({ apiToken: 'env:Y' }) } }, 'alerts.sources.ups.apiToken: is for api:'],
    [
      'a source that speaks of no host there is',
      { sources: { ups: source({ hosts: ['web1', 'nowhere'] }) } },
      'alerts.sources.ups.hosts.1: there is no host “nowhere”',
    ],
    [
      'a source that speaks of no site there is',
      { sources: { ups: source({ hosts: ['@web', 'site:moon'] }) } },
      'alerts.sources.ups.hosts.1: there is no site “moon”',
    ],
    ['a secret that stands there', { sources: { ups: source({ secret: 'hunter2' }) } }, 'alerts.sources.ups.secret: env:NAME'],
    ['no room', { admin: 'nowhere' }, 'alerts.admin: there is no room “nowhere”; rooms: has ops, ops-matrix'],
    ['a route to no room', { routes: [{ rooms: ['nowhere'] }] }, 'alerts.routes.0.rooms.0: there is no room “nowhere”'],
    ['nobody', { routes: [{ rooms: ['ops'], mention: ['@zoe'] }] }, 'alerts.routes.0.mention.0: there is no person “zoe”'],
    ['no role', { routes: [{ mention: ['role:boss'] }] }, 'alerts.routes.0.mention.0: there is no role “boss”'],
    ['no rota', { routes: [{ mention: ['rota:second'] }] }, 'alerts.routes.0.mention.0: there is no rota “second”'],
    ['no such way to mention', { routes: [{ mention: ['ana'] }] }, 'alerts.routes.0.mention.0: "@person", "role:name" or "rota:name"'],
    ['no hours', { routes: [{ quiet: { hours: 'nap' } }] }, 'alerts.routes.0.quiet.hours: there is no hours “nap”; hours: has office'],
    [
      'steps out of order',
      {
        routes: [
          {
            escalate: [
              { after: '10m', mention: ['@bo'] },
              { after: '600s', mention: ['@bo'] },
            ],
          },
        ],
      },
      'alerts.routes.0.escalate.1.after: is not later',
    ],
    ['a step to nobody', { routes: [{ escalate: [{ after: '10m' }] }] }, 'alerts.routes.0.escalate.0: goes to nobody'],
    ['two routes of a name', { routes: [{ name: 'a' }, { name: 'a' }] }, 'alerts.routes.1.name: another route is named “a” already'],
    ['a route called as the last', { routes: [{ name: 'admin' }] }, 'alerts.routes.0.name: “admin” is how'],
    ['a pattern of nothing', { routes: [{ match: { alertname: [] } }] }, 'alerts.routes.0.match.alertname: '],
    ['a name of no label', { routes: [{ match: { 'a b': 'x' } }] }, 'alerts.routes.0.match.a b: '],
    ['a zone there is not', rota({ zone: 'Europe/Bielefeld' }), 'alerts.rotas.first.zone: a time zone such as Europe/Berlin'],
    ['a day there is not', rota({ start: '2026-02-29' }), 'alerts.rotas.first.start: there is no day 2026-02-29'],
    ['a rota of nobody', rota({ people: ['ana', 'zoe'] }), 'alerts.rotas.first.people.1: there is no person “zoe”'],
    [
      'a stand-in backwards',
      rota({ overrides: [{ from: '2026-01-05 09:00', until: '2026-01-05 09:00', person: 'bo' }] }),
      'alerts.rotas.first.overrides.0.until: is not later',
    ],
    [
      'a runbook by nobody',
      { runbooks: [{ match: { source: 'p' }, offer: ['doctor x'], auto: { as: 'zoe' } }] },
      'alerts.runbooks.0.auto.as: there is no person “zoe”',
    ],
    ['a runbook by itself of nothing', { runbooks: [{ match: { source: 'p' }, auto: { as: 'ana' } }] }, 'alerts.runbooks.0.auto: needs offer:'],
    [
      'a runbook by itself for whoever may send anything',
      { runbooks: [{ match: { alertname: 'x' }, offer: ['doctor x'], auto: { as: 'ana' } }] },
      'alerts.runbooks.0.match: needs source: whose alerts it acts on by itself',
    ],
    [
      'a runbook by itself of whatever source',
      { runbooks: [{ match: { source: ['p', 'n*'] }, offer: ['doctor x'], auto: { as: 'ana' } }] },
      'alerts.runbooks.0.match.source: “n*” stands for any of several: name each',
    ],
    ['a heartbeat nobody can give', { heartbeats: { x: { every: '1h' } } }, 'alerts.heartbeats.x: needs secret: for /hooks/beat/x'],
    [
      'a heartbeat that any source can give',
      { heartbeats: { x: { every: '1h', match: { alertname: 'Watchdog' } } } },
      'alerts.heartbeats.x.match: needs source: whose signals count as it',
    ],
    [
      'a heartbeat of whatever source',
      { heartbeats: { x: { every: '1h', match: { source: ['prometheus', 'p*'] } } } },
      'alerts.heartbeats.x.match.source: “p*” stands for any of several: name each',
    ],
    ['a watch by nobody', { watches: { x: { every: '1h', line: 'doctor', as: 'zoe' } } }, 'alerts.watches.x.as: there is no person “zoe”'],
    ['a way out to no room', { fallback: { rooms: ['nowhere'] } }, 'alerts.fallback.rooms.0: there is no room “nowhere”'],
    ['an address that is none', { fallback: { mail: ['oncall'] } }, 'alerts.fallback.mail.0: '],
  ])('refuse %s', (_what, alerts, problem) => {
    expect(said(alerts)).toEqual([expect.stringContaining(problem)]);
  });

  it('need a way to send what they send', () => {
    expect(said({}, { mail: undefined, ntfy: undefined })).toEqual([
      expect.stringContaining('fallback.mail: needs mail:'),
      expect.stringContaining('fallback.ntfy: needs ntfy:'),
    ]);
    expect(said({}, { mail: { host: 'mail.example.org', from: 'a@example.org', user: 'x' } })).toEqual([
      expect.stringContaining('mail: needs both user: and password:'),
    ]);
  });

  it('are strange with kinds, commands and routes that lead nowhere', async () => {
    const commands = await loadCommands();
    const kinds = (await loadSources()).map(({ id }) => id);
    expect(strangeAlerts(routingOf(config), commands, kinds)).toEqual([]);
    const odd = routingOf(
      parseConfig(
        stringify(
          {
            ...base,
            alerts: {
              ...base.alerts,
              sources: { x: source({ kind: 'nagios' }) },
              routes: [...base.alerts.routes, { name: 'never', match: { host: 'x' } }],
              runbooks: [{ offer: ['svc restart {unit} {host}', 'fix {host}'] }],
              watches: { y: { every: '1h', line: 'look around', as: 'ana' } },
            },
          },
          { aliasDuplicateObjects: false },
        ),
        'x',
      ),
    );
    expect(strangeAlerts(odd, commands, kinds).map(({ severity, path }) => `${severity} ${path}`)).toEqual([
      ...['error alerts.sources.x.kind', 'warning alerts.routes.2', 'warning alerts.runbooks.0.offer.1', 'warning alerts.watches.y.line'],
    ]);
    const practice = parseConfig(stringify(labConfig({}, undefined, undefined, undefined, '/tmp/secret')), 'lab');
    expect(strangeAlerts(routingOf(practice), commands, kinds)).toEqual([]);
  });

  it('are strange where nobody is told of them', async () => {
    const commands = await loadCommands();
    const kinds = (await loadSources()).map(({ id }) => id);
    const { routes: _, admin: __, ...alerts } = base.alerts;
    const homes = (home: boolean) =>
      Object.fromEntries(Object.entries<object>(base.chats).map(([chat, set]) => [chat, { ...set, ...(home ? {} : { home: undefined }) }]));
    const warned = (more: object, home: boolean) =>
      strangeAlerts(
        routingOf(parseConfig(stringify({ ...base, chats: homes(home), alerts: { ...alerts, ...more } }, { aliasDuplicateObjects: false }), 'x')),
        commands,
        kinds,
        true,
      )
        .filter(({ path }) => path === 'alerts.admin')
        .map(({ what }) => speak(what, 'en').slice(0, 30));
    const [own, others] = ['nobody is told of trouble of th', 'what no route takes of prometh'].map((text) => text.slice(0, 30));
    expect(warned({}, false)).toEqual([own, others]);
    expect(warned({}, true)).toEqual([others]);
    expect(warned({ routes: [{ match: { source: ['self'] }, rooms: ['ops'] }] }, false)).toEqual([others]);
    expect(warned({ routes: [{ rooms: ['ops'] }] }, false)).toEqual([]);
    expect(warned({ admin: 'ops' }, false)).toEqual([]);
  });

  it('of the bot itself go where it is at home, where nothing else takes them', () => {
    const { routes: _, admin: __, ...alerts } = base.alerts;
    const { placeOf, routing } = settingsOf(parseConfig(stringify({ ...base, alerts }, { aliasDuplicateObjects: false }), 'x'), 'x');
    const route = routeNamed('home', routing);
    expect(route?.rooms.map(placeOf)).toEqual([
      { chat: 'slack', room: base.chats.slack.home },
      { chat: 'matrix', room: base.chats.matrix.home },
    ]);
    expect(said({ routes: [{ name: 'home', rooms: ['ops'] }] })).toEqual([expect.stringContaining('routes.0.name: “home” is how a route is called')]);
  });

  it('are none in a configuration that was stored before there were any', () => {
    const { alerts: _, mail: __, ntfy: ___, ...old } = config satisfies Config;
    expect(routingOf(fromStored(JSON.stringify(old)))).toMatchObject({ routes: [], storm: { cards: 20, withinMs: 60_000 }, reopenMs: 900_000 });
  });
});
