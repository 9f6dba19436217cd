import { expect, it } from 'vitest';
import alert from '../../../jobs/alert.ts';
import type { Signal } from '../../../src/core/alerts/alert.ts';
import { tidied } from '../../../src/core/alerts/tidy.ts';

const signal: Signal = { source: 'pve', fingerprint: 'f', status: 'resolved', severity: 'warning', title: 'x', labels: {}, startsAt: 1, endsAt: 2 };

it('keeps nothing that looks like a secret, and reads the same again', () => {
  const text = `rsync: password=Geheim123 ${'x'.repeat(1960)} ghp_abcdefghijklmnopqrstuvwxyz0123456789`;
  const url = 'https://grafana.example.org/d/1?token=abcdef0123456789abcdef';
  const kept = tidied({ ...signal, title: 'AKIAIOSFODNN7EXAMPLE', text, url, labels: { instance: 'web1:9100', dsn: 'postgres://u:pa55word@db1/x' } }, 'pve');
  expect(JSON.stringify(kept)).not.toMatch(/Geheim123|ghp_|abcdef0123|AKIA|pa55word/);
  expect(kept.labels).toMatchObject({ instance: 'web1:9100' });
  expect(tidied(kept, 'pve')).toEqual(kept);
});

it.each([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 1e300, -1e300, -1, 1.5])(
  'a signal of the time %s can be handed on, and shown',
  (at) => {
    const kept = tidied({ ...signal, startsAt: at, endsAt: at }, 'pve');
    const read = alert.payload.parse(JSON.parse(JSON.stringify({ source: 'pve', at: 1000, signals: [kept] })));
    expect(read).toMatchObject({ signals: [kept] });
    expect(() => new Date(kept.startsAt).toISOString()).not.toThrow();
    expect(() => new Date(kept.endsAt ?? 0).toISOString()).not.toThrow();
  },
);
