import { dayAndClock } from '../../core/time.ts';
import type { Cell } from '../../core/types.ts';
import { list, quoted, type Said, say } from '../../core/words.ts';
import { daysLeft } from '../certs.ts';
import type { OnHost, Remark } from './list.ts';

const REMARKS: Readonly<Record<Remark, Said>> = {
  stale: say({ en: 'SERVED ≠ FILE: not reloaded', zh: '所用证书 ≠ 文件：未重新加载' }),
  unserved: say({ en: 'not served', zh: '未使用' }),
  stranger: say({ en: 'not for this host’s name', zh: '不适用于此主机名' }),
  unread: say({ en: 'CANNOT BE READ', zh: '无法读取' }),
};

/** Host, where, names, issuer, until, days, key, fingerprint, remarks. `soon`: how many days before the end that is said. */
export function rowOf({ host, place, certificate, remarks }: OnHost, now: number, soon: number): Cell[] {
  if (!certificate) return [host, quoted(place), '', '', '', '', '', '', list(remarks.map((one) => REMARKS[one]))];
  const days = daysLeft(certificate, now);
  const age = days < 0 ? [say({ en: 'EXPIRED', zh: '已过期' })] : days < soon ? [say({ en: 'expires soon', zh: '即将过期' })] : [];
  const own = certificate.subject === certificate.issuer ? say({ en: 'itself', zh: '自签名' }) : quoted(commonName(certificate.issuer));
  const names = certificate.names.slice(0, 3).join(' ') + (certificate.names.length > 3 ? ` +${certificate.names.length - 3}` : '');
  return [
    host,
    quoted(place),
    quoted(names),
    own,
    dayAndClock(certificate.until * 1000).slice(0, 10),
    days,
    quoted(certificate.key),
    certificate.fingerprint.slice(0, 11),
    list([...age, ...remarks.map((one) => REMARKS[one])]),
  ];
}

/** The CN of a name as openssl (`CN=…,O=…`) or Proxmox (`/CN=…`, `CN = …`) writes it, else the whole. */
function commonName(name: string): string {
  return /CN ?= ?((?:\\.|[^,/])*)/.exec(name)?.[1]?.replaceAll('\\', '') ?? name;
}
