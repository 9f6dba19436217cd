import { hostsOf } from '../config/policy.ts';
import type { Config } from '../config/schema.ts';
import plan, { type PlanNeeds, planPart } from '../jobs/plan.ts';
import run, { type RunNeeds } from '../jobs/run.ts';
import spools, { SPOOLS_EVERY } from '../jobs/spools.ts';
import { type Host, SHELL_KINDS } from './core/command.ts';
import { digest } from './core/digest.ts';
import type { Commands, Hosts, Journals, Log } from './core/ports.ts';
import { redactEntry, redactError } from './core/redactvalue.ts';
import { vouching } from './core/vouched.ts';
import { Fleet, type Reachable } from './hosts/fleet.ts';
import type { ApiAccess } from './hosts/proxmox/access.ts';
import type { Timing } from './hosts/proxmox/timing.ts';
import type { ApiReachable } from './hosts/servers.ts';
import type { Access } from './hosts/ssh.ts';
import { plansOf, runsOf } from './messages.ts';
import { base, hiding, type Part } from './part.ts';
import { keepPresent } from './presence.ts';
import { read, type Take } from './queue/bullmq.ts';
import { loadChecks } from './registry.ts';
import { follow } from './settings.ts';
import { checkSigners, readSigned, type SignersFile } from './signersfile.ts';
import { counts } from './store/counts.ts';
import { files } from './store/files.ts';
import { findings } from './store/findings.ts';
import { freezes } from './store/freezes.ts';
import { leases } from './store/leases.ts';
import { locks } from './store/locks.ts';
import { journals, plans } from './store/plans.ts';
import { tasks } from './store/tasks.ts';
import { tickets } from './store/tickets.ts';

/** What a worker is started with. `timing`: how patient it is with the API of a Proxmox server. */
export interface WorkerOptions {
  readonly redis: string;
  readonly site: string;
  readonly commands: Commands;
  readonly log: Log;
  readonly timing?: Timing;
  readonly version?: string;
  /** How often it notes that it is there, in milliseconds. */
  readonly beatMs?: number;
  /** Who may sign what it performs, from which risk on; nothing of it comes from Redis. Without it, no signature is asked for. */
  readonly signers?: SignersFile;
}

/** Starts the worker of one site: that site's hosts, no chat. Throws StartError for signers that cannot be read. */
export async function startWorker(options: WorkerOptions): Promise<Part> {
  const { site, commands, timing, signers } = options;
  if (signers) checkSigners(signers);
  const log: Log = (text, detail) => options.log(hiding.redact(text), redactError(detail, hiding));
  const { redis, queues, send, close } = await base(options.redis, log);
  const leave = new AbortController();
  let fleet = new Fleet([]);
  const rules = follow(redis, ({ config }) => {
    const old = fleet;
    fleet = new Fleet(reachable(config, site), servers(config, site), { tasks: tasks(redis), ...(timing ? { timing } : {}) });
    setTimeout(() => old.close(), 60_000).unref(); // what runs over the old connections may finish
  });
  const hosts: Hosts = {
    look: (...args) => fleet.look(...args),
    recheck: (...args) => fleet.recheck(...args),
    exec: (...args) => fleet.exec(...args),
    wait: (...args) => fleet.wait(...args),
    probe: (...args) => fleet.probe(...args),
  };
  const counting = counts(redis);
  const checks = await loadChecks();
  const planNeeds = {
    site,
    commands,
    checks,
    hosts,
    rules,
    send,
    log,
    tickets: tickets(redis),
    plans: plans(redis),
    files: files(redis),
    redactor: hiding,
    findings: findings(redis, site),
  } satisfies PlanNeeds;
  const runNeeds: RunNeeds = {
    ...planNeeds,
    journals: redacted(journals(redis)),
    leases: leases(redis),
    locks: locks(redis),
    freezes: freezes(redis),
    counts: counting,
    leave: leave.signal,
    vouching: vouching(site, { signed: () => signers && readSigned(signers), planNow: (ticket) => planPart(ticket, { ...planNeeds, fresh: true }) }),
    async digestNow(ticket) {
      const part = await planPart(ticket, { ...planNeeds, fresh: true });
      return part.kind === 'plan' ? digest(ticket.command, ticket.input, part.plan) : '';
    },
  };
  await queues.work(
    plansOf(site),
    guarded(async (_name, data) => {
      await rules();
      await plan.take(read(plan.payload, data), planNeeds);
    }),
    32,
  );
  await queues.work(
    runsOf(site),
    guarded(async (name, data) => {
      const { config } = await rules();
      if (name === spools.name) {
        const hosts = hostsOf(config).flatMap((host) => (host.site === site && SHELL_KINDS.includes(host.kind) ? [host.name] : []));
        return spools.take({}, { hosts, expire: (...args) => fleet.expire(...args), log });
      }
      await run.take(read(run.payload, data), runNeeds);
    }),
    100,
  );
  await queues.every(SPOOLS_EVERY, runsOf(site), spools.name);
  const here = await keepPresent(redis, { kind: 'worker', site, version: options.version, beatMs: options.beatMs });
  return {
    /** Takes no new run, and leaves those that run on the hosts to whoever comes next. */
    async close() {
      leave.abort();
      await here.close();
      await counting.close();
      await close();
      await fleet.close();
    },
  };
}

