import type { webApi } from '@slack/bolt';
import type { Hear } from '../../core/chat.ts';
import type { Log } from '../../core/ports.ts';
import type { Dms } from './dms.ts';
import type { Me } from './me.ts';

/** What everything that hears needs. */
export interface Ears {
  readonly hear: Hear;
  readonly api: webApi.WebClient;
  readonly dms: Dms;
  readonly me: Me;
  /** Ids of the workspaces that are listened to. */
  readonly workspaces: readonly string[];
  readonly log: Log;
  /** The bot heard of its own reaction. */
  beat(room: string, ts: string): Promise<void>;
}

/** What is given to Slack with an acknowledgement; undefined for a plain one. */
export type Reply = Readonly<Record<string, unknown>> | undefined;
