import { needsAny } from '../gates.ts';
import { agentOn } from '../guests/figures.ts';
import { guestAt } from '../guests/find.ts';
import { bool, int, many, text } from '../params.ts';
import { die } from '../refused.ts';
import { type Answer, type Ask, ok, type Route } from '../route.ts';
import type { Guest } from '../world.ts';

const path = '/nodes/{node}/qemu/{vmid}/agent';
const all = ['VM.GuestAgent.Unrestricted'];
const on = (...privileges: readonly string[]) => ({ gate: needsAny('/vms/{vmid}', ...privileges) });

/** What the agent within a guest does: commands, files, passwords. */
export const AGENT_DOES: readonly Route[] = [
  { method: 'POST', path: `${path}/exec`, ...on(...all), params: { 'command!': many(text(65_536)), 'input-data': text(65_536) }, run: execute },
  { method: 'GET', path: `${path}/exec-status`, ...on(...all), params: { 'pid!': int() }, run: executed },
  {
    method: 'GET',
    path: `${path}/file-read`,
    ...on('VM.GuestAgent.FileRead', ...all),
    params: { 'file!': text(), count: int(0), decode: bool, offset: int() },
    run: (ask) => {
      answering(ask);
      return ok({ content: '', 'bytes-read': 0 });
    },
  },
  {
    method: 'POST',
    path: `${path}/file-write`,
    ...on('VM.GuestAgent.FileWrite', ...all),
    params: { 'file!': text(), 'content!': text(60 * 1024), encode: bool },
    run: done,
  },
  {
    method: 'POST',
    path: `${path}/set-user-password`,
    ...on(...all),
    params: { 'username!': text(), 'password!': text(1024), crypted: bool },
    run: (ask) => {
      answering(ask);
      return ok({ result: {} });
    },
  },
];

/** The guest, when its agent answers; else throws which of the three it is that stands in the way. */
export function answering(ask: Ask): Guest {
  const guest = guestAt(ask, 'qemu');
  if (!agentOn(guest)) throw die('No QEMU guest agent configured');
  if (guest.status === 'stopped') throw die(`VM ${guest.vmid} is not running`);
  if (!guest.agent || guest.status === 'paused') throw die('QEMU guest agent is not running');
  return guest;
}

function done(ask: Ask): Answer {
  answering(ask);
  return ok();
}

/** It is done as soon as it is begun, and prints nothing. */
function execute(ask: Ask): Answer {
  answering(ask);
  return ok({ pid: ask.world.random.int(4000, 24_000) });
}

function executed(ask: Ask): Answer {
  answering(ask);
  return ok({ exited: 1, exitcode: 0, 'out-data': '' });
}
