import type { Rule } from './draft.ts';
import { guest, node, sid } from './make.ts';

const VMID = '(?:VM|CT) (\\d+)';

/** What the words of an answer say about the state, whatever was asked. They are believed over the path. */
export const WORDS: readonly Rule[] = [
  {
    says: /Configuration file '(?:\/etc\/pve\/)?nodes\/[^']*\/(\d+)\.conf' does not exist/,
    means: (draft, _, __, [vmid = '']) => void draft.guests.delete(Number(vmid)),
  },
  {
    says: /no such (?:VM|CT) \('?(\d+)'?\)|unable to find (?:configuration file for )?(?:VM|CT) '?(\d+)/,
    means: (draft, _, __, [one, two]) => void draft.guests.delete(Number(one ?? two)),
  },
  {
    says: /(VM|CT) (\d+)(?:: config file)? already exists(?: on node '([^']+)')?/,
    means: (draft, _, at, [kind, vmid = '', on]) => void guest(draft, Number(vmid), kind === 'CT' ? 'lxc' : 'qemu', on ?? at.node ?? draft.home),
  },
  { says: /(?:vmid|newid): (?:VM|CT) (\d+) already exists/, means: (draft, _, __, [vmid = '']) => void guest(draft, Number(vmid), 'qemu', draft.home) },
  {
    says: /(?:VM|CT) is locked \((\S+)\)/,
    means: (draft, _, at, [kind = '']) => {
      const known = draft.guests.get(Number(at.vmid));
      if (known !== undefined) known.config.lock = kind;
    },
  },
  {
    says: /can't lock file '[^']*?(\d+)\.(?:conf|lock)'|can't lock file/,
    means: (draft, _, at, [vmid]) => {
      const known = draft.guests.get(Number(vmid ?? at.vmid));
      if (known !== undefined) known.flocked = true;
    },
  },
  {
    says: /No QEMU guest agent configured/,
    means: (draft, _, at) => {
      const known = draft.guests.get(Number(at.vmid));
      if (known !== undefined) delete known.config.agent;
    },
  },
  {
    says: /QEMU guest agent is not running/,
    means: (draft, _, at) => {
      const known = draft.guests.get(Number(at.vmid));
      if (known === undefined) return;
      Object.assign(known, { status: 'running' }).config.agent = '1';
      delete known.agent;
    },
  },
  { says: new RegExp(`${VMID} (?:is )?not running`), means: (draft, _, at, [vmid]) => setStatus(draft.guests.get(Number(vmid ?? at.vmid)), 'stopped') },
  { says: new RegExp(`${VMID} (?:is|already) running`), means: (draft, _, at, [vmid]) => setStatus(draft.guests.get(Number(vmid ?? at.vmid)), 'running') },
  {
    says: /(?:migrate|running) running VM|without --online|without --restart|CT is running/,
    means: (draft, _, at) => setStatus(draft.guests.get(Number(at.vmid)), 'running'),
  },
  {
    says: /protection mode enabled/,
    means: (draft, _, at) => {
      const known = draft.guests.get(Number(at.vmid));
      if (known !== undefined) known.config.protection = 1;
    },
  },
  {
    says: /(?:used|managed) (?:in|by) HA/i,
    means: (draft, _, at) => {
      const known = draft.guests.get(Number(at.vmid));
      if (known !== undefined) draft.ha[sid(known)] = { state: 'started' };
    },
  },
  {
    says: /(?:is a template|template)(?! does not)/,
    means: (draft, { good }, at) => {
      const known = draft.guests.get(Number(at.vmid));
      if (known !== undefined && !good) Object.assign(known, { template: true }).config.template = 1;
    },
  },
  { says: /hostname lookup '([^']+)' failed/, means: (draft, _, __, [name = '']) => void draft.nodes.delete(name) },
  {
    says: /snapshot name '([^']+)' already used/,
    means: (draft, _, at, [name = '']) => void draft.guests.get(Number(at.vmid))?.snapshots.push({ name, at: 1_795_167_000 }),
  },
  {
    path: '/nodes/{node}/**',
    means: (draft, { status }, at) => {
      if (status === 595) node(draft, at.node ?? '').online = false;
    },
  },
];

function setStatus(known: { status?: 'running' | 'stopped' | 'paused' } | undefined, status: 'running' | 'stopped'): void {
  if (known !== undefined) known.status = status;
}
