import { z } from 'zod';
import { SEVERITIES } from '../src/core/check.ts';
import { isZone } from './authority.ts';
import { hostPattern, name, secret, span, url } from './values.ts';

const severity = z.enum(SEVERITIES);
const label = z.string().regex(/^[A-Za-z_][A-Za-z0-9_.:-]{0,99}$/, 'the name of a label');
const pattern = z
  .string()
  .min(1)
  .max(500)
  .regex(/^[^\n]*$/, 'one line');
/** Label names and patterns of which one must fit; `*` stands for anything. Also `source`, `severity`, `title`, `host` and `tag`. */
const matchers = z.record(label, z.union([pattern.transform((one) => [one]), z.array(pattern).min(1)]));
const match = matchers.default({});
/** Who is called. */
const mention = z.array(z.string().regex(/^(@|role:|rota:)[A-Za-z0-9_][A-Za-z0-9._-]{0,62}$/, '"@person", "role:name" or "rota:name"')).default([]);
const time = z.string().regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$/, 'a time such as "09:00"');
const date = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'a date such as "2026-01-05"');
const moment = z.string().regex(/^\d{4}-\d{2}-\d{2} ([01][0-9]|2[0-3]):[0-5][0-9]$/, 'a date and time such as "2026-01-05 09:00"');
const labels = z.record(label, z.string().max(1000)).default({});
const words = z.union([z.string().min(1).max(60), z.strictObject({ en: z.string().min(1).max(60), zh: z.string().min(1).max(60) })]);

/** Something that sends alerts to `/hooks/NAME`: with its secret as a bearer token, a password, the header `x-hostler-secret`, or signed with it. */
const source = z.strictObject({
  /** What it speaks: `alertmanager`, `pve`, `pbs`, `grafana`, `telegraf`, `influxdb`, `notify`, `json`. */
  kind: z.string().regex(/^[a-z][a-z0-9-]*$/, 'a kind of source such as alertmanager'),
  secret,
  /** Bodies, over all gateways together. */
  perMinute: z.number().int().min(1).max(100_000).default(600),
  /** Most bytes of a body. */
  bytes: z.number().int().min(1000).max(4_000_000).default(1_000_000),
  /** Of kind `json`: what stands where. */
  mapping: z.record(z.string(), z.string().min(1).max(500)).optional(),
  labels,
  /** Of which it is believed; left out: of all. What it says of others stands on a card, and no runbook acts on it. */
  hosts: z.array(hostPattern).optional(),
  /** Of kind `alertmanager`: its address, to be asked what fires and told of silences. */
  api: url.optional(),
  /** For that: a bearer token, where it asks for one. */
  apiToken: secret.optional(),
});

const route = z.strictObject({
  name: name.optional(),
  match,
  /** None: they stand in the console alone. */
  rooms: z.array(name).default([]),
  severity: severity.optional(),
  mention,
  /** A name of `hours:`; who would be called for less than `below` is called when they are over. */
  quiet: z.strictObject({ hours: name, below: severity.default('critical') }).optional(),
  escalate: z.array(z.strictObject({ after: span, mention, rooms: z.array(name).default([]) })).default([]),
  group: z.array(label).min(1).optional(),
});

const rota = z.strictObject({
  zone: z.string().refine(isZone, 'a time zone such as Europe/Berlin or UTC'),
  start: date,
  at: time.default('09:00'),
  days: z.number().int().min(1).max(366).default(7),
  people: z.array(name).min(1),
  overrides: z.array(z.strictObject({ from: moment, until: moment, person: name })).default([]),
});

const runbook = z.strictObject({
  match,
  /** Lines, with `{label}` for what the alert says. */
  offer: z
    .array(z.union([z.string().min(1).max(500), z.strictObject({ line: z.string().min(1).max(500), label: words.optional() })]))
    .max(4)
    .default([]),
  url: url.optional(),
  /** The first line is asked by itself, in the name of this person, who must have been granted it. */
  auto: z.strictObject({ as: name, perDay: z.number().int().min(1).max(100).default(3) }).optional(),
});

/** Alerts: who sends them, where they go, who is called, what helps. */
export const alerts = z.strictObject({
  sources: z.record(name, source).default({}),
  /** The room where what cannot be read is shown, and what no route takes. */
  admin: name.optional(),
  routes: z.array(route).default([]),
  rotas: z.record(name, rota).default({}),
  runbooks: z.array(runbook).default([]),
  /** What must be heard of every so often, at `/hooks/beat/NAME` or as a signal that fits `match`, which names its `source`. */
  heartbeats: z
    .record(
      name,
      z.strictObject({
        every: span,
        secret: secret.optional(),
        severity: severity.default('critical'),
        labels,
        match: matchers.refine((all) => Object.keys(all).length > 0, 'names at least one label').optional(),
      }),
    )
    .default({}),
  /** Lines asked every so often whose findings become alerts. */
  watches: z.record(name, z.strictObject({ every: span, line: z.string().min(1).max(500), as: name })).default({}),
  storm: z.strictObject({ cards: z.number().int().min(1).max(1000).default(20), within: span.default(60_000) }).prefault({}),
  fallback: z
    .strictObject({
      after: span.default(60_000),
      rooms: z.array(name).default([]),
      /** Addresses, where `mail:` says how. */
      mail: z.array(z.email()).default([]),
      /** Topics, where `ntfy:` says where. */
      ntfy: z.array(name).default([]),
    })
    .prefault({}),
  judge: span.default(600_000),
  reopen: span.default(900_000),
});

/** Mail, by SMTP. */
export const mail = z
  .strictObject({
    host: z.string().regex(/^[A-Za-z0-9:][A-Za-z0-9:._-]*$/, 'the name or address of a mail server'),
    port: z.number().int().min(1).max(65535).default(587),
    /** TLS from the first byte; else by STARTTLS, which is then required, but on the loopback. */
    tls: z.boolean().default(false),
    from: z.email(),
    user: z.string().optional(),
    password: secret.optional(),
  })
  .refine(({ user, password }) => (user === undefined) === (password === undefined), 'needs both user: and password:, or neither');

/** A server of ntfy: https://docs.ntfy.sh/publish/ */
export const ntfy = z.strictObject({ server: url.default('https://ntfy.sh'), token: secret.optional() });
