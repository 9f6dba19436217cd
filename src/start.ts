import type { Config } from '../config/schema.ts';
import type { Commands, Log } from './core/ports.ts';
import { say } from './core/words.ts';
import { type RunningDesk, startDesk } from './desk.ts';
import { startGateway } from './gateway.ts';
import type { Timing } from './hosts/proxmox/timing.ts';
import type { Part } from './part.ts';
import type { Rooms } from './rooms.ts';
import type { SignersFile } from './signersfile.ts';
import { StartError } from './starterror.ts';
import { startWorker } from './worker.ts';

export interface StartOptions {
  readonly config: Config;
  readonly redis: string;
  /** The folder of this instance's data. */
  readonly home: string;
  readonly port?: number;
  readonly token: string;
  readonly version: string;
  readonly commands: Commands;
  readonly log: Log;
  /** What its workers ask for by themselves before they perform what is of some risk. */
  readonly signers?: SignersFile;
  /** How patient its workers are with the API of a Proxmox server. */
  readonly timing?: Timing;
}

/** Starts desk, a worker per site, and the gateway in this process. What was begun is closed when one of them fails. */
export async function startAll(options: StartOptions): Promise<RunningDesk & { readonly url: string; readonly port: number; readonly rooms: Rooms }> {
  const parts: Part[] = [];
  const close = async () => {
    for (const part of parts.reverse()) await part.close();
  };
  try {
    const desk = await startDesk(options);
    parts.push(desk);
    for (const site of Object.keys(options.config.sites)) parts.push(await startWorker({ ...options, site }));
    const gateway = await startGateway(options);
    parts.push(gateway);
    return { url: gateway.url, port: gateway.port, rooms: gateway.rooms, close, reload: desk.reload };
  } catch (error) {
    await close();
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      throw new StartError(
        say(
          { en: 'port {port} is in use; choose another with --port N (0 for any)', zh: '端口 {port} 已被占用；请用 --port N 指定其他端口（0 为任意）' },
          { port: options.port ?? options.config.web.port },
        ),
      );
    }
    throw error;
  }
}
