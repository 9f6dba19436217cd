import { type Fact, RISKS, type Risk } from './types.ts';
import { say } from './words.ts';

/** The highest of these risks; `none` for no risk at all. */
export function highest(risks: readonly Risk[]): Risk {
  return RISKS[Math.max(0, ...risks.map((risk) => RISKS.indexOf(risk)))] ?? 'none';
}

export function atLeast(risk: Risk, floor: Risk): boolean {
  return RISKS.indexOf(risk) >= RISKS.indexOf(floor);
}

/** What a plan touches, as far as it matters for risk. */
export interface Hazard {
  readonly host: string;
  readonly guest?: string;
  /** The whole host goes away, with all its guests. */
  readonly wholeHost?: boolean;
  /** Guests running on the host. */
  readonly running?: number;
}

interface Row {
  readonly raises: Risk;
  fact(hazard: Hazard, self: { readonly host: string; readonly guest?: string } | undefined, now: number): Fact | undefined;
}

/** One row per fact that raises a plan's risk. Facts never lower it. */
const ROWS: readonly Row[] = [
  {
    raises: 'high',
    fact: (hazard, self, at) =>
      self && hazard.host === self.host && (hazard.wholeHost || (self.guest !== undefined && hazard.guest === self.guest))
        ? {
            what: say({ en: 'carries', zh: '承载' }),
            value: say({ en: 'this bot itself runs here', zh: '本机器人就运行在此' }),
            at,
            holds: `self ${self.host}`,
          }
        : undefined,
  },
  {
    raises: 'high',
    fact: (hazard, _self, at) =>
      hazard.wholeHost && hazard.running
        ? {
            what: say({ en: 'running guests', zh: '运行中的虚拟机' }),
            value: say({ en: '{n} would go down with it', zh: '{n} 台会一起停机' }, { n: hazard.running }),
            at,
            holds: `running ${hazard.running}`,
          }
        : undefined,
  },
];

/** The risk of a plan after what is known of the world, and the facts that raised it. */
export function assess(
  floor: Risk,
  hazard: Hazard,
  self: { readonly host: string; readonly guest?: string } | undefined,
  now: number,
): { risk: Risk; facts: Fact[] } {
  const raised = ROWS.flatMap((row) => {
    const fact = row.fact(hazard, self, now);
    return fact ? [{ fact, risk: row.raises }] : [];
  });
  return { risk: highest([floor, ...raised.map(({ risk }) => risk)]), facts: raised.map(({ fact }) => fact) };
}
