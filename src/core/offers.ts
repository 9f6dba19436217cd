import type { AnyCommand } from './command.ts';
import { Refusal } from './errors.ts';
import { MOST_OFFERS } from './join.ts';
import { parse } from './parse.ts';
import type { Plan } from './types.ts';

/** The plan with only those lines offered that can be asked with these commands, each once, and no more than a card shows. */
export function withOffers(plan: Plan, commands: ReadonlyMap<string, AnyCommand>): Plan {
  if (!plan.offers) return plan;
  const lines = plan.offers.filter(({ line }, i, all) => all.findIndex((other) => other.line === line) === i && canBeAsked(line, commands));
  return { ...plan, offers: lines.slice(0, MOST_OFFERS) };
}

/** Whether a line is a whole command of these. */
export function canBeAsked(line: string, commands: ReadonlyMap<string, AnyCommand>): boolean {
  try {
    parse(line, commands);
    return true;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}
