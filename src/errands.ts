import type { Redis } from 'ioredis';
import errandJob, { PULL_EVERY } from '../jobs/errand.ts';
import { Alertmanager, ThereError } from './chat/alertmanager.ts';
import type { Signal } from './core/alerts/alert.ts';
import type { Errand } from './core/alerts/errand.ts';
import { receiverOf } from './core/alerts/there.ts';
import { tidied } from './core/alerts/tidy.ts';
import { jobId } from './core/digest.ts';
import { secret } from './hosts/secret.ts';
import { ALERT_PRIORITY, ALERTS, ERRANDS } from './messages.ts';
import type { Base } from './part.ts';
import type { Settings } from './settings.ts';
import { memory } from './store/chats.ts';

/** Most signals of what an Alertmanager lists that are told as all there is. */
const MOST = 5000;
/** What is listed there is told again, though nothing has changed, for so many times after it has. */
const SETTLING = 5;
/** A receiver that was named by a source is remembered so long, in milliseconds. */
const REMEMBERED = 30 * 86_400_000;

/** What gateways do at sources: silences are written through, and what fires there is compared. One gateway at a time does each of it. */
export async function startErrands({
  base: { redis, queues, log },
  rules,
}: {
  readonly base: Pick<Base, 'redis' | 'queues' | 'log'>;
  rules(): Promise<Settings>;
}): Promise<{ heard(source: string, signals: readonly Signal[]): void }> {
  const receivers = receiversOf(redis);
  const seen = new Map<string, { readonly as: string; readonly times: number }>();
  const tell = (id: string, data: object) => queues.send([{ queue: ALERTS, name: 'alert', id, data, priority: ALERT_PRIORITY }]);

  async function there(name: string): Promise<Alertmanager | undefined> {
    const source = (await rules()).config.alerts.sources[name];
    if (source?.kind !== 'alertmanager' || source.api === undefined) return undefined;
    const { apiToken } = source;
    return new Alertmanager(source.api, apiToken === undefined ? undefined : () => secret(apiToken).trim());
  }

  async function run(errand: Errand): Promise<void> {
    const { source, silence } = errand;
    const manager = await there(source);
    const said = (written: { readonly id: string } | { readonly trouble: string }) =>
      tell(jobId('written', silence, source, crypto.randomUUID()), { silence, source, at: Date.now(), written });
    try {
      if (!manager) return await said({ trouble: 'it has no address any more' });
      if (errand.errand === 'hush') await said({ id: await manager.hush(errand, Date.now()) });
      else {
        await manager.unhush(errand.there);
        await said({ trouble: 'over' });
      }
    } catch (error) {
      if (!(error instanceof ThereError)) throw error;
      // What is still there is still to be taken back.
      if (errand.errand === 'hush') await said({ trouble: error.message.slice(0, 300) });
      if (!error.isFinal) throw error;
    }
  }

  /** Lost ends, ends of what was silenced there (they are never sent), and what began while nobody heard. */
  async function pull(): Promise<void> {
    for (const [name, { kind, api, labels }] of Object.entries((await rules()).config.alerts.sources)) {
      if (kind !== 'alertmanager' || api === undefined) continue;
      const known = await receivers.of(name);
      if (known.length === 0) continue; // it never sent anything here: nothing of it can be over
      try {
        const { at, signals } = (await (await there(name))?.firing(name, known, Date.now())) ?? { at: 0, signals: [] };
        const as = signals
          .map(({ fingerprint, startsAt }) => `${fingerprint} ${startsAt}`)
          .sort()
          .join('\n');
        const last = seen.get(name);
        const times = last?.as === as ? last.times + 1 : 0;
        seen.set(name, { as, times });
        if (at === 0 || signals.length > MOST || (times > SETTLING && times % 20 !== 0)) continue;
        await tell(jobId('whole', name, at), { source: name, at, whole: true, signals: signals.map((one) => tidied(one, name, labels)) });
      } catch (error) {
        log(`${name} was not asked what fires there`, error);
      }
    }
  }

  await queues.work(ERRANDS, async (name, data) => (name === 'pull' ? pull() : errandJob.take(errandJob.payload.parse(data), { run })), 4);
  await queues.every(PULL_EVERY, ERRANDS, 'pull');
  return {
    heard(source, signals) {
      const names = new Set(signals.flatMap(({ group }) => (group === undefined ? undefined : receiverOf(group)) ?? []));
      for (const name of names) receivers.add(source, name).catch((error: unknown) => log('a receiver was not remembered', error));
    },
  };
}

/** The receivers by which sources were heard: what fires there for others is not ours. */
function receiversOf(redis: Redis) {
  const kept = memory(redis, 'sources');
  const added = new Set<string>();
  const key = (source: string) => `receivers ${source}`;
  const of = async (source: string): Promise<readonly string[]> => JSON.parse((await kept.get(key(source))) ?? '[]');
  return {
    of,
    async add(source: string, name: string): Promise<void> {
      if (added.has(`${source} ${name}`)) return;
      const all = [...new Set([...(await of(source)), name])].slice(-20);
      await kept.set(key(source), JSON.stringify(all), REMEMBERED);
      added.add(`${source} ${name}`);
    },
  };
}
