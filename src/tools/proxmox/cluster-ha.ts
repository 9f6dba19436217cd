import { apiPath } from '../../core/call.ts';
import { readApi } from '../../core/read.ts';
import type { ApiRead } from '../../core/types.ts';
import { flag, rows, text } from './fields.ts';

/** What high availability is doing. */
export interface HaStatus {
  readonly quorate: boolean;
  /** `armed`, `standby`, `disarming`, `disarmed`; since 9.2, before it undefined. */
  readonly armed: string | undefined;
  readonly fencing: string;
  readonly master: string;
  readonly lrms: readonly { readonly node: string; readonly status: string }[];
  readonly services: readonly HaService[];
}
/** A guest under its care: `sid` such as `vm:100`; what was asked for, and what the CRM is at. */
export interface HaService {
  readonly sid: string;
  readonly node: string;
  readonly asked: string;
  readonly state: string;
}

/** `GET /cluster/ha/status/current`. */
export function haStatus(): ApiRead<HaStatus> {
  return readApi({ path: apiPath`/cluster/ha/status/current`, parse: ({ data }) => parseHa(data) });
}

export function parseHa(data: unknown): HaStatus {
  const all = rows(data);
  const of = (type: string) => all.filter((from) => from.type === type);
  const [quorum, fencing, master] = [of('quorum')[0], of('fencing')[0], of('master')[0]];
  return {
    quorate: quorum === undefined || flag(quorum, 'quorate'),
    armed: fencing && text(fencing, 'armed-state'),
    fencing: (fencing && text(fencing, 'status')) ?? '',
    master: (master && text(master, 'status')) ?? '',
    lrms: of('lrm').map((from) => ({ node: text(from, 'node') ?? '', status: text(from, 'status') ?? '' })),
    services: of('service')
      .map((from) => ({
        sid: text(from, 'sid') ?? (text(from, 'id') ?? '').replace(/^service:/, ''),
        node: text(from, 'node') ?? '',
        asked: text(from, 'request_state') ?? '',
        state: text(from, 'crm_state') ?? text(from, 'state') ?? '',
      }))
      .sort((a, b) => (a.sid < b.sid ? -1 : 1)),
  };
}

/** What is asked for where the current status does not say it: `GET /cluster/ha/resources`, by sid. */
export function haAsked(): ApiRead<ReadonlyMap<string, string>> {
  return readApi({
    path: apiPath`/cluster/ha/resources`,
    parse: ({ data }) => new Map(rows(data).map((from) => [text(from, 'sid') ?? '', text(from, 'state') ?? 'started'])),
  });
}
