import type { Program } from '../program.ts';
import type { Area } from './area.ts';
import { backup } from './backup.ts';
import { certificates } from './certificates.ts';
import { clock } from './clock.ts';
import { confirm } from './confirm.ts';
import { dnsZone } from './dns-zone.ts';
import { domain } from './domain.ts';
import { firewall } from './firewall.ts';
import { hardware } from './hardware.ts';
import { log } from './log.ts';
import { memory } from './memory.ts';
import { names } from './names.ts';
import { network } from './network.ts';
import { packages } from './packages.ts';
import { pitfalls } from './pitfalls.ts';
import { reach } from './reach.ts';
import { redirect } from './redirect.ts';
import { services } from './services.ts';
import { storage } from './storage.ts';
import { system } from './system.ts';
import { users } from './users.ts';

const AREAS: readonly Area[] = [
  confirm,
  firewall,
  system,
  network,
  packages,
  services,
  log,
  users,
  storage,
  memory,
  clock,
  certificates,
  hardware,
  backup,
  pitfalls,
  reach,
  redirect,
  names,
  domain,
  dnsZone,
];

export const PROGRAMS: ReadonlyMap<string, Program> = new Map(AREAS.flatMap(({ programs = {} }) => Object.entries(programs)));
export const SCRIPTS: ReadonlyMap<string, Program> = new Map(AREAS.flatMap(({ scripts = {} }) => Object.entries(scripts)));
export const FILES = new Map(AREAS.flatMap(({ files = {} }) => Object.entries(files)));
