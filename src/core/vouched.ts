import { canonical, digest } from './digest.ts';
import { atLeast } from './risk.ts';
import { type Signed, signedBy } from './signers.ts';
import type { In } from './ticket.ts';
import type { Part, Plan, Step } from './types.ts';
import { list, type Said, say } from './words.ts';

/** A ticket whose steps a worker may perform. */
type Acting = In<'running'> | In<'cancelling'>;

/** What a worker knows by itself of the plans it performs. */
export interface Vouching {
  /** Why nothing more of a plan may be begun here; undefined: it may. `untouched`: nothing of it was begun here. */
  whyNot(ticket: Acting, plan: Plan, untouched: boolean): Promise<Said | undefined>;
  /** It is performed now: under no other round it will be again. */
  begins(ticket: Acting): void;
}

/** How many plans a worker remembers to have made itself, or to have performed. */
const REMEMBERED = 1000;

/**
 * What a worker checks by itself, trusting nothing that stands in Redis. What enough people signed may be performed. So may what nobody signed, where
 * this worker, planning it itself right before, comes to the very same steps, and to a risk below the one from which it takes signatures:
 * a stored plan's own word on its risk is worth nothing.
 */
export function vouching(
  site: string,
  needs: {
    /** What it asks for, read anew; throws when that cannot be read. Undefined: this worker asks for nothing. */
    signed(): Signed | undefined;
    /** This site's part, as it would be now. */
    planNow(ticket: Acting): Promise<Part>;
    now?(): number;
  },
): Vouching {
  const mine = new Map<string, true>();
  const rounds = new Map<string, number>();

  async function whyNot(ticket: Acting, plan: Plan, untouched: boolean): Promise<Said | undefined> {
    let rule: Signed | undefined;
    try {
      rule = needs.signed();
    } catch {
      return say({
        en: 'this worker cannot read the file of those who may sign, so it begins nothing',
        zh: '此 worker 无法读取签名者文件，因此不会开始任何操作',
      });
    }
    if (!rule) return undefined;
    const whole = digest(ticket.command, ticket.input, plan);
    if (whole !== ticket.plan.digest) return say({ en: 'the stored plan is not the one that was approved', zh: '保存的计划不是已批准的计划' });
    const { round } = ticket.plan;
    // Under another round the hosts would not know it again.
    if ((rounds.get(nameOf(ticket)) ?? round) !== round)
      return say({ en: 'this worker has performed this very plan of this request before', zh: '此 worker 已执行过该请求的这一计划' });
    const people = signedBy(ticket, whole, ticket.votes, rule.signers, needs.now?.() ?? Date.now());
    const name = `${nameOf(ticket)} ${round}`;
    if (people.length >= rule.count || mine.has(name)) return undefined;
    if (atLeast(plan.risk, rule.from) || !untouched || !(await isMine(ticket, plan, rule))) return tooFew(rule, people);
    remember(mine, name, true);
    return undefined;
  }

  /** Whether this worker would do the same, and it is of a risk that takes no signature. */
  async function isMine(ticket: Acting, plan: Plan, rule: Signed): Promise<boolean> {
    const part = await needs.planNow(ticket);
    return part.kind === 'plan' && !atLeast(part.plan.risk, rule.from) && isSame(part.plan.steps, plan.steps, site);
  }

  return { whyNot, begins: (ticket) => remember(rounds, nameOf(ticket), ticket.plan.round) };
}

const nameOf = ({ id, plan }: Acting): string => `${id} ${plan.digest}`;

function tooFew({ count }: Signed, people: readonly string[]): Said {
  return say(
    {
      en: 'this worker performs it only with {count} signatures of people it knows; there are: {people}',
      zh: '此 worker 需要 {count} 个已知人员的签名才会执行；现有：{people}',
    },
    { count, people: people.length === 0 ? '0' : list(people) },
  );
}

/** Whether two plans do the same at a site: on each host the same steps in the same order, in whichever waves, under whichever words. */
function isSame(mine: readonly Step[], stored: readonly Step[], site: string): boolean {
  const effects = (steps: readonly Step[]) => {
    const here = Map.groupBy(
      steps.filter(({ on }) => on.site === site),
      ({ on }) => on.host,
    );
    return canonical(Object.fromEntries([...here].map(([host, own]) => [host, own.map(({ why: _, wave: __, ...effect }) => effect)])));
  };
  return effects(mine) === effects(stored);
}

/** Keeps the newest. */
function remember<V>(kept: Map<string, V>, name: string, value: V): void {
  kept.delete(name);
  kept.set(name, value);
  const [oldest] = kept.keys();
  if (kept.size > REMEMBERED && oldest !== undefined) kept.delete(oldest);
}
