import errandJob, { PULL_EVERY } from '../jobs/errand.ts';
import { Alertmanager, ThereError } from './chat/alertmanager.ts';
import type { Signal, Written } from './core/alerts/alert.ts';
import type { Errand } from './core/alerts/errand.ts';
import { receiverOf } from './core/alerts/there.ts';
import { tidied } from './core/alerts/tidy.ts';
import { jobId } from './core/digest.ts';
import { say, speak } from './core/words.ts';
import { secret } from './hosts/secret.ts';
import { ALERT_PRIORITY, ALERTS, ERRANDS } from './messages.ts';
import type { Base } from './part.ts';
import { read } from './queue/bullmq.ts';
import type { Settings } from './settings.ts';
import { redisNow } from './store/clock.ts';
import { receivers } from './store/receivers.ts';

/** Most signals of what an Alertmanager lists that are told as all there is. */
const MOST = 5000;
const BESIDES = 50_000;
/** What is listed there is told again, though nothing has changed, for so many times after it has. */
const SETTLING = 5;
const GONE = say({ en: 'it has no address any more', zh: '已没有其地址' });
/** That a receiver is heard is written again after this, in milliseconds. */
const WRITTEN = 3_600_000;

/** What gateways do at sources: silences are written through, and what fires there is compared. One gateway at a time does each of it. */
export async function startErrands({
  base: { redis, queues, log },
  rules,
}: {
  readonly base: Pick<Base, 'redis' | 'queues' | 'log'>;
  rules(): Promise<Settings>;
}): Promise<{ heard(source: string, signals: readonly Signal[]): void }> {
  const known = receivers(redis);
  const written = new Map<string, number>();
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
    const said = (written: Written) => tell(jobId('written', silence, source, crypto.randomUUID()), { silence, source, at: Date.now(), written });
    try {
      if (!manager) return await said({ trouble: speak(GONE, 'en'), said: GONE });
      if (errand.errand === 'hush') await said(await manager.hush(errand, Date.now()));
      else {
        await manager.unhush(errand.there);
        await said({ trouble: 'over' });
      }
    } catch (error) {
      if (!(error instanceof ThereError)) throw error;
      // What is still there is still to be taken back.
      if (errand.errand === 'hush') await said({ trouble: error.message.slice(0, 300), said: error.said });
      if (!error.isFinal) throw error;
    }
  }

  /** Lost ends, ends of what was silenced there (they are never sent), and what began while nobody heard. */
  async function pull(): Promise<void> {
    for (const [name, { kind, api, labels }] of Object.entries((await rules()).config.alerts.sources)) {
      if (kind !== 'alertmanager' || api === undefined) continue;
      const heardBy = await known.of(name);
      if (heardBy.length === 0) continue; // it never sent anything here: nothing of it can be over
      try {
        const now = await (await there(name))?.firing(name, heardBy, await redisNow(redis));
        if (!now) continue;
        const { at, signals, besides, since } = now;
        const all = signals.map(({ fingerprint, startsAt }) => `${fingerprint} ${startsAt}`).sort();
        const as = [since === undefined ? 'all' : 'some', ...all].join('\n');
        const last = seen.get(name);
        const times = last?.as === as ? last.times + 1 : 0;
        seen.set(name, { as, times });
        if (signals.length > MOST || besides.length > BESIDES || (times > SETTLING && times % 20 !== 0)) continue;
        const own = signals.map((one) => tidied(one, name, labels));
        await tell(jobId('whole', name, at), { source: name, at, whole: true, signals: own, besides, ...(since === undefined ? {} : { since }) });
      } catch (error) {
        log(`${name} was not asked what fires there`, error);
      }
    }
  }

  await queues.work(ERRANDS, async (name, data) => (name === 'pull' ? pull() : errandJob.take(read(errandJob.payload, data), { run })), 4);
  await queues.every(PULL_EVERY, ERRANDS, 'pull');
  return {
    heard(source, signals) {
      const names = new Set(signals.flatMap(({ group }) => (group === undefined ? undefined : receiverOf(group)) ?? []));
      for (const name of names) remember(source, name).catch((error: unknown) => log('a receiver was not remembered', error));
    },
  };

  /** What fires there for others is not ours. */
  async function remember(source: string, name: string): Promise<void> {
    const [mark, now] = [JSON.stringify([source, name]), Date.now()];
    if (now - (written.get(mark) ?? 0) < WRITTEN) return;
    await known.heard(source, name);
    written.set(mark, now);
  }
}
