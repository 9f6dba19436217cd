import { guestOf } from '../guests/crm.ts';
import { type Answer, type Ask, ok } from '../route.ts';
import { type Node, quorate, seconds, type World } from '../world.ts';

/** `GET /cluster/ha/status/current`: quorum, watchdog, master, each node's resource manager and each resource. */
export function status({ world, at }: Ask): Answer {
  const when = localtime(new Date());
  const first = { type: 'quorum', id: 'quorum', node: at.name };
  const has = quorate(world);
  const quorum = { ...first, quorate: has ? 1 : 0, status: has ? 'OK' : `No quorum on node '${at.name}'!` };
  // Nothing is armed until a master has taken up the first resource.
  const armed = [...world.ha.values()].some(({ crm }) => crm !== 'queued');
  const watchdog = armed ? 'armed (CRM watchdog active)' : 'standby (CRM watchdog standby)';
  const fencing = { type: 'fencing', id: 'fencing', node: at.name, status: watchdog, 'armed-state': armed ? 'armed' : 'standby' };
  const online = [...world.nodes.values()].filter((node) => node.online);
  const master = online[0]?.name ?? at.name;
  const lrms = [...world.nodes.values()].map((node) => ({
    ...{ type: 'lrm', id: `lrm:${node.name}`, node: node.name, timestamp: seconds() },
    status: `${node.name} (${lrmState(world, node)}, ${when})`,
  }));
  const services = [...world.ha.values()].map(({ sid, state, crm, more }) => {
    const node = guestOf(world, sid)?.node ?? master;
    const seen = crm === 'queued' || world.nodes.get(node)?.online ? crm : 'fence';
    return {
      type: 'service',
      id: `service:${sid}`,
      sid,
      node,
      state: seen,
      ...(crm === 'queued' ? {} : { crm_state: seen }),
      request_state: state,
      status: `${sid} (${node}, ${seen})`,
      max_relocate: 1,
      max_restart: 1,
      failback: 1,
      ...more,
    };
  });
  if (!armed) return ok([quorum, fencing, ...services]);
  return ok([
    quorum,
    fencing,
    { type: 'master', id: 'master', node: master, status: `${master} (active, ${when})`, timestamp: seconds() },
    ...lrms,
    ...services,
  ]);
}

/** A moment as Perl writes it: `Fri Nov  6 09:40:00 2026`. */
function localtime(at: Date): string {
  const [day = '', date = '', month = '', year = '', time = ''] = at.toUTCString().replace(',', '').split(' ');
  return `${day} ${month} ${String(Number(date)).padStart(2)} ${time} ${year}`;
}

function lrmState(world: World, { name, online, maintenance }: Node): string {
  if (!online) return 'old timestamp - dead?';
  if (maintenance) return 'maintenance mode';
  return [...world.ha.keys()].some((sid) => guestOf(world, sid)?.node === name) ? 'active' : 'idle';
}
