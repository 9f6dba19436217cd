/** A matcher as Alertmanager has it: https://prometheus.io/docs/alerting/latest/configuration/#matcher */
export interface MatcherThere {
  readonly name: string;
  readonly value: string;
  readonly isRegex: boolean;
  readonly isEqual: boolean;
}

/** What a gateway is to do at a source of alerts. Times in milliseconds since the epoch. */
export type Errand =
  | {
      readonly errand: 'hush';
      readonly source: string;
      readonly silence: string;
      readonly matchers: readonly MatcherThere[];
      readonly until: number;
      readonly by: string;
      readonly reason: string;
    }
  /** `there`: its id at the source. */
  | { readonly errand: 'unhush'; readonly source: string; readonly silence: string; readonly there: string };

/** An errand that is due. While it waits, the same is not sent again. */
export interface ErrandDue {
  readonly job: 'errand';
  readonly errand: Errand;
  readonly delayMs?: number;
}
