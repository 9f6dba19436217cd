import type { ServerChannel } from 'ssh2';
import type { Call } from '../program.ts';
import { run, strip } from '../run.ts';
import { words } from '../words.ts';
import type { Machine } from '../world/machine.ts';
import { runClaimed, runnerWords } from './claims.ts';

const LATENCY_MS = 2;

/** Runs what arrived on a channel and ends the channel with the exit status. */
export function exec(machine: Machine, line: string, channel: ServerChannel): void {
  const gone = new AbortController();
  const boot = machine.boot.signal;
  channel.on('close', () => gone.abort());
  channel.on('error', () => gone.abort());
  const input = collect(channel);
  machine.timers.after(LATENCY_MS, () => {
    const print = (bytes: Buffer | string) => {
      if (channel.writable && !boot.aborted) channel.write(bytes);
    };
    const call: Omit<Call, 'argv'> = {
      machine,
      out: print,
      err: (text) => {
        if (channel.writable && !boot.aborted) channel.stderr.write(text);
      },
      ready: () => drained(channel, gone.signal),
      input,
      signal: AbortSignal.any([boot, gone.signal]),
    };
    void perform(line, call, print).then((exit) => {
      if (!channel.writable || boot.aborted) return;
      channel.exit(exit);
      channel.end();
    });
  });
}

async function perform(line: string, call: Omit<Call, 'argv'>, print: (bytes: Buffer | string) => void): Promise<number> {
  const argv = words(line);
  if (!argv) {
    call.err('sh: 1: Syntax error\n');
    return 2;
  }
  const [name, ...rest] = strip(argv);
  if (name === undefined) return 0;
  const claimed = runnerWords([name, ...rest]);
  if (!claimed) return run({ ...call, argv: [name, ...rest] });
  const limit = Number(claimed.limit);
  if (!Number.isFinite(limit) || limit < 0) {
    call.err(`hostler-run: ${claimed.limit}: not a number of seconds\n`);
    return 2;
  }
  return runClaimed(claimed.id, limit, { ...call, argv: claimed.argv }, print);
}

/** Reads standard input from the start, so that a client that sends some is never held up. */
function collect(channel: ServerChannel): () => Promise<string> {
  const chunks: Buffer[] = [];
  const whole = new Promise<string>((resolve) => {
    const end = () => resolve(Buffer.concat(chunks).toString('utf8'));
    channel.on('data', (chunk: Buffer) => chunks.push(chunk));
    channel.on('end', end);
    channel.on('close', end);
  });
  return () => whole;
}

function drained(channel: ServerChannel, gone: AbortSignal): Promise<void> {
  if (!channel.writableNeedDrain || gone.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    channel.once('drain', resolve);
    gone.addEventListener('abort', () => resolve(), { once: true });
  });
}
