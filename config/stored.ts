import { alerts } from './alerts.ts';
import type { Config } from './schema.ts';
import { doctor } from './upkeep.ts';

/** A stored configuration, which was valid when it was stored: what this version knows besides is as where nothing is said. */
export function fromStored(json: string): Config {
  const old: Config = JSON.parse(json);
  const hosts = Object.entries(old.hosts).map(([name, host]) => [name, { ...host, backups: host.backups ?? {} }]);
  return {
    ...old,
    hosts: Object.fromEntries(hosts),
    probes: old.probes ?? [],
    certificates: old.certificates ?? [],
    doctor: old.doctor ?? doctor.parse({}),
    alerts: old.alerts ?? alerts.parse({}),
    domains: old.domains ?? {},
    dns: old.dns ?? {},
  };
}
