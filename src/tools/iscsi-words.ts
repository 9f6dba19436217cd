import { word } from '../core/args.ts';
import type { Host } from '../core/command.ts';
import { Refusal } from '../core/errors.ts';
import { say } from '../core/words.ts';
import { atMost } from './at-most.ts';
import type { IscsiTarget } from './iscsi.ts';

/** An iSCSI qualified name: RFC 3720, 3.2.6.3. */
export const iqn = () => word(/^(iqn\.\d{4}-\d{2}\.[a-z0-9.-]+(:[A-Za-z0-9._:-]+)?|eui\.[0-9A-Fa-f]{16})$/, { en: 'IQN', zh: 'IQN' });
/** An address, with a port where it is not 3260. */
export const portal = () => word(/^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9][A-Za-z0-9.-]*)(:\d{1,5})?$/, { en: 'PORTAL', zh: '门户地址' });

/** With its port. */
export function wholePortal(text: string): string {
  return /(^[^:[\]]+|\]):\d+$/.test(text) ? text : `${text}:3260`;
}

/** The record of a target. Throws Refusal where there is none; `portal` may be left out where it is known at one only. */
export function targetOf(host: Host, all: readonly IscsiTarget[], name: string, portal?: string): IscsiTarget {
  const found = all.filter((one) => one.iqn === name && (portal === undefined || one.portal === wholePortal(portal)));
  if (found.length === 1 && found[0]) return found[0];
  throw new Refusal(
    found.length === 0
      ? say({ en: '{host} does not know {name}; nothing was done', zh: '{host} 不知道 {name}；未做任何操作' }, { host: host.name, name })
      : say(
          { en: '{host} knows {name} at several portals: {all}', zh: '{host} 在多个门户上有 {name}：{all}' },
          { host: host.name, name, all: atMost(found.map((one) => one.portal)) },
        ),
    say({ en: 'known: {all}', zh: '已知：{all}' }, { all: atMost(all.map((one) => `${one.iqn} ${one.portal}`)) }),
  );
}
