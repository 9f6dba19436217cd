import type { Host, Look } from '../../core/command.ts';
import { Refusal } from '../../core/errors.ts';
import { list, type Said, say } from '../../core/words.ts';
import { running } from './running.ts';

/** What a tunnel's headers take of each packet over IPv4, in bytes: GRE 24, with Ethernet 38, VXLAN 50. */
const HEADERS = { gre: 24, gretap: 38, vxlan: 50 } as const;

/**
 * The MTU a tunnel is to have: the given one; in a bridge that of the bridge, as a port with a smaller one drags it down; else what fits in the link under it.
 * Throws Refusal where the local address is none of the host's.
 */
export async function tunnelMtu(
  look: Look,
  host: Host,
  { name, kind, local, bridge, mtu }: { name: string; kind: keyof typeof HEADERS; local: string; bridge: string | undefined; mtu: number | undefined },
): Promise<{ readonly mtu: number; readonly notes: readonly Said[] }> {
  const { links } = await look.read(host, running());
  const under = links.find(({ addresses }) => addresses.some((address) => address.split('/')[0] === local));
  if (!under)
    throw new Refusal(
      say({ en: '{local} is no address of {host}', zh: '{local} 不是 {host} 的地址' }, { local, host: host.name }),
      say({ en: 'there are: {all}', zh: '现有：{all}' }, { all: list(links.flatMap(({ addresses }) => addresses)) }),
    );
  const fits = under.mtu - HEADERS[kind] - (local.includes(':') ? 20 : 0);
  const whole = links.find((link) => link.name === bridge)?.mtu;
  const chosen = mtu ?? whole ?? fits;
  const notes: Said[] = [];
  if (mtu === undefined)
    notes.push(
      whole === undefined
        ? say({ en: 'MTU {mtu}: what fits into {under}', zh: 'MTU {mtu}：{under} 所能容纳' }, { mtu: chosen, under: under.name })
        : say(
            { en: 'MTU {mtu} as bridge {bridge}: a smaller port would drag it down', zh: 'MTU {mtu}，与网桥 {bridge} 相同：端口更小会拉低网桥' },
            { mtu: chosen, bridge: bridge ?? '' },
          ),
    );
  if (whole !== undefined && chosen !== whole)
    notes.push(
      say(
        { en: '{bridge} has MTU {whole}: {name} with {mtu} changes it', zh: '{bridge} 的 MTU 为 {whole}：{name} 的 {mtu} 会改变它' },
        { bridge: bridge ?? '', whole, name, mtu: chosen },
      ),
    );
  if (chosen > fits)
    notes.push(
      say(
        {
          en: 'packets over {fits} bytes are cut into pieces on the way, so both ends need the same MTU',
          zh: '超过 {fits} 字节的包会被分片，因此两端 MTU 须一致',
        },
        { fits },
      ),
    );
  return { mtu: chosen, notes };
}
