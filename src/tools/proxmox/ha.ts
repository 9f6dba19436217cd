import { Refusal } from '../../core/errors.ts';
import type { Hazard } from '../../core/risk.ts';
import type { ApiStep } from '../../core/types.ts';
import { say } from '../../core/words.ts';
import { exactly } from '../guests/naming.ts';
import { type Known, sidOf } from './guest.ts';

/** For a guest that HA manages the call only asks: it is over when the CRM has come to rest. */
export function haEnd({ guest, now }: Known, until: 'started' | 'stopped', node?: string): Pick<ApiStep, 'ha'> {
  if (now.ha === undefined) return {};
  return { ha: { sid: sidOf(guest), until, ...(node === undefined ? {} : { node }) } };
}

/** What a power verb makes of the state that HA is to keep. */
export function flips({ guest, now }: Known, to: 'started' | 'stopped'): Pick<Hazard, 'ha'> {
  if (now.ha === undefined) return {};
  return { ha: { sid: sidOf(guest), state: now.ha, ...(now.ha === to ? {} : { flips: to }) } };
}

/** Throws Refusal when HA has given a guest up: it heeds nothing until it is disabled once. */
export function mustNotBeInError({ guest, now }: Known): void {
  const crm = guest.all.guests.find(({ vmid }) => vmid === guest.vmid)?.hastate;
  if (now.ha !== 'error' && !(now.ha !== undefined && crm === 'error')) return;
  throw new Refusal(
    say({ en: 'HA has given up on {name} (state error) and heeds nothing', zh: 'HA 已放弃 {name}（error 状态），不接受任何请求' }, { name: exactly(guest) }),
    say(
      {
        en: 'look why, then `ha-manager set {sid} --state disabled` on a node lets it begin anew',
        zh: '查明原因后，在节点上执行 `ha-manager set {sid} --state disabled` 以重新开始',
      },
      { sid: sidOf(guest) },
    ),
  );
}