/** What a job throws is kept by the queue until it is tried again. */
function guarded(take: Take): Take {
  return async (...job) => {
    try {
      await take(...job);
    } catch (error) {
      throw redactError(error, hiding);
    }
  };
}

/** Writes nothing that must not be told. */
function redacted(journals: Journals): Journals {
  return { ...journals, write: (ticket, round, step, entry, right) => journals.write(ticket, round, step, redactEntry(entry, hiding), right) };
}

/** The hosts a site reaches that have a shell, with how to log in. */
export function reachable(config: Config, site: string): Reachable[] {
  return hostsOf(config).flatMap((host) => (host.sites.includes(site) && SHELL_KINDS.includes(host.kind) ? [withAccess(config, host)] : []));
}

/** The clusters and backup servers a site reaches, with how to reach their API. */
export function servers(config: Config, site: string): ApiReachable[] {
  return hostsOf(config).flatMap((host) => {
    const api = host.sites.includes(site) ? apiAccess(config, host.name) : undefined;
    return api ? [{ host, api }] : [];
  });
}

/** How to reach the API of a cluster or backup server; undefined when there is none of this name. */
export function apiAccess(config: Config, name: string): ApiAccess | undefined {
  const { clusters, backupServers } = config;
  const own = clusters[name] ?? backupServers[name];
  if (!own) return undefined;
  const nodes = 'nodes' in own ? Object.entries(own.nodes) : [['localhost', own] as const];
  const through = hostsOf(config).find((host) => host.name === own.tunnel);
  return {
    kind: 'nodes' in own ? 'pve' : 'pbs',
    name,
    endpoints: nodes.map(([node, { address, port, fingerprint }]) => ({ node, address, port, ...(fingerprint === undefined ? {} : { fingerprint }) })),
    token: own.token,
    ...(own.ca === undefined ? {} : { ca: own.ca }),
    ...(through === undefined ? {} : { tunnel: withAccess(config, through).access }),
  };
}

function withAccess(config: Config, host: Host): Reachable {
  const own = config.hosts[host.name];
  if (!own) throw new Error(`host ${host.name} is not configured`);
  const { ssh } = config;
  const knownHosts = own.knownHosts ?? ssh.knownHosts;
  const passphrase = own.passphrase ?? ssh.passphrase;
  const direct: Access = {
    name: host.name,
    address: own.address,
    port: own.port ?? ssh.port ?? 22,
    user: own.user ?? ssh.user ?? 'root',
    key: own.key ?? ssh.key ?? '',
    sudo: own.sudo ?? ssh.sudo ?? false,
    pinned: { fingerprints: own.hostKey === undefined ? [] : [own.hostKey].flat(), ...(knownHosts === undefined ? {} : { knownHosts }) },
    ...(passphrase === undefined ? {} : { passphrase }),
  };
  const jump = own.jump === undefined ? undefined : hostsOf(config).find((other) => other.name === own.jump);
  const access: Access = jump ? { ...direct, jump: withAccess(config, jump).access } : direct;
  const lookUser = own.lookUser ?? ssh.lookUser;
  return lookUser === undefined ? { host, access } : { host, access, look: { ...access, user: lookUser, sudo: false } };
}
