import type { Declared, HostBackup } from '../src/core/declared.ts';
import type { SecretRef } from '../src/core/types.ts';
import type { Config } from './schema.ts';

/** What a configuration declares for plans, besides hosts and programs. */
export function declaredOf({ hosts, probes, certificates, doctor, domains, dns }: Config): Declared {
  const { rootBackup, controllers, ...rules } = doctor;
  return {
    probes: probes.map(({ from, ...probe }) => {
      const asks = from === undefined ? undefined : hosts[from];
      return { ...defined(probe), ...(from === undefined ? {} : { from: { host: from, sites: asks ? [asks.site, ...(asks.sites ?? [])] : [] } }) };
    }),
    certificates: certificates.map((one) => defined(one)),
    domains: Object.entries(domains).map(([name, { user, password }]) => ({ name, user, password: secretRef(password) })),
    zones: Object.entries(dns).map(([name, { key, ...rest }]) => ({ name, ...rest, key: { ...key, secret: secretRef(key.secret) } })),
    doctor: {
      ...rules,
      rootBackupMs: rootBackup,
      controllers: controllers.map(({ iothread, ...rest }) => ({ ...rest, iothread: iothread === 'forbidden' })),
    },
  };
}

/** The backups a host's configuration declares. */
export function backupsOf(backups: Config['hosts'][string]['backups']): HostBackup[] {
  return Object.entries(backups).map(([name, { maxAge, password, requiresMount, keep, ...rest }]) => ({
    ...rest,
    name,
    maxAgeMs: maxAge,
    keep: defined(keep),
    ...(password === undefined ? {} : { password: secretRef(password) }),
    ...(requiresMount === undefined ? {} : { requiresMount }),
  }));
}

/** `env:NAME` or `file:/path` as steps carry it. */
export function secretRef(text: string): SecretRef {
  return text.startsWith('env:') ? { env: text.slice('env:'.length) } : { file: text.slice('file:'.length) };
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Without the keys that have no value. */
function defined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as Defined<T>;
}
