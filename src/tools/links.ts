import type { Host, Look } from '../core/command.ts';
import { Refusal } from '../core/errors.ts';
import { list, say } from '../core/words.ts';
import { type Facts, knownFacts, mustHave } from './facts.ts';
import type { Files, LinkConf } from './links/conf.ts';
import { filesLike, type Sealed } from './links/files.ts';
import { parseIfupdown } from './links/ifupdown.ts';
import { editIfupdown } from './links/ifupdown-edit.ts';
import { connections, KEYFILES, parseKeyfiles } from './links/keyfile.ts';
import { editKeyfiles } from './links/keyfile-edit.ts';
import { MERGED, OWN, parseNetplan } from './links/netplan.ts';
import { editNetplan } from './links/netplan-edit.ts';
import { NETWORKD, parseNetworkd } from './links/networkd.ts';
import { editNetworkd } from './links/networkd-edit.ts';

/** One way in which a host's links are configured. All of them know the same links. */
export interface Links {
  readonly name: 'ifupdown2' | 'NetworkManager' | 'systemd-networkd' | 'netplan';
  /** The program it cannot do without. */
  readonly needs: string;
  /** Its files, as patterns of the shell; what is saved before a change, whole. */
  readonly files: readonly string[];
  readonly save: readonly string[];
  /** The mode of a file that is new. */
  readonly mode: string;
  parse(files: Files): LinkConf[];
  /** The files that say this instead, with all else as it was. What it cannot say, the result does not say. */
  edit(files: Files, after: readonly LinkConf[]): Files;
  /** Connections to bring up anew, by their id, in order. */
  again(before: Files, after: Files): string[];
}

const none = () => [];

/** Every way the bot knows, in the order in which they are asked: the first that configures something is the host's. */
export const WAYS: readonly Links[] = [
  {
    name: 'netplan',
    needs: 'netplan',
    files: ['/etc/netplan/*.yaml'],
    save: ['/etc/netplan'],
    mode: '0600',
    parse: parseNetplan,
    edit: editNetplan,
    again: none,
  },
  {
    name: 'NetworkManager',
    needs: 'nmcli',
    files: [`${KEYFILES}/*`],
    save: [KEYFILES],
    mode: '0600',
    parse: parseKeyfiles,
    edit: editKeyfiles,
    again: again,
  },
  {
    name: 'systemd-networkd',
    needs: 'networkctl',
    files: [`${NETWORKD}/*.network`, `${NETWORKD}/*.netdev`],
    save: [NETWORKD],
    mode: '0644',
    parse: parseNetworkd,
    edit: editNetworkd,
    again: none,
  },
  {
    name: 'ifupdown2',
    needs: 'ifreload',
    files: ['/etc/network/interfaces', '/etc/network/interfaces.d/*'],
    save: ['/etc/network'],
    mode: '0644',
    parse: parseIfupdown,
    edit: editIfupdown,
    again: none,
  },
];

/** Connections of which the text differs: bridges and bonds first, as their ports need them. */
function again(before: Files, after: Files): string[] {
  const rank = (kind: string) => (kind === 'bridge' || kind === 'bond' ? 0 : 1);
  return connections(after)
    .filter(({ path }) => before.get(path) !== after.get(path))
    .sort((one, other) => rank(one.link.kind) - rank(other.link.kind))
    .map(({ id }) => id);
}

/** How a host's links are configured, with its files and what they say. */
export interface Configured {
  readonly way: Links;
  readonly files: Files;
  readonly links: readonly LinkConf[];
  /** Files of it that hold secrets: what they say of their links is not known. */
  readonly sealed: readonly Sealed[];
  /** Its facts, as they were read on the way. */
  readonly facts: Facts;
}

/**
 * What configures the links of a host: the way that speaks of one of these links, else the first that speaks of any, else the first that runs.
 * Throws Refusal for a host without one the bot knows.
 */
export async function configured(look: Look, host: Host, about: readonly string[] = []): Promise<Configured> {
  const facts = await knownFacts(look, host);
  mustHave(host, facts, 'ip');
  const ways = WAYS.filter(({ name }) => facts.managers.includes(name));
  const all = await Promise.all(
    ways.map(async (way): Promise<Configured> => {
      const { files, sealed } = await look.read(host, filesLike(way.files, way.name === 'netplan' ? 'netplan' : ''));
      // What netplan's files say is known without their secrets: it tells all of it itself.
      return { way, files, links: way.parse(files), sealed: way.name === 'netplan' ? [] : sealed, facts };
    }),
  );
  const speaks = ({ links, sealed }: Configured) =>
    [...links.map(({ name }) => name), ...sealed.flatMap((one) => one.links)].some((name) => about.includes(name));
  const found = all.find(speaks) ?? all.find(({ links }) => links.length > 0) ?? all[0];
  if (found) return found;
  const plain = facts.managers.includes('ifupdown');
  throw new Refusal(
    plain
      ? say(
          {
            en: '{host} has ifupdown without `ifreload`: a change could not be applied without taking links down',
            zh: '{host} 使用不带 `ifreload` 的 ifupdown：更改会使网卡中断',
          },
          { host: host.name },
        )
      : say({ en: 'nothing that I know configures the links of {host}', zh: '{host} 的网卡不由我了解的工具配置' }, { host: host.name }),
    plain
      ? say({ en: 'install ifupdown2 there first', zh: '请先安装 ifupdown2' })
      : say({ en: 'known: {known}', zh: '已知：{known}' }, { known: list(WAYS.map(({ name }) => name)) }),
  );
}

/** Files that are to be written (with their text) or removed (undefined), in order. What only stands for a program's answer is left out. */
export function writes(before: Files, after: Files): { readonly path: string; readonly text: string | undefined }[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])].filter((path) => path !== MERGED && before.get(path) !== after.get(path)).sort();
  return paths.map((path) => ({ path, text: after.get(path) }));
}

/** The only file of netplan that is ours to write. */
export const NETPLAN_OWN = OWN;
