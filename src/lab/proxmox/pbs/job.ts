/** Kinds of job a backup server runs on a schedule. */
export type JobKind = 'verify' | 'sync' | 'prune';

/** One scheduled job. `options` are its other settings, as `GET /config/{kind}` gives them. */
export interface Job {
  readonly id: string;
  readonly store: string;
  /** A calendar event of systemd's kind. */
  readonly schedule?: string;
  readonly comment?: string;
  readonly ns?: string;
  readonly options: { readonly [name: string]: string | number | boolean };
  /** Its last run: the task's UPID, exit status and end, seconds since the epoch. */
  last?: { readonly upid: string; readonly state: string; readonly end: number };
}

/** Another backup server to pull from. */
export interface Remote {
  readonly name: string;
  readonly host: string;
  readonly auth: string;
  readonly comment?: string;
  readonly fingerprint?: string;
  /** It does not answer. */
  readonly silent?: boolean;
}
