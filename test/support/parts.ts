import { type Config, schema } from '../../config/schema.ts';
import type { Commands, Log } from '../../src/core/ports.ts';
import { startDesk } from '../../src/desk.ts';
import { startGateway } from '../../src/gateway.ts';
import { TIMING } from '../../src/hosts/proxmox/timing.ts';
import { type Lab, startLab } from '../../src/lab/index.ts';
import type { Part } from '../../src/part.ts';
import { loadCommands } from '../../src/registry.ts';
import { startServer } from '../../src/store/server.ts';
import { startWorker } from '../../src/worker.ts';
import { People } from './bot.ts';
import { Folder, serverProgram } from './processes.ts';

/** The part names a test leaves to itself. */
export type Left = 'gateway' | 'desk' | 'east' | 'west';

/** A practice fleet, a Redis of its own, and the parts around the one a test kills. */
export class Parts {
  readonly folder: Folder;
  readonly lab: Lab;
  readonly redis: string;
  readonly config: Config;
  /** The configuration as a file. */
  readonly file: string;
  readonly token = 'token-for-tests';
  /** What the parts in this process logged. */
  readonly logged: string[] = [];
  readonly #commands: Commands;

  private constructor(folder: Folder, lab: Lab, redis: string, commands: Commands, config: unknown) {
    this.folder = folder;
    this.lab = lab;
    this.redis = redis;
    this.#commands = commands;
    this.config = schema.parse(config);
    this.file = folder.config('config.yaml', config);
  }

  /** Starts the fleet and its Redis, no part. */
  static async start(options: { pace?: number; seed?: number; config?: (lab: unknown) => unknown } = {}): Promise<Parts> {
    const folder = new Folder();
    try {
      const lab = folder.closes(await startLab({ seed: options.seed ?? 1, pace: options.pace ?? 0.2, dir: folder.file('lab') }));
      const server = folder.closes(await startServer(serverProgram(), folder.file('redis')));
      return new Parts(folder, lab, server.url, await loadCommands(), options.config?.(lab.config) ?? lab.config);
    } catch (error) {
      await folder.close();
      throw error;
    }
  }

  /** Starts parts in this process; they are closed with the folder. */
  async with(...parts: readonly Left[]): Promise<this> {
    for (const part of parts) {
      if (part === 'gateway') await this.gateway();
      else if (part === 'desk') await this.desk();
      else await this.worker(part);
    }
    return this;
  }

  async desk(): Promise<Part> {
    return this.#keep(await startDesk({ redis: this.redis, config: this.config, home: this.folder.file('desk'), ...this.#common() }));
  }

  async worker(site: string): Promise<Part> {
    // A lost call is looked for in vain for a shorter time than in production, so that a test does not wait for it.
    return this.#keep(await startWorker({ redis: this.redis, site, timing: { ...TIMING, searchMs: 8000 }, ...this.#common() }));
  }

  /** A gateway, and people at it. It waits for a configuration: a desk comes first. */
  async gateway(): Promise<{ readonly people: People; readonly url: string; close(): Promise<void> }> {
    const gateway = this.#keep(await startGateway({ redis: this.redis, port: 0, token: this.token, version: 'test', ...this.#common() }));
    const url = gateway.url ?? '';
    return { url, people: this.people(url), close: () => gateway.close() };
  }

  people(url: string, token = this.token): People {
    const people = new People({ url, token });
    this.folder.closes({ close: async () => people.close() });
    return people;
  }

  /** How often a program changed something, by the words of its effect. */
  count(host: string, ...words: readonly string[]): number {
    return this.lab.host(host).effects.filter((effect) => words.every((word) => effect.includes(word))).length;
  }

  #common(): { commands: Commands; log: Log } {
    return { commands: this.#commands, log: (text, detail) => void this.logged.push(`${text}: ${detail}`) };
  }

  /** Closes a part with the folder, unless a test did so before. */
  #keep<T extends Part>(part: T): T {
    let closing: Promise<void> | undefined;
    const close = part.close.bind(part);
    return this.folder.closes(Object.assign(part, { close: () => (closing ??= close()) }));
  }
}
