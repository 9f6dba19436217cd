import type { Raw } from './form.ts';
import * as kinds from './kinds.ts';
import { checkParams, given, text } from './params.ts';
import type { Who } from './permissions.ts';
import { die, Refused } from './refused.ts';
import type { Answer, Ask, Match } from './route.ts';
import type { Node, World } from './world.ts';

/** Carries out a call that has been found for somebody who is known: permission, forwarding, parameters, then the thing itself. Throws Refused. */
export async function dispatch(world: World, entry: Node, { route, parts }: Match, path: string, raw: Raw, who: Who): Promise<Answer> {
  for (const name of Object.keys(raw)) if (name in parts) throw new Refused(400, `Parameter verification failed - duplicate parameter '${name}'`);
  if (route.ticketOnly && who.token !== undefined) throw new Refused(403, `URI '${path}' not available with API token, need proper ticket.`);
  const early = (name: string) => parts[name] ?? (typeof raw[name] === 'object' ? '' : String(raw[name] ?? ''));
  route.gate?.({ world, who, text: early });
  const at = parts.node === undefined || route.here ? entry : forward(world, entry, parts.node);
  const named = Object.fromEntries(Object.keys(parts).map((name) => [name, name === 'vmid' ? kinds.vmid : text(1024)]));
  const checked = checkParams({ ...raw, ...parts }, { ...route, params: { ...route.params, ...named } });
  const ask: Ask = { world, who, at, given: given(checked.all), text: checked.text };
  const answer = await route.run(ask);
  const forked = typeof answer.data === 'string' && answer.data.startsWith('UPID:');
  if (route.method !== 'GET' && !forked && !route.open) world.effects.push(`${route.method} ${path}`);
  return answer;
}

/** The node a call is passed on to: 595 when it does not answer. */
function forward(world: World, entry: Node, name: string): Node {
  if (name === 'localhost') return entry;
  const node = world.nodes.get(name);
  if (!node) throw die(`hostname lookup '${name}' failed - failed to get address info for: ${name}: Name or service not known`);
  if (!node.online) throw new Refused(595, 'No route to host', { empty: true });
  return node;
}
