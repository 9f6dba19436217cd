import { type Call, effect, fail, type Program } from '../program.ts';

/** `qm unlock VMID`: what only root on a node may do. */
export const qm: Program = (call) => unlock(call, 'qm', 'qemu');
/** `pct unlock VMID`. */
export const pct: Program = (call) => unlock(call, 'pct', 'lxc');

/** `ha-manager crm-command node-maintenance enable|disable NODE`. */
export const haManager: Program = (call) => {
  const [, command, action, verb, node, ...rest] = call.argv;
  if (command !== 'crm-command' || action !== 'node-maintenance' || (verb !== 'enable' && verb !== 'disable'))
    return fail(call, `ERROR: unknown command 'ha-manager ${[command, action, verb].join(' ').trim()}'`, 255);
  if (node === undefined || rest.length > 0) return fail(call, `400 not enough arguments\nha-manager crm-command node-maintenance ${verb} <node>`, 255);
  effect(call, 'ha-manager', 'node-maintenance', verb, node);
  const error = call.machine.node?.maintain(node, verb === 'enable');
  return error === undefined ? 0 : fail(call, error, 2);
};

function unlock(call: Call, name: string, type: 'qemu' | 'lxc'): number {
  const [, command, vmid, ...rest] = call.argv;
  if (command !== 'unlock') return fail(call, `ERROR: unknown command '${name} ${command ?? ''}'`, 255);
  if (vmid === undefined) return fail(call, `400 not enough arguments\n${name} unlock <vmid>`, 255);
  if (rest.length > 0) return fail(call, `400 too many arguments\n${name} unlock <vmid>`, 255);
  if (!/^\d+$/.test(vmid))
    return fail(call, `400 Parameter verification failed.\nvmid: type check ('integer') failed - got '${vmid}'\n${name} unlock <vmid>`, 255);
  effect(call, name, 'unlock', vmid);
  const error = call.machine.node?.unlock(type, Number(vmid));
  return error === undefined ? 0 : fail(call, error, 2);
}
