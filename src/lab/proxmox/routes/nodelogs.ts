import { needs } from '../gates.ts';
import { int, text } from '../params.ts';
import { type Ask, ok, type Route } from '../route.ts';

const syslog = needs('/nodes/{node}', 'Sys.Syslog');
const audit = needs('/nodes/{node}', 'Sys.Audit');
const node = '/nodes/{node}';

/** What a node writes down of itself. */
export const NODE_LOGS: readonly Route[] = [
  {
    method: 'GET',
    path: `${node}/syslog`,
    gate: syslog,
    params: { limit: int(0), service: text(128), since: text(), start: int(0), until: text() },
    run: lines,
  },
  {
    method: 'GET',
    path: `${node}/journal`,
    gate: syslog,
    params: { endcursor: text(), lastentries: int(0), since: int(0), startcursor: text(), until: int(0) },
    run: (ask) => ok(['s=1;i=1', ...log(ask), 's=1;i=9']),
  },
  { method: 'GET', path: `${node}/report`, gate: audit, run: ({ at, world }) => ok(`# hostname\n${at.name}\n\n# pveversion\npve-manager/${world.version}\n`) },
  { method: 'GET', path: `${node}/netstat`, gate: audit, run: netstat },
];

function log({ at }: Ask): readonly string[] {
  const stamp = new Date().toISOString().slice(0, 19);
  return [`${stamp} ${at.name} systemd[1]: Started session.`, `${stamp} ${at.name} pvedaemon[1201]: <root@pam> successful auth for user 'root@pam'`];
}

function lines(ask: Ask) {
  const all = log(ask).map((t, i) => ({ n: i + 1, t }));
  const [start, limit] = [ask.given.number('start') ?? 0, ask.given.number('limit') ?? 50];
  return { data: all.slice(start, start + limit), total: all.length };
}

function netstat({ world, at }: Ask) {
  const guests = [...world.guests.values()].filter((guest) => guest.node === at.name && guest.status !== 'stopped');
  return ok(guests.map(({ vmid }) => ({ vmid: String(vmid), dev: 'net0', in: String(vmid * 1000), out: String(vmid * 900) })));
}
