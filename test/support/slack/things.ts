import type { Block } from './schema/blocks.ts';
import type { Home, Modal } from './schema/view.ts';

/** The team, the app and its bot: who is who in the simulated workspace. */
export const TEAM = { id: 'T0HOSTLER01', domain: 'hostler-example', name: 'Hostler Example' } as const;
export const APP = 'A0HOSTLER01';
export const BOT = { user: 'U0BOT000001', id: 'B0BOT000001', name: 'hostler' } as const;

/** A person or a bot. */
export interface User {
  readonly id: string;
  readonly name: string;
  readonly team: string;
  readonly bot: boolean;
  guest: boolean;
  deleted: boolean;
  tz: string;
  locale: string;
}

/** A conversation. */
export interface Channel {
  readonly id: string;
  readonly name: string;
  readonly kind: 'public' | 'private' | 'im';
  readonly members: Set<string>;
  archived: boolean;
  shared: boolean;
}

/** One version of what a message says. */
export interface Version {
  readonly text: string;
  readonly blocks: readonly Block[];
  /** When it was said, milliseconds since 1970. */
  readonly at: number;
}

/** What an app hung on a message. */
export interface Metadata {
  readonly event_type: string;
  readonly event_payload: Readonly<Record<string, unknown>>;
}

/** A message, with all it ever said. */
export interface Message {
  readonly ts: string;
  readonly channel: string;
  readonly user: string;
  readonly thread?: string;
  /** Whom alone it is shown to. */
  readonly ephemeral?: string;
  readonly files: readonly Upload[];
  readonly versions: Version[];
  readonly reactions: { readonly name: string; readonly user: string }[];
  /** What people have chosen in it and not sent: by person, block and action. */
  readonly state: Map<string, Record<string, Record<string, Record<string, unknown>>>>;
  text: string;
  blocks: readonly Block[];
  metadata: Metadata | undefined;
  deleted: boolean;
}

/** A file on its way in, and once it is there. */
export interface Upload {
  readonly id: string;
  readonly name: string;
  readonly length: number;
  title: string;
  /** The bytes, once uploaded. */
  bytes: Buffer | undefined;
  done: boolean;
}

/** A modal or a home tab as somebody has it before them. */
export interface View {
  readonly id: string;
  readonly user: string;
  readonly root: string;
  readonly previous: string | undefined;
  shown: Modal | Home;
  hash: string;
}
