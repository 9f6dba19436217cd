import { list, type Said, say } from '../core/words.ts';
import type { Reached } from './reach.ts';

/** One direction: which host asked, about whom, and what it found. */
export interface Way {
  readonly from: string;
  readonly to: string;
  readonly reached: Reached;
}

/** What is wrong between two ends, in plain sentences, the gravest first; none where all is well. Pure. */
export function verdicts(ways: readonly Way[], ports: readonly number[]): Said[] {
  const open = ({ reached }: Way) => reached.received > 0 || [...reached.ports.values()].some((state) => state === 'open' || state === 'refused');
  const oneWay = ways.length === 2 && ways.filter(open).length === 1;
  return [
    ...ways.filter((way) => !open(way)).map((way) => cutOff(way, oneWay)),
    ...ways.filter(open).flatMap((way) => [...pinged(way), ...squeezed(way)]),
    ...ways.flatMap((way) => shut(way, ports)),
    ...ways.flatMap(misnamed),
  ];
}

function cutOff({ from, to, reached }: Way, oneWay: boolean): Said {
  const values = { from, to, dev: reached.route?.dev ?? '', next: reached.route?.via ?? reached.address, trouble: reached.trouble ?? '' };
  if (reached.address === '') return say({ en: '{from} does not know “{to}”: the name has no address there', zh: '{from} 无法解析“{to}”' }, values);
  if (!reached.route) return say({ en: '{from} has no route to {to}: {trouble}', zh: '{from} 没有到 {to} 的路由：{trouble}' }, values);
  if (reached.neighbour === 'FAILED' || reached.neighbour === 'INCOMPLETE')
    return say(
      {
        en: '{from} does not reach {to}: {next} does not answer on {dev} (ARP), so it is off, or in another network',
        zh: '{from} 无法到达 {to}：{next} 在 {dev} 上没有应答（ARP），可能已关机或在另一网络',
      },
      values,
    );
  if (oneWay)
    return say(
      { en: '{from} does not reach {to}, the other way works: look for a firewall between them', zh: '{from} 无法到达 {to}，反方向正常：请检查之间的防火墙' },
      values,
    );
  return say(
    { en: '{from} does not reach {to}: it leaves by {dev} to {next} and nothing comes back', zh: '{from} 无法到达 {to}：经 {dev} 发往 {next} 后没有回应' },
    values,
  );
}

function pinged({ from, to, reached: { sent, received } }: Way): Said[] {
  if (received === 0 && sent > 0)
    return [say({ en: '{to} does not answer pings of {from}, but takes connections', zh: '{to} 不应答 {from} 的 ping，但可以连接' }, { from, to })];
  if (received < sent)
    return [
      say(
        { en: 'from {from} to {to} {lost} of {sent} packets were lost', zh: '从 {from} 到 {to} 丢失 {lost}/{sent} 个包' },
        { from, to, sent, lost: sent - received },
      ),
    ];
  return [];
}

/** A path narrower than the link: harmless where the sender is told, a black hole where it is not. */
function squeezed({ from, to, reached: { linkMtu, pathMtu, told } }: Way): Said[] {
  if (linkMtu === undefined || pathMtu === undefined || pathMtu >= Math.min(linkMtu, 9216)) return [];
  const values = { from, to, path: pathMtu, link: linkMtu };
  return told
    ? [
        say(
          {
            en: 'from {from} to {to} packets of at most {path} bytes pass (the link has {link}); the sender is told',
            zh: '从 {from} 到 {to} 最大 {path} 字节（网卡为 {link}）；发送方会得到通知',
          },
          values,
        ),
      ]
    : [
        say(
          {
            en: 'from {from} to {to} packets above {path} bytes vanish without a word (the link has {link}): connections open and then hang',
            zh: '从 {from} 到 {to} 大于 {path} 字节的包会无声消失（网卡为 {link}）：连接可建立但随后卡住',
          },
          values,
        ),
      ];
}

function shut({ from, to, reached }: Way, ports: readonly number[]): Said[] {
  const closed = ports.filter((port) => reached.ports.get(port) !== 'open');
  if (closed.length === 0 || reached.received === 0) return [];
  return [say({ en: 'from {from} to {to} closed: {ports}', zh: '从 {from} 到 {to} 未开放：{ports}' }, { from, to, ports: list(closed) })];
}

function misnamed({ from, to, reached: { names, address } }: Way): Said[] {
  if (names === undefined || names.length === 0 || names.includes(address) || names.some((name) => name.startsWith('127.'))) return [];
  return [
    say(
      { en: '{from} resolves {to} to {names}, not to {address}', zh: '{from} 将 {to} 解析为 {names}，而不是 {address}' },
      { from, to, names: list(names), address },
    ),
  ];
}
