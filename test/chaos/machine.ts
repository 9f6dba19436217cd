import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { childrenOf, kill, start, stop, until } from '../support/real/processes.ts';
import { type Sshd, startSshd } from '../support/real/sshd.ts';
import { Way } from './way.ts';

/** A machine that the bot reaches over a network of ours: a real sshd, with processes and folders of its own that outlive it. */
export interface Machine {
  readonly name: string;
  readonly sshd: Sshd;
  readonly way: Way;
  close(): Promise<void>;
}

/** The first process of a machine: mounts what sshd and the runner write to, and then takes care of orphans, as init does. */
const INIT = 'mount -t tmpfs none /run && mkdir -m 755 /run/sshd && mount --bind "$1" /var/lib && : >"$1/.up" && while :; do sleep 3600 & wait; done';

/** Runs it apart from everything else here; unshare complains when it is killed, which is its end here. */
const APART = 'exec unshare --mount --pid --fork --kill-child=KILL --mount-proc sh -c "$1" sh "$2" 2>/dev/null';

/** Starts a machine. Its /var/lib is `folder`; its programs write to `effects`. */
export async function startMachine(name: string, folder: string, effects: string): Promise<Machine> {
  mkdirSync(folder, { recursive: true });
  const holder = start(['sh', '-c', APART, 'sh', INIT, folder]);
  await until('a machine', () => existsSync(join(folder, '.up')));
  const [init] = childrenOf(holder.pid);
  const sshd = await startSshd({ within: ['nsenter', '--target', String(init), '--mount', '--pid', '--'], also: 'MaxStartups 500\nMaxSessions 50' });
  writeFileSync(join(sshd.dir, 'home', '.chaos'), `${name} ${effects}\n`);
  const way = await Way.listen(sshd.port);
  return {
    name,
    sshd,
    way,
    async close() {
      await way.close();
      if (init !== undefined) kill([init]); // everything else there goes with it
      await stop(holder);
      await sshd.close();
    },
  };
}
