import { each, type Fields, number, records, text } from '../record.ts';
import type { Draft, Rule, Scene } from './draft.ts';
import { node } from './make.ts';

const TASK = '/nodes/{node}/tasks/{upid}';
const NONE = /no such task|unable to parse/;
/** How a task ends is not `exitstatus` in lists, and running ones have none or say so in capitals. */
const RUNNING = /^running$/i;

/** Tasks: those that are told of, and others that a filter must keep out. */
export const TASKS: readonly Rule[] = [
  {
    path: `${TASK}/status`,
    methods: ['GET'],
    means: (draft, { data, said }, at) => {
      const [fields] = records([data]);
      if (!NONE.test(said)) add(draft, at.upid ?? '', [], fields === undefined ? 'OK' : text(fields, 'exitstatus'), undefined);
    },
  },
  {
    path: `${TASK}/log`,
    methods: ['GET'],
    means: (draft, { data, said, exchange }, at) => {
      if (NONE.test(said)) return;
      const given = records(data);
      const body = records([exchange.answer.body])[0] ?? {};
      const known = new Map(given.flatMap((line) => (text(line, 't') === 'no content' ? [] : [[number(line, 'n') ?? 0, text(line, 't') ?? '']])));
      if (known.size === 0 && Number(exchange.params.start ?? 0) === 0) return add(draft, at.upid ?? '', [], undefined, undefined);
      const total = Math.max(number(body, 'total') ?? 0, ...known.keys());
      const lines = Array.from({ length: total }, (_, i) => known.get(i + 1) ?? (i + 1 === total ? 'TASK OK' : `INFO: line ${i + 1}`));
      const [, ended] = /^TASK (?:ERROR: )?(.*)$/.exec(lines.at(-1) ?? '') ?? [];
      add(draft, at.upid ?? '', lines, ended, undefined);
    },
  },
  {
    path: TASK,
    methods: ['GET', 'DELETE'],
    means: (draft, { said, exchange }, at) => void (NONE.test(said) || exchange.method === 'GET' || add(draft, at.upid ?? '', [], undefined, undefined)),
  },
  { path: '/nodes/{node}/tasks', methods: ['GET'], means: (draft, scene, at) => listed(draft, scene, at.node ?? '') },
  {
    // What is logged is about tasks.
    path: '/cluster/log',
    methods: ['GET'],
    means: (draft, { data }) => {
      for (const at of records(data).keys()) filler(draft, draft.home, at, 1_795_167_000 + at, { type: 'qmstart', id: '100', user: 'root@pam' }, 'OK');
    },
  },
  { path: '/cluster/tasks', methods: ['GET'], means: (draft, { data }) => each(records(data).reverse(), (entry) => told(draft, entry)) },
];

function add(draft: Draft, upid: string, log: readonly string[], exitstatus: string | undefined, endtime: number | undefined): void {
  node(draft, upid.split(':')[1] ?? '');
  const closing = exitstatus === undefined ? [] : [/^(OK$|WARNINGS:)/.test(exitstatus) ? `TASK ${exitstatus}` : `TASK ERROR: ${exitstatus}`];
  const lines = log.length > 0 ? log : closing;
  draft.tasks.set(upid, { upid, log: lines, ...(exitstatus === undefined ? {} : { exitstatus }), ...(endtime === undefined ? {} : { endtime }) });
}

function told(draft: Draft, entry: Fields): void {
  const [upid, status] = [text(entry, 'upid'), text(entry, 'status')];
  if (upid === undefined) return;
  const running = number(entry, 'endtime') === undefined || status === undefined || RUNNING.test(status);
  add(draft, upid, [], running ? undefined : status, number(entry, 'endtime'));
}

/** What each filter lets through and what it must not. */
function listed(draft: Draft, { data, params, exchange }: Scene, on: string): void {
  const entries = records(data);
  // Of those that began in one second, the one that ended last is the first in a list.
  for (const entry of entries.toReversed()) told(draft, entry);
  const body = records([exchange.answer.body])[0] ?? {};
  const starts = entries.map((entry) => number(entry, 'starttime') ?? 0);
  const [oldest, newest] = entries.length > 0 ? [Math.min(...starts), Math.max(...starts)] : [1_795_167_000, 1_795_167_000];
  const skipped = Number(params.start ?? 0);
  const wanted = params.statusfilter?.split(/[,; ]/)[0] ?? (params.errors === '1' ? 'error' : 'ok');
  const exit = { ok: 'OK', warning: 'WARNINGS: 1', error: 'job errors', unknown: 'unexpected status' }[wanted] ?? 'OK';
  const like = {
    type: params.typefilter ?? 'qmstart',
    id: params.vmid ?? '100',
    user: params.userfilter?.includes('@') ? params.userfilter : `${params.userfilter ?? 'root'}@pam`,
  };
  const more = Math.max(0, (number(body, 'total') ?? 0) - entries.length);
  for (let i = 0; i < more; i++) filler(draft, on, i, i < skipped ? newest + 10 + i : oldest - 10 - i, like, exit);
  if (entries.length === 0 || params.source === 'active' || skipped > 0) return;
  const late = newest + 1000;
  if (params.vmid !== undefined) filler(draft, on, 9001, late, { ...like, id: String(Number(params.vmid) + 1) }, exit);
  if (params.typefilter !== undefined) filler(draft, on, 9002, late, { ...like, type: 'srvreload' }, exit);
  if (params.errors === '1' || (params.statusfilter !== undefined && wanted !== 'ok')) filler(draft, on, 9003, late, like, 'OK');
  if (wanted === 'ok' && params.statusfilter === 'ok') filler(draft, on, 9004, late, like, 'job errors');
  if (params.source !== 'all') filler(draft, on, 9005, late, like, undefined);
}

function filler(
  draft: Draft,
  on: string,
  i: number,
  at: number,
  { type, id, user }: { readonly type: string; readonly id: string; readonly user: string },
  exit: string | undefined,
): void {
  const hex = (value: number) => value.toString(16).toUpperCase().padStart(8, '0');
  add(draft, `UPID:${on}:${hex(0x7000 + i)}:${hex(0x90000 + i)}:${hex(at)}:${type}:${id}:${user}:`, [], exit, exit === undefined ? undefined : at + 1);
}
