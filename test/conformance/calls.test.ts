import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { declaredOf } from '../../config/declared.ts';
import { hostsOf, programsOf } from '../../config/policy.ts';
import { type Config, schema } from '../../config/schema.ts';
import type { Look } from '../../src/core/command.ts';
import { Absent, HostError, Refusal } from '../../src/core/errors.ts';
import { parse } from '../../src/core/parse.ts';
import { assign, route } from '../../src/core/route.ts';
import type { Params } from '../../src/core/types.ts';
import { Fleet } from '../../src/hosts/fleet.ts';
import { type Lab, startLab } from '../../src/lab/index.ts';
import { loadChecks, loadCommands } from '../../src/registry.ts';
import { reachable, servers } from '../../src/worker.ts';
import { WORLD } from '../support/world.ts';
import { contractsHere } from './contracts.ts';
import { checkCall } from './schema.ts';

const commands = await loadCommands();
const checks = await loadChecks();
const api = [...commands].filter(([, command]) => command.kinds?.some((kind) => kind === 'pve' || kind === 'pbs'));

/** Lines that send what the examples do not. */
const MORE = [
  'vm set wiki --memory 4G --cores 4 --name wiki2 --tags prod,web --onboot yes --protection no',
  'ct set cron --memory 1G --cores 2 --name cron2 --tags prod --onboot no --protection yes',
  'vm snapshot runner before --keep 7d',
  'vm suspend runner',
  'vm stop web-a',
  'vm shutdown web-a',
  'vm migrate web-a pve2',
  'vm migrate gitlab pve2',
  'ct migrate dns1 pve2',
  'ct rollback proxy clean',
  'vm clone debian-13 copy --full',
  'ct clone cron other --storage ceph',
  'backup run gitlab dns1 --mode stop --protect',
  'storage nodes local-zfs all',
  'vm delsnapshot runner fresh',
];

/** Calls that an older release does not have, each with what becomes of the command there. */
const NEWER: readonly (readonly [RegExp, string])[] = [
  [/^GET .nodes.[^/]+.lxc.[0-9]+.migrate /, 'the card says less before a container is moved'],
  [/^GET .cluster.mapping.dir /, 'nodes before 8.4 are refused in words'],
  [/^PUT .nodes.[^/]+.qemu.[0-9]+.config .*virtiofs/, 'nodes before 8.4 are refused in words'],
];

let lab: Lab;
let fleet: Fleet;
let config: Config;
const folder = mkdtempSync(join(tmpdir(), 'hostler-calls-'));
const called = new Map<string, { kind: 'pve' | 'pbs'; method: string; path: string; params: Params; by: Set<string> }>();

beforeAll(async () => {
  lab = await startLab({ seed: 1, dir: join(folder, 'lab'), pace: 0.2 });
  config = schema.parse(lab.config);
  fleet = new Fleet([...reachable(config, 'east'), ...reachable(config, 'west')], servers(config, 'east'));
}, 60_000);
afterAll(async () => {
  await fleet.close();
  await lab.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Plans a line as a worker would, and notes every call that is made or would be. */
async function note(line: string): Promise<void> {
  const { path, input } = parse(line, commands);
  const command = commands.get(path);
  if (!command || command.at === 'ask' || command.at === 'desk') throw new Error(`${path} is not planned at a site`);
  const add = (host: string, method: string, at: string, params: Params = {}) => {
    const kind = host in config.clusters ? 'pve' : 'pbs';
    const shape = at.replace(/UPID:[^/]*/, 'UPID').replace(/UPID%[^/]*/, 'UPID');
    const key = `${kind} ${method} ${shape} ${Object.keys(params).sort().join(' ')}`;
    const known = called.get(key) ?? { kind, method, path: at, params, by: new Set() };
    known.by.add(path);
    called.set(key, known);
  };
  const hosts = hostsOf(config);
  for (const [, mine] of assign(command, route(command, input, hosts))) {
    const look = fleet.look(mine, hosts, {
      ...WORLD,
      ...{ programs: programsOf(config), declared: declaredOf(config), checks, ticket: 'T0123456789A' },
      clusters: hosts.filter(({ name }) => mine.some(({ node }) => node?.cluster === name)),
    });
    const watching: Look = {
      ...look,
      read: (host, read) => {
        if ('path' in read) add(host.name, 'GET', read.path, read.params);
        return look.read(host, read);
      },
    };
    try {
      const plan = await command.plan(input, watching);
      for (const step of plan.steps) {
        if (step.kind === 'api') {
          add(step.on.host, step.method, step.path, step.params);
          for (const { path: still } of step.still ?? []) add(step.on.host, 'GET', still);
          if (typeof step.proof === 'object') add(step.on.host, 'GET', step.proof.path);
        } else if (step.kind === 'wait' && 'path' in step.read) add(step.on.host, 'GET', step.read.path, step.read.params);
      }
    } catch (error) {
      // What the practice fleet says no to has been asked for all the same.
      if (!(error instanceof Refusal) && !(error instanceof HostError) && !(error instanceof Absent)) throw error;
    }
  }
}

describe.skipIf(!contractsHere())('every call a command makes', () => {
  it('has a path and parameters that Proxmox declares, in 9.2 and in 7.4', async () => {
    for (const line of [...api.flatMap(([, command]) => command.examples), ...MORE]) await note(line);
    expect(called.size).toBeGreaterThan(60);
    const wrong = [...called.values()].flatMap(({ kind, method, path, params, by }) => {
      const { missingPath, unknown, versions } = checkCall({ method, path, params }, kind);
      const line = `${kind} ${method} ${path} [${Object.keys(params).join(' ')}] by ${[...by].join(', ')}`;
      if (missingPath) return [`no such path: ${line}`];
      if (unknown.length > 0) return [`no such parameter (${unknown.join(' ')}): ${line}`];
      const virtiofs = Object.keys(params).some((name) => /^virtiofs\d$/.test(name)) || [...by].some((name) => name.startsWith('vm virtiofs'));
      const old =
        kind === 'pve' &&
        !virtiofs &&
        !versions.includes('7.4') &&
        !NEWER.some(([pattern]) => pattern.test(`${method} ${path} ${Object.keys(params).join(' ')}`));
      return old || (kind === 'pve' && !versions.includes('9.2')) ? [`only in ${versions.join(' ')}: ${line}`] : [];
    });
    expect(wrong).toEqual([]);
  }, 120_000);
});
