import type { ServerChannel } from 'ssh2';
import { run, strip } from '../run.ts';
import { type RunnerCall, runner } from '../runner/main.ts';
import { runnerWords } from '../runner/words.ts';
import { words } from '../words.ts';
import type { Machine } from '../world/machine.ts';

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
    const call: RunnerCall = {
      machine,
      print,
      out: print,
      err: (text) => {
        if (channel.writable && !boot.aborted) channel.stderr.write(text);
      },
      ready: () => drained(channel, gone.signal),
      bytes: input,
      input: async () => (await input()).toString('utf8'),
      signal: AbortSignal.any([boot, gone.signal]),
    };
    void perform(line, call).then((exit) => {
      if (!channel.writable || boot.aborted) return;
      channel.exit(exit);
      channel.end();
    });
  });
}

async function perform(line: string, call: RunnerCall): Promise<number> {
  const argv = words(line);
  if (!argv) {
    call.err('sh: 1: Syntax error\n');
    return 2;
  }
  const [name, ...rest] = strip(argv);
  if (name === undefined) return 0;
  const asked = runnerWords([name, ...rest]);
  return asked ? runner(asked, call) : run({ ...call, argv: [name, ...rest] });
}

/** Reads standard input from the start, so that a client that sends some is never held up. */
function collect(channel: ServerChannel): (count?: number) => Promise<Buffer> {
  const chunks: Buffer[] = [];
  const waiting = new Set<() => void>();
  let size = 0;
  let ended = false;
  const look = () => {
    for (const check of waiting) check();
  };
  const end = () => {
    ended = true;
    look();
  };
  channel.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    look();
  });
  channel.on('end', end);
  channel.on('close', end);
  return (count = Number.POSITIVE_INFINITY) =>
    new Promise((resolve) => {
      const check = () => {
        if (!ended && size < count) return;
        waiting.delete(check);
        resolve(Buffer.concat(chunks).subarray(0, count));
      };
      waiting.add(check);
      check();
    });
}

function drained(channel: ServerChannel, gone: AbortSignal): Promise<void> {
  if (!channel.writableNeedDrain || gone.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    channel.once('drain', resolve);
    gone.addEventListener('abort', () => resolve(), { once: true });
  });
}
