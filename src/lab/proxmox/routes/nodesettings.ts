import { createHash } from 'node:crypto';
import { needs } from '../gates.ts';
import { format, text } from '../params.ts';
import { type Ask, ok, type Route } from '../route.ts';
import { seconds } from '../world.ts';
import { entriesAt, filled } from './kept.ts';
import { single } from './single.ts';

const modify = needs('/nodes/{node}', 'Sys.Modify');
const audit = needs('/nodes/{node}', 'Sys.Audit');
const ip = format(/^[0-9a-f.:]+$/i, () => 'value does not look like a valid IP address');
const node = '/nodes/{node}';

/** The settings of a node: names, addresses, time. */
export const NODE_SETTINGS: readonly Route[] = [
  ...single({
    ...{ path: `${node}/dns`, audit, modify, fields: 'search!', edits: '', kinds: { dns1: ip, dns2: ip, dns3: ip } },
    plain: () => ({ search: 'example.org', dns1: '192.0.2.53', dns2: '198.51.100.53' }),
  }),
  ...single({ path: `${node}/hosts`, audit: needs('/', 'Sys.Audit'), modify, fields: 'data!', edits: 'digest', method: 'POST', plain: hosts }),
  ...single({
    ...{ looks: 'property', path: `${node}/config`, audit: needs('/', 'Sys.Audit'), modify: needs('/', 'Sys.Modify') },
    plain: () => ({ digest: createHash('sha1').update('').digest('hex') }),
  }),
  { method: 'GET', path: `${node}/time`, gate: audit, run: (ask) => ok({ timezone: zone(ask), time: seconds(), localtime: seconds() }) },
  { method: 'PUT', path: `${node}/time`, gate: modify, params: { 'timezone!': text() }, run: setZone },
];

function hosts({ world }: Ask) {
  const data = ['127.0.0.1 localhost.localdomain localhost', ...[...world.nodes.values()].map(({ ip: at, name }) => `${at} ${name}.example.org ${name}`), ''];
  return { data: data.join('\n'), digest: createHash('sha1').update(data.join('\n')).digest('hex') };
}

function zone(ask: Ask): unknown {
  return entriesAt(ask.world, filled(`${node}/time`, ask)).get('')?.timezone ?? 'UTC';
}

function setZone(ask: Ask) {
  entriesAt(ask.world, filled(`${node}/time`, ask)).set('', { timezone: ask.text('timezone') });
  return ok();
}
