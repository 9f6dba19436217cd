import { read } from '../../core/read.ts';
import type { Read } from '../../core/types.ts';
import { shell } from '../shell.ts';
import { sections } from './sections.ts';

/** What chronyd says of itself and its servers. `reach`: which of the last eight requests were answered, as eight bits. */
export interface Chrony {
  /** Undefined when chronyd does not answer. */
  readonly tracking: { readonly leap: string; readonly offset: number; readonly stratum: number } | undefined;
  readonly sources: readonly { readonly name: string; readonly state: string; readonly reach: number }[];
}

const BODY = `command -v chronyc >/dev/null 2>&1 || exit 0
echo "== tracking"; timeout 4 chronyc -c -n tracking 2>&1
echo "== sources"; timeout 4 chronyc -c -n sources 2>&1 | head -n 100
exit 0`;

/** `chronyc -c tracking` and `sources`: comma-separated values, chronyc(1). Undefined where there is no chronyc. */
export function chrony(): Read<Chrony | undefined> {
  return read({ argv: shell('doctor-chrony', BODY), parse: parseChrony });
}

export function parseChrony(output: string): Chrony | undefined {
  const parts = sections(output);
  if (!parts.has('tracking')) return undefined;
  const fields = (parts.get('tracking')?.[0] ?? '').split(',');
  const sources = (parts.get('sources') ?? []).flatMap((line) => {
    const [, state = '', name = '', , , reach = ''] = line.split(',');
    return line.split(',').length >= 10 ? [{ name, state, reach: Number.parseInt(reach, 8) || 0 }] : [];
  });
  const tracking = fields.length >= 14 ? { leap: fields.at(-1) ?? '', offset: Number(fields[4]), stratum: Number(fields[2]) } : undefined;
  return { tracking, sources };
}
