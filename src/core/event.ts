import type { Needs } from './approval.ts';
import type { Ending, PartSummary, PlanRef, Vote } from './ticket.ts';
import type { Place } from './types.ts';
import type { Window } from './window.ts';
import type { Said } from './words.ts';

/** What is on record of a refusal besides its words. `rule`: of the policy, where that refused it; `plan`: what would have been done. */
interface Told {
  readonly rule?: string;
  readonly plan?: Pick<PlanRef, 'digest' | 'hosts' | 'risk'>;
}

/** What joining the parts of a round came to. */
export type Verdict =
  /** `passing`: a host or a site did not answer, or changes are frozen; another time it may be otherwise. `lapsed`: what approved its schedule does not suffice any more. */
  | ({ readonly kind: 'refused'; readonly message: Said; readonly hint?: Said; readonly passing?: true; readonly lapsed?: true } & Told)
  /** Nothing to run: an answer, a `--plan`, or a world that is already as wished. */
  | { readonly kind: 'answered'; readonly plan: PlanRef }
  | { readonly kind: 'ready'; readonly plan: PlanRef; readonly slot?: Window }
  | { readonly kind: 'ask'; readonly plan: PlanRef; readonly needs: Needs; readonly expiresAt: number; readonly slot?: Window };

/** Something that happened to a ticket. `id` is the same on every redelivery; `at` in milliseconds since the epoch; `token`: of the lease under which a worker says it. */
export type Event = { readonly id: string; readonly at: number } & (
  | { readonly kind: 'planned'; readonly round: number; readonly site: string; readonly part: PartSummary }
  | { readonly kind: 'joined'; readonly round: number; readonly verdict: Verdict }
  | { readonly kind: 'refresh'; readonly sites: readonly string[] }
  | { readonly kind: 'approved'; readonly by: string; readonly code: string; readonly enough: boolean; readonly votes: readonly Vote[] }
  /** `reason`: in their words. */
  | { readonly kind: 'rejected' | 'cancelled'; readonly by: string; readonly reason?: string }
  /** A change that is asked to prove itself is to be kept, whatever its probes say. */
  | { readonly kind: 'kept'; readonly by: string }
  /** A voter takes their vote back. */
  | { readonly kind: 'withdrawn'; readonly by: string; readonly votes: readonly Vote[] }
  /** Who asked says why. */
  | { readonly kind: 'reasoned'; readonly by: string; readonly text: string }
  | { readonly kind: 'dispatched' }
  /** It is asked at times from now on. */
  | { readonly kind: 'repeats' }
  | ({ readonly kind: 'refused'; readonly message: Said; readonly lapsed?: true } & Told)
  /** Votes do not suffice any more. `needs`: what policy asks for now, where that is something else. */
  | { readonly kind: 'voided'; readonly votes: readonly Vote[]; readonly needs?: Needs }
  | { readonly kind: 'blocked'; readonly by: Said }
  | {
      readonly kind: 'ended';
      readonly site: string;
      readonly wave: number;
      readonly ending: Ending;
      readonly failed: number;
      /** The freeze that kept it from beginning. */
      readonly frozen?: Said;
      readonly token?: number | undefined;
    }
  | { readonly kind: 'learned'; readonly site: string; readonly wave: number; readonly token?: number | undefined }
  | { readonly kind: 'rechecked'; readonly by?: string }
  | { readonly kind: 'marked'; readonly by: string; readonly as: 'done' | 'failed'; readonly reason: string }
  /** Its card is to stand in more places. */
  | { readonly kind: 'placed'; readonly places: readonly Place[] }
  | { readonly kind: 'reported' }
  | { readonly kind: 'expired' }
);
