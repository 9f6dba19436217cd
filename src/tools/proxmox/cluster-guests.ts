import type { Host, Look } from '../../core/command.ts';
import { Absent, Refusal } from '../../core/errors.ts';
import { ambiguous } from '../../core/join.ts';
import { nearest } from '../../core/nearest.ts';
import type { Found, Listed, Lock, Target } from '../../core/types.ts';
import { type Said, say } from '../../core/words.ts';
import { type Answer, answers, each, troubles } from '../each.ts';
import { blindTo } from './blind.ts';
import { type ResourceGuest, type ResourceNode, type Resources, resources } from './resources.ts';

/** A guest and its cluster, with all that was heard of that cluster. */
export interface InCluster {
  readonly host: Host;
  readonly guest: ResourceGuest;
  readonly all: Resources;
  /** The name or number it was asked for by. */
  readonly asked: string;
}

/** What is known of the clusters a request is about. */
export interface Clusters {
  readonly answers: readonly { readonly host: Host; readonly value: Resources }[];
  readonly listed: readonly Listed[];
  readonly notes: readonly Said[];
}

/** Every cluster of the request, in one call each. */
export async function clusters(look: Look): Promise<Clusters> {
  const all: Answer<Resources>[] = await each(
    look,
    (host) => look.read(host, resources()),
    look.hosts.filter(({ kind }) => kind === 'pve'),
  );
  const blind = await Promise.all(answers(all).map(({ host, value }) => blindness(look, host, value)));
  return {
    answers: answers(all),
    listed: answers(all).map(({ host, value }) => ({ host: host.name, found: value.guests.map((guest) => named(host, nameIn(guest, value.guests))) })),
    notes: [...troubles(all), ...answers(all).flatMap(({ host, value }) => silentNodes(host, value.nodes)), ...blind.flat()],
  };
}

/** Why a cluster seems to have no guests, no storages, or nodes without memory. */
export async function blindness(look: Look, host: Host, { guests, storages, nodes }: Resources): Promise<Said[]> {
  const blind = await Promise.all([
    guests.length === 0 ? blindTo(look, host, 'guests') : [],
    storages.length === 0 ? blindTo(look, host, 'storages') : [],
    nodes.some(({ status, memory }) => status === 'online' && memory === 0) ? blindTo(look, host, 'nodes') : [],
  ]);
  return blind.flat();
}

/** A note for each node that is not online: what is on it is not known. */
export function silentNodes(host: Host, nodes: readonly ResourceNode[]): Said[] {
  return nodes
    .filter(({ status }) => status !== 'online')
    .map(({ node, status }) =>
      say(
        { en: '{host}: node {node} is {status}; what is on it is missing', zh: '{host}：节点 {node} 状态为 {status}，缺少其内容' },
        { host: host.name, node, status },
      ),
    );
}

/** The one guest of this name or number, or `cluster/` with either. Throws Absent, or Refusal when there are several. */
export function oneGuest(seen: Clusters, typed: string): InCluster {
  const slash = typed.indexOf('/');
  const place = slash < 0 ? undefined : typed.slice(0, slash);
  const name = typed.slice(slash + 1);
  const all = seen.answers
    .flatMap(({ host, value }) => value.guests.map((guest): InCluster => ({ host, guest, all: value, asked: name })))
    .filter(({ host, guest }) => place === undefined || host.name === place || guest.node === place);
  const numbered = all.filter(({ guest }) => String(guest.vmid) === name);
  const matching = numbered.length > 0 ? numbered : all.filter(({ guest }) => guest.name === name);
  const [one, ...others] = matching;
  if (one && others.length === 0) return one;
  if (one) {
    const { message } = ambiguous(
      name,
      matching.map(({ host, guest }) => named(host, String(guest.vmid))),
    );
    throw new Refusal(
      message,
      say(
        { en: 'by number: {names}', zh: '请用编号：{names}' },
        { names: matching.map(({ host, guest }) => `${host.name}/${guest.vmid} (${guest.node})`).join(', ') },
      ),
    );
  }
  const note = seen.notes[0];
  throw new Absent(
    note
      ? say({ en: 'there is no guest “{typed}” on what answered; {note}', zh: '在有回应的范围内没有客户机“{typed}”；{note}' }, { typed, note })
      : say({ en: 'there is no guest “{typed}”', zh: '没有客户机“{typed}”' }, { typed }),
    nearest(
      name,
      all.map(({ guest }) => guest.name),
    ),
    seen.notes.length > 0,
  );
}

/** The guests of these names, each once. Throws as `oneGuest`. */
export function manyGuests(seen: Clusters, typed: readonly string[]): InCluster[] {
  const found = typed.map((one) => oneGuest(seen, one));
  return found.filter((one, i) => found.findIndex((other) => other.host.name === one.host.name && other.guest.vmid === one.guest.vmid) === i);
}

/** Every guest by name, and where it is. */
export function guestNames({ answers: all }: Clusters): { host: string; name: string }[] {
  return all.flatMap(({ host, value }) => value.guests.map(({ name }) => ({ host: host.name, name })));
}

/** It, under the name it was asked for, so that another site's of the same name or number is noticed. */
export function aboutIt({ host, guest, asked }: InCluster): Found {
  return { kind: 'guest', name: asked, at: targetIn(host, guest), also: [guest.name, String(guest.vmid)] };
}

/** Anything a request names, for the same. */
export function named(host: Host, name: string): Found {
  return { kind: 'guest', name, at: { site: host.site, host: host.name, name } };
}

/** A guest as completion offers it: by number where its name is none or used twice. */
function nameIn({ name, vmid, type }: ResourceGuest, all: readonly ResourceGuest[]): string {
  const twice = all.some((other) => other.vmid !== vmid && other.name === name);
  return twice || name === `${type === 'qemu' ? 'VM' : 'CT'} ${vmid}` ? String(vmid) : name;
}

/** Where a step on a guest acts. */
export function targetIn(host: Host, guest: Pick<ResourceGuest, 'name'>): Target {
  return { site: host.site, host: host.name, name: guest.name };
}

/** The guest alone, in its cluster, by node and number. */
export function lockIn(host: Host, guest: Pick<ResourceGuest, 'node' | 'vmid'>): Lock {
  return { name: `${host.site}/${host.name}/${guest.node}/${guest.vmid}` };
}

/** `alpha/101`: names exactly one guest. */
export function numberIn(host: Host, guest: Pick<ResourceGuest, 'vmid'>): string {
  return `${host.name}/${guest.vmid}`;
}

/** Whether its node reports. */
export function isOnline({ all, guest }: InCluster): boolean {
  return all.nodes.some(({ node, status }) => node === guest.node && status === 'online');
}

/** What was typed, without its host in front. */
export function tail(typed: string, host: Host): string {
  return typed.startsWith(`${host.name}/`) ? typed.slice(host.name.length + 1) : typed;
}
