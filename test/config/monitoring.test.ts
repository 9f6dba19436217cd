import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { type Bot, bot } from '../support/bot.ts';
import { withChat } from '../support/doors/slack.ts';
import { ROOT } from '../support/imports.ts';
import { needs } from '../support/real/have.ts';

const FOLDER = join(ROOT, 'config/monitoring');
const read = (name: string) => readFileSync(join(FOLDER, name), 'utf8');
const rules = z
  .object({ groups: z.array(z.object({ rules: z.array(z.object({ alert: z.string(), expr: z.string() })) })) })
  .parse(parse(read('hostler.rules.yml')));
const dashboard = z
  .object({
    panels: z.array(
      z.object({
        id: z.number(),
        title: z.string(),
        gridPos: z.object({ x: z.number(), w: z.number() }),
        targets: z.array(z.object({ expr: z.string() })).optional(),
      }),
    ),
  })
  .parse(JSON.parse(read('hostler-dashboard.json')));
const shown = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
const asked = [...rules.groups.flatMap((group) => group.rules.map(({ expr }) => expr)), ...shown];

/** The tool of Prometheus, with its exit status and all it said. */
function promtool(...args: string[]) {
  const { status, stdout, stderr } = spawnSync('promtool', args, { encoding: 'utf8', cwd: FOLDER });
  return { status, said: stdout + stderr };
}

describe.skipIf(!needs(['promtool']))('what Prometheus is told to watch', () => {
  it('are rules that it takes, and that fire when they should', () => {
    expect(promtool('check', 'rules', 'hostler.rules.yml')).toMatchObject({ status: 0 });
    expect(promtool('test', 'rules', 'hostler.rules.test.yml')).toMatchObject({ status: 0 });
  });

  it('has a test for every rule that says somebody is away or stuck', () => {
    const tested = read('hostler.rules.test.yml');
    const untested = rules.groups.flatMap((group) => group.rules.map(({ alert }) => alert)).filter((alert) => !tested.includes(alert));
    expect(untested).toEqual(['HostlerChatMute', 'HostlerThrottled', 'HostlerSlow']);
  });

  it('is asked in a language that it understands, also by the dashboard', () => {
    const folder = mkdtempSync(join(tmpdir(), 'hostler-rules-'));
    try {
      const file = join(folder, 'dashboard.yml');
      const recorded = shown.map((expr, i) => ({ record: `panel:expr${i}`, expr: expr.replaceAll('$__rate_interval', '5m') }));
      writeFileSync(file, JSON.stringify({ groups: [{ name: 'dashboard', rules: recorded }] }));
      expect(promtool('check', 'rules', file)).toMatchObject({ status: 0, said: expect.stringContaining(`${shown.length} rules found`) });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('what the rules and the dashboard ask for', () => {
  let one: Bot & { close(): Promise<void> };
  beforeAll(async () => {
    // A chat that cannot be reached is measured, too.
    const matrix = { homeserver: 'http://127.0.0.1:9', user: '@hostler:example.org', token: 'env:PATH' };
    one = await bot({ config: (lab) => withChat(lab, 'matrix', matrix, {}) });
  });
  afterAll(() => one.close());

  it('is there, with its labels', async () => {
    const text = await (await fetch(`http://127.0.0.1:${one.port}/metrics`)).text();
    const known = new Set([...text.matchAll(/^# TYPE (\S+) (\S+)/gm)].flatMap(([, name = '', type]) => (type === 'histogram' ? [`${name}_bucket`] : [name])));
    for (const expr of asked) {
      const names = [...expr.matchAll(/\bhostler_[a-z0-9_]+/g)].map(([name]) => name);
      for (const name of names) expect(known, `${name} in ${expr}`).toContain(name);
      expect(names.length > 0 || expr.includes('up{'), expr).toBe(true);
    }
    expect(text).toContain('hostler_chat_hears{chat="matrix"} 0\n');
    expect(text).toContain('hostler_messages_sent_total{chat="matrix"} 0\n');
  });

  it('stands on a dashboard without gaps: no two panels of one number, none beyond its edge', () => {
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    for (const { title, gridPos } of dashboard.panels) expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
  });
});
