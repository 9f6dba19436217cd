import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Alert } from '../../../src/core/alerts/alert.ts';
import type { Runbook } from '../../../src/core/alerts/routing.ts';
import { filled, offersFor, valuesOf } from '../../../src/core/alerts/runbook.ts';
import { parse } from '../../../src/core/parse.ts';
import { loadCommands } from '../../../src/registry.ts';
import { member } from './sample.ts';

const commands = await loadCommands();
const MARK = 'zzmarkzz';
/** The same with this value for the mark. */
const swapped = (value: unknown, x: string): unknown =>
  JSON.parse(JSON.stringify(value), (_, one) => (typeof one === 'string' ? one.replaceAll(MARK, () => x) : one));
const fill = (line: string, values: Record<string, string>) => filled(line, values, commands);

describe('the line of a runbook', () => {
  it.each([
    ['svc restart {unit} {host}', { unit: 'nginx.service', host: 'web1' }, 'svc restart nginx.service web1'],
    ['vm reboot {host}/{guest}', { host: 'kvm1', guest: 'db 02' }, 'vm reboot "kvm1/db 02"'],
    ['log show {host} --unit={unit}', { host: 'web1', unit: 'nginx' }, 'log show web1 --unit=nginx'],
    ['disk usage {host}', { host: 'web1', other: '"' }, 'disk usage web1'],
  ])('%s', (template, values, line) => expect(fill(template, values)).toBe(line));

  it.each([
    ['what the alert does not say', 'svc restart {unit} {host}', { host: 'web1' }],
    ['an empty word', 'svc restart {unit} {host}', { unit: '', host: 'web1' }],
    ['what is no whole command', 'svc restart {unit}', { unit: 'nginx' }],
    ['what there is no command for', 'svc mend {host}', { host: 'web1' }],
    ['an option', 'svc restart nginx {host}', { host: '--plan' }],
    ['all hosts of a tag', 'svc restart nginx {host}', { host: '@all' }],
    ['all hosts of a site', 'svc restart nginx {host}', { host: 'site:east' }],
    ['a second word', 'svc restart nginx {host}', { host: 'web1 web2' }],
    ['a second line', 'svc restart nginx {host}', { host: 'web1\nhost reboot web1' }],
    ['marks that hide text', 'svc restart nginx {host}', { host: 'web1\u202e' }],
    ['quotes that phones make', 'host run uptime {host}', { host: '“web1”' }],
    ['the name of the command', 'svc {verb} nginx web1', { verb: 'restart' }],
    ['part of the name of the command', 'svc{verb} restart nginx web1', { verb: ' ' }],
  ])('is not offered with %s', (_, template, values) => expect(fill(template, values)).toBeUndefined());

  it('has each value as (part of) one word, whatever it is, or is not offered', () => {
    const nasty = fc.string({ unit: fc.oneof(fc.constantFrom('"', "'", '\\', ' ', '-', '\n', '“', '—', '{', '}', '\u200b', '=', '@', '*', '/'), fc.string()) });
    fc.assert(
      fc.property(
        fc.oneof(nasty, fc.string()),
        fc.constantFrom('backup restore {x}', 'backup run {x} --notes "a {x}"', 'vm snapshot shop {x}', 'backup run shop --notes={x}'),
        (x, template) => {
          const line = fill(template, { x });
          if (line === undefined) return;
          // The same as with another word, but for the value, which is in it as it is.
          const other = fill(template, { x: MARK });
          if (other === undefined) throw new Error(`${template} is not possible`);
          expect(parse(line, commands)).toEqual(swapped(parse(other, commands), x));
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('what a runbook offers', () => {
  const runbooks: Runbook[] = [
    {
      match: { alertname: ['ServiceFailed'] },
      offer: [{ line: 'svc restart {unit} {host}' }, { line: 'svc show {unit} {host}', label: { en: 'Look', zh: '查看' } }],
    },
    { match: { alertname: ['*'] }, offer: [{ line: 'svc restart {unit} {host}' }, { line: 'host health {host}' }] },
  ];
  const failed = (more: Partial<Alert['top'][number]> = {}) =>
    member('a', { labels: { alertname: 'ServiceFailed', unit: 'nginx', host: 'elsewhere' }, host: 'web1', ...more });

  it('is each line once, about the host that the alert is about', () => {
    expect(offersFor(failed(), runbooks, [], commands).map(({ line }) => line)).toEqual(['svc restart nginx web1', 'svc show nginx web1', 'host health web1']);
    expect(offersFor(failed(), runbooks, [], commands)[1]?.label).toEqual({ words: { en: 'Look', zh: '查看' } });
  });

  it('names no host that the configuration does not know', () => {
    const { host: _, ...nowhere } = failed();
    expect(offersFor(nowhere, runbooks, [], commands)).toEqual([]);
    expect(valuesOf(nowhere)).toEqual({ alertname: 'ServiceFailed', unit: 'nginx', title: 'Disk full a', severity: 'warning' });
  });
});
