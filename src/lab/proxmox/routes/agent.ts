import { needsAny } from '../gates.ts';
import { agentSays } from '../guests/agent.ts';
import { oneOf } from '../params.ts';
import { type Answer, type Ask, ok, type Route } from '../route.ts';
import { answering } from './agentdoes.ts';

const READS = [
  ...['get-fsinfo', 'get-host-name', 'get-memory-block-info', 'get-memory-blocks', 'get-osinfo', 'get-time', 'get-timezone', 'get-users', 'get-vcpus'],
  ...['info', 'network-get-interfaces'],
];
const WRITES = ['fsfreeze-freeze', 'fsfreeze-status', 'fsfreeze-thaw', 'fstrim', 'ping', 'shutdown', 'suspend-disk', 'suspend-hybrid', 'suspend-ram'];
const MORE = ['exec', 'exec-status', 'file-read', 'file-write', 'set-user-password'];
const path = '/nodes/{node}/qemu/{vmid}/agent';
const audit = ['VM.GuestAgent.Audit', 'VM.GuestAgent.Unrestricted'];
const files = ['VM.GuestAgent.FileSystemMgmt', 'VM.GuestAgent.Unrestricted'];
const all = ['VM.GuestAgent.Unrestricted'];
const on = (...privileges: readonly string[]) => ({ gate: needsAny('/vms/{vmid}', ...privileges) });

/** What the agent within a guest is asked. */
export const AGENT: readonly Route[] = [
  { method: 'GET', path, run: () => ok([...READS, ...WRITES, ...MORE].sort().map((name) => ({ name }))) },
  { method: 'POST', path, ...on(...all), params: { 'command!': oneOf(...[...READS, ...WRITES].sort()) }, run: (ask) => tell(ask, ask.text('command')) },
  ...READS.map((command): Route => ({ method: 'GET', path: `${path}/${command}`, ...on(...audit), run: (ask) => tell(ask, command) })),
  ...WRITES.map((command): Route => ({ method: 'POST', path: `${path}/${command}`, ...on(...privileges(command)), run: (ask) => tell(ask, command) })),
];

function privileges(command: string): readonly string[] {
  return command === 'ping' ? audit : command.startsWith('fs') ? files : all;
}

function tell(ask: Ask, command: string): Answer {
  return ok({ result: agentSays(ask.world, answering(ask), command) });
}
