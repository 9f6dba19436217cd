import { readApi } from '../../core/read.ts';
import type { ApiRead } from '../../core/types.ts';
import { type Row, row, rows, text } from './fields.ts';
import { guestPath, type Place } from './guest-reads.ts';

/** What a guest's agent says to one question; its answers stand in `result`. */
function asked<T>(place: Place, question: string, parse: (result: unknown) => T): ApiRead<T> {
  return readApi({ path: guestPath(place, 'agent', question), parse: ({ data }) => parse(row(data).result) });
}

/** The system inside, as the agent names it: `GET …/agent/get-osinfo`. */
export const osInfo = (place: Place): ApiRead<Row> => asked(place, 'get-osinfo', row);
/** `GET …/agent/get-host-name`. */
export const hostName = (place: Place): ApiRead<string> => asked(place, 'get-host-name', (result) => text(row(result), 'host-name') ?? '');

/** An interface inside; an address is written with its prefix. Some have none. */
export interface Inside {
  readonly name: string;
  readonly mac: string;
  readonly addresses: readonly string[];
}
/** `GET …/agent/network-get-interfaces`. */
export const interfaces = (place: Place): ApiRead<Inside[]> =>
  asked(place, 'network-get-interfaces', (result) =>
    rows(result).map((from) => ({
      name: text(from, 'name') ?? '',
      mac: text(from, 'hardware-address') ?? '',
      addresses: rows(from['ip-addresses']).map((one) => `${text(one, 'ip-address') ?? '?'}/${text(one, 'prefix') ?? '?'}`),
    })),
  );
