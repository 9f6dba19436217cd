import { type Attempt, Delivery, isGood, type Manner, type Parcel } from './parcel.ts';
import { post, type Urls } from './post.ts';
import type { Slack } from './slack.ts';

/** A command or an interaction a person saw fail. */
export interface Failure {
  readonly kind: Parcel['kind'];
  /** What the person is shown: operation_timeout, or dispatch_failed. */
  readonly error: 'operation_timeout' | 'dispatch_failed';
  readonly parcel: Parcel;
}

/** Carries parcels to the app, by requests or through sockets, and again where that is due. */
export class Courier {
  readonly #slack: Slack;
  readonly #stop = new AbortController();
  /** Everything ever delivered, oldest first. */
  readonly sent: Delivery[] = [];
  readonly failures: Failure[] = [];
  urls: Urls | undefined;

  constructor(slack: Slack) {
    this.#slack = slack;
  }

  /** Delivers, each parcel for itself; `ts` is the message it is about. */
  deliver(parcels: readonly Parcel[], ts = ''): Delivery {
    const delivery = new Delivery(
      parcels,
      (parcel) => this.#run(parcel),
      (parcel, manner) => this.#send(parcel, manner),
      ts,
    );
    if (parcels.length > 0) this.sent.push(delivery);
    return delivery;
  }

  async #run(parcel: Parcel): Promise<Attempt> {
    let attempt = await this.#send(parcel, { retry: 0 });
    const waits = parcel.kind === 'events_api' ? this.#slack.options.retries : [];
    for (const [at, wait] of waits.entries()) {
      if (isGood(attempt) || attempt.last) break;
      await new Promise<void>((resolve) => this.#slack.later(wait, resolve));
      attempt = await this.#send(parcel, { retry: at + 1, reason: attempt.reason });
    }
    if (!isGood(attempt) && parcel.kind !== 'events_api') {
      const error = attempt.reason === 'http_timeout' || attempt.reason === 'timeout' ? 'operation_timeout' : 'dispatch_failed';
      this.failures.push({ kind: parcel.kind, error, parcel });
    }
    this.#slack.world.changed();
    return attempt;
  }

  async #send(parcel: Parcel, manner: Manner): Promise<Attempt> {
    // What is on its way when the next thing happens must not change with it.
    const copy = { ...parcel, payload: structuredClone(parcel.payload) };
    const { urls } = this;
    const attempt = urls ? await post(urls, this.#slack.options, copy, manner, this.#stop.signal) : await this.#slack.sockets.send(copy, manner);
    parcel.attempts.push(attempt);
    this.#slack.world.changed();
    return attempt;
  }

  /** Ends every request under way. */
  stop(): void {
    this.#stop.abort();
  }
}
