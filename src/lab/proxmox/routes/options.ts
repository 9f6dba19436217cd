import { needs } from '../gates.ts';
import { visible } from '../guests/figures.ts';
import { bool, int, text } from '../params.ts';
import { may } from '../permissions.ts';
import { type Answer, type Ask, ok, type Route } from '../route.ts';
import { newestFirst, seenTasks } from '../tasklist.ts';
import { seconds } from '../world.ts';
import { single } from './single.ts';

const modify = needs('/', 'Sys.Modify');
const OPTIONS = { keyboard: 'en-us', mac_prefix: 'BC:24:11' };

/** Options of the cluster, and what goes on in it. */
export const OPTION_ROUTES: readonly Route[] = [
  { method: 'GET', path: '/cluster/options', run: options },
  ...single({ path: '/cluster/options', modify, plain: () => OPTIONS }).slice(1),
  { method: 'GET', path: '/cluster/log', params: { max: int(1) }, run: log },
  { method: 'GET', path: '/cluster/metrics/export', params: { history: bool, 'local-only': bool, 'node-list': text(), 'start-time': int(0) }, run: metrics },
];

function options(ask: Ask): Answer {
  if (!may(ask.who, '/', 'Sys.Audit')) return ok({});
  return ok(ask.world.kept.get('/cluster/options')?.get('') ?? OPTIONS);
}

/** Who did what: the newest first. */
function log({ world, who, given }: Ask): Answer {
  const tasks = newestFirst(seenTasks(world, who, [...world.nodes.keys()])).slice(0, given.number('max') ?? 50);
  const rows = tasks.map(({ upid, node, starttime, user, exitstatus }, at) => {
    const said = {
      pri: 6,
      tag: 'pvedaemon',
      msg: `${exitstatus === undefined ? 'starting' : 'end'} task ${upid}${exitstatus === undefined ? '' : ` ${exitstatus}`}`,
    };
    return { uid: at + 1, id: `${at + 1}:${node}`, time: starttime, node, user, pid: 1201, ...said };
  });
  return ok(rows);
}

function metrics({ world, who }: Ask): Answer {
  const guests = visible(world, who).map(({ type, vmid, status }) => ({
    id: `${type}/${vmid}`,
    metric: 'uptime',
    value: status === 'stopped' ? 0 : 600,
    timestamp: seconds(),
    type: 'gauge',
  }));
  return ok({ data: guests });
}
