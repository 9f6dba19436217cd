import { type Call, fail } from '../program.ts';
import { pause } from '../timers.ts';
import { NETWORK } from '../world/fleet.ts';
import { type Reach, reach } from '../world/reach.ts';

/** Practice does not wait out the intervals; a bounded ping takes about this long. */
const WHOLE_MS = 50;

/** `ping` with -c, -i, -W, -w, -n, -q, -4 and -6. */
export async function ping(call: Call): Promise<number> {
  const asked = options(call.argv.slice(1));
  if (typeof asked === 'string') return fail(call, `ping: ${asked}`);
  const { target, count, interval, wait, quiet } = asked;
  if (target === undefined) return fail(call, 'ping: usage error: Destination address required');
  const to = reach(call.machine, target);
  if (!to) return fail(call, `ping: ${target}: Name or service not known`, 2);
  const six = to.address.includes(':');
  const from = target === to.address ? to.address : `${target} (${to.address})`;
  call.out(six ? `PING ${target}(${to.address}) 56 data bytes\n` : `PING ${target} (${to.address}) 56(84) bytes of data.\n`);
  // The kernel gives up asking for a neighbour after three seconds; a shorter ping just hears nothing.
  const refused = to.rtt === undefined && !six && near(call, to) && (count - 1) * interval + wait >= 3;
  const rtts: number[] = [];
  let sent = 0;
  while (sent < count && !call.signal.aborted) {
    await pause(Number.isFinite(count) ? WHOLE_MS / count : interval * 1000, call.signal);
    sent++;
    if (refused && !quiet) call.out(`From ${call.machine.at} icmp_seq=${sent} Destination Host Unreachable\n`);
    if (to.rtt === undefined) continue;
    const rtt = to.rtt * (0.9 + call.machine.random.next() * 0.35);
    rtts.push(rtt);
    if (!quiet) call.out(`64 bytes from ${from}: icmp_seq=${sent} ttl=${to.ttl} time=${shown(rtt)} ms\n`);
  }
  call.out(`\n--- ${target} ping statistics ---\n`);
  const lost = sent === 0 ? 0 : Math.round(((sent - rtts.length) * 100) / sent);
  const errors = refused ? ` +${sent} errors,` : '';
  call.out(
    `${sent} packets transmitted, ${rtts.length} received,${errors} ${lost}% packet loss, time ${Math.round((sent - 1) * interval * 1000) + call.machine.random.int(0, 4)}ms\n`,
  );
  call.out(rtts.length === 0 ? '\n' : summary(rtts));
  return rtts.length > 0 ? 0 : 1;
}

interface Asked {
  readonly target: string | undefined;
  readonly count: number;
  readonly interval: number;
  readonly wait: number;
  readonly quiet: boolean;
}

function options(words: readonly string[]): Asked | string {
  const values = new Map<string, number>();
  let target: string | undefined;
  let quiet = false;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    const match = /^-([ciWwsI])(.*)$/.exec(word);
    if (word === '--') {
      target = words[i + 1];
      break;
    }
    if (match) {
      const value = match[2] || (words[++i] ?? '');
      if (!/^\d*\.?\d+$/.test(value)) return `invalid argument: '${value}'`;
      if (match[1] === 'c' && Number(value) < 1) return `invalid argument: '${value}': out of range: 1 <= value <= 9223372036854775807`;
      values.set(match[1] ?? '', Number(value));
    } else if (/^-[nqO46]+$/.test(word)) quiet ||= word.includes('q');
    else if (word.startsWith('-')) return `invalid option -- '${word.slice(1, 2)}'`;
    else target = word;
  }
  const interval = values.get('i') ?? 1;
  const deadline = values.get('w');
  const most = deadline === undefined ? Number.POSITIVE_INFINITY : Math.max(1, Math.ceil(deadline / Math.max(interval, 0.002)));
  return { target, count: Math.min(values.get('c') ?? Number.POSITIVE_INFINITY, most), interval, wait: Math.min(values.get('W') ?? 10, deadline ?? 10), quiet };
}

function near(call: Call, to: Reach): boolean {
  return to.address.startsWith(`${NETWORK[call.machine.site]}.`);
}

function shown(ms: number): string {
  return ms < 1 ? ms.toFixed(3) : ms < 10 ? ms.toFixed(2) : ms.toFixed(1);
}

function summary(rtts: readonly number[]): string {
  const mean = rtts.reduce((sum, rtt) => sum + rtt, 0) / rtts.length;
  const deviation = Math.sqrt(rtts.reduce((sum, rtt) => sum + (rtt - mean) ** 2, 0) / rtts.length);
  return `rtt min/avg/max/mdev = ${[Math.min(...rtts), mean, Math.max(...rtts), deviation].map((ms) => ms.toFixed(3)).join('/')} ms\n`;
}
