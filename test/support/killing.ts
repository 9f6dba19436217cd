import { expect } from 'vitest';
import type { FlatCard } from '../../src/core/flatten.ts';
import type { Part } from '../../src/part.ts';
import { PREFIX } from '../../src/queue/bullmq.ts';
import { open } from '../../src/store/redis.ts';
import type { People } from './bot.ts';
import { Parts } from './parts.ts';
import { CommandProxy } from './proxy.ts';
import { sample, THOROUGH } from './sample.ts';

/** What is asked and pressed through, and how often it was done. */
export interface Story {
  readonly name: string;
  tell(people: People, n: number): Promise<FlatCard>;
  done(parts: Parts): number;
}

/** More writes than any story takes: nobody is killed. */
const NEVER = 1000;

/** Long enough for whatever a dead part held to be taken over. */
const MS = 60_000;

export const ALONE: Story = {
  name: 'a request that needs nobody',
  tell: (people, n) => people.says('alice', `vm snapshot shop s${n}`, { ms: MS }),
  done: (parts) => parts.count('kvm1', 'snapshot-create-as'),
};

export const APPROVED: Story = {
  name: 'a request that another approves',
  async tell(people) {
    const card = await people.says('alice', 'vm reset mail', { ms: MS });
    expect(card.ticket?.state, card.text).toBe('waiting');
    return people.presses('bob', card, 'approve');
  },
  done: (parts) => parts.count('kvm2', 'virsh reset mail'),
};

/** A world in which one part is killed and another of its kind takes over. */
export class Stage {
  readonly parts: Parts;
  readonly #people: People;
  readonly #proxy: CommandProxy;
  readonly #victim: 'desk' | 'east';

  private constructor(parts: Parts, people: People, proxy: CommandProxy, victim: 'desk' | 'east') {
    this.parts = parts;
    this.#people = people;
    this.#proxy = proxy;
    this.#victim = victim;
  }

  /** Everything but the victim. */
  static async set(victim: 'desk' | 'east'): Promise<Stage> {
    const parts = await Parts.start();
    try {
      const first = await parts.desk(); // the gateway waits for a first configuration
      await parts.with('west', ...(victim === 'east' ? [] : (['east'] as const)));
      const { people } = await parts.gateway();
      if (victim === 'desk') await first.close();
      const proxy = parts.folder.closes(await CommandProxy.listen(parts.folder.file('proxy.sock'), parts.redis));
      return new Stage(parts, people, proxy, victim);
    } catch (error) {
      await parts.folder.close();
      throw error;
    }
  }

  #heir(): Promise<Part> {
    return this.#victim === 'desk' ? this.parts.desk() : this.parts.worker(this.#victim);
  }

  /** Tells the story to a victim that dies before its `n`th write. Returns whether it came to that, and the writes it made. */
  async dies(story: Story, n: number): Promise<{ readonly died: boolean; readonly writes: number }> {
    const { parts } = this;
    const args = this.#victim === 'desk' ? ['desk', '--config', parts.file] : ['worker', '--site', this.#victim];
    const victim = await parts.folder.hostler([...args, '--redis', this.#proxy.url]).says('is ready');
    let heir: Promise<Part> | undefined;
    this.#proxy.arm(n, () => {
      victim.child.kill('SIGKILL');
      heir = victim.ended.then(() => this.#lapse()).then(() => this.#heir());
    });
    const before = story.done(parts);
    const card = await story.tell(this.#people, n).catch((error: unknown) => {
      throw new Error(`killed before write ${n}`, { cause: error });
    });
    expect(card.ticket?.state, `killed before write ${n}: ${card.text}`).toBe('done');
    await new Promise((resolve) => setTimeout(resolve, 300)); // what the victim still writes after the end counts too
    this.#proxy.disarm();
    const { writes } = this.#proxy;
    expect(story.done(parts) - before, `effects after a kill before write ${n}`).toBe(1);
    if (heir) await (await heir).close();
    else expect((await victim.stop()).code).toBe(0);
    return { died: heir !== undefined, writes };
  }

  /** What the dead held is found to be nobody's at once, as it would be after eight seconds: the jobs it worked on, and its leases. */
  async #lapse(): Promise<void> {
    const redis = await open(this.parts.redis);
    try {
      for (const queue of this.#queues()) {
        const jobs = await redis.lrange(`${queue}:active`, 0, -1);
        if (jobs.length > 0) await redis.sadd(`${queue}:stalled`, ...jobs);
        await redis.del(`${queue}:stalled-check`, ...jobs.map((job) => `${queue}:${job}:lock`));
      }
      const leases = this.#victim === 'desk' ? ['hostler:lease:audit'] : await redis.keys('hostler:lease:run *');
      if (leases.length > 0) await redis.del(...leases);
    } finally {
      redis.disconnect();
    }
  }

  /** The queues that the victim works on. */
  #queues(): string[] {
    return (this.#victim === 'desk' ? ['inbox', 'told', 'alerts'] : ['plans-east', 'runs-east']).map((queue) => `${PREFIX}:${queue}`);
  }

  /** Lets a last heir take over whatever is left: a late job must do nothing twice. */
  async drain(): Promise<void> {
    const heir = await this.#heir();
    const redis = await open(this.parts.redis);
    const lists = this.#queues().flatMap((queue) => [`${queue}:active`, `${queue}:wait`]);
    try {
      for (let left = 1; left > 0; left = (await Promise.all(lists.map((list) => redis.llen(list)))).reduce((a, b) => a + b))
        await new Promise((resolve) => setTimeout(resolve, 100));
    } finally {
      redis.disconnect();
      await heir.close();
    }
  }
}

/** How often a part was killed, and how many moments there were to choose from. */
export interface Killed {
  readonly points: number;
  readonly of: number;
}

/**
 * Kills the victim before its `from`th write, `every` writes later, and so on through all that the story takes: at a sample of these,
 * or at all of them until it survives. Worlds run side by side, each with the next kill point.
 */
export async function killEverywhere(
  victim: 'desk' | 'east',
  story: Story,
  { from, every }: { readonly from: number; readonly every: number },
): Promise<Killed> {
  const worlds = 2;
  let all: readonly number[] = [];
  let chosen: readonly number[] = [];
  let next = 0;
  let points = 0;
  let survived = false;
  const choose = async (stage: Stage) => {
    const quiet = [await stage.dies(story, NEVER), await stage.dies(story, NEVER + 1)];
    for (const { died } of quiet) expect(died).toBe(false);
    const writes = Math.min(...quiet.map((one) => one.writes)); // the first is slowed by the start of the other world: more heartbeats
    all = Array.from({ length: Math.max(1, Math.ceil((writes - from + 1) / every)) }, (_, i) => from + i * every);
    chosen = sample(all, `kills of ${victim}, ${story.name}`);
  };
  let choosing: Promise<void> | undefined;
  const world = async () => {
    const stage = await Stage.set(victim);
    try {
      let told = choosing ? 0 : 2;
      choosing ??= choose(stage);
      await choosing;
      while (next < chosen.length || (THOROUGH && !survived)) {
        const n = chosen[next] ?? from + next * every;
        next++;
        const { died } = await stage.dies(story, n);
        told++;
        if (died) points++;
        else survived = true;
      }
      await stage.drain();
      expect(story.done(stage.parts)).toBe(told);
    } finally {
      await stage.parts.folder.close();
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: worlds }, world));
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
  // The last of them may come to nothing: a heartbeat was counted that did not come again.
  expect(points).toBeGreaterThan(chosen.length / 2);
  return { points, of: all.length };
}
