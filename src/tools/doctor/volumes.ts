import { partOf, type Sections } from './sections.ts';

/** A logical volume: lvs(8) with the fields `vg_name,lv_name,lv_attr,lv_health_status,data_percent,metadata_percent`. Shares in per cent. */
export interface Volume {
  readonly name: string;
  readonly attr: string;
  readonly health: string;
  readonly data: number | undefined;
  readonly metadata: number | undefined;
}

/** Undefined without lvs. */
export function volumes(all: Sections): readonly Volume[] | undefined {
  return partOf(all, 'lvs')?.flatMap((line) => {
    const [vg = '', lv = '', attr = '', health = '', data = '', metadata = ''] = line.trim().split('|');
    const share = (text: string) => (text === '' ? undefined : Number(text));
    // What stands between brackets is a part of another.
    return lv === '' || lv.startsWith('[') ? [] : [{ name: `${vg}/${lv}`, attr, health, data: share(data), metadata: share(metadata) }];
  });
}
