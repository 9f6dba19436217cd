import { backupType, integer, namespace, optional, safeId, storeName } from '../kinds.ts';

/** Parameters that name a group within a datastore. */
export const GROUP = { store: storeName, ns: optional(namespace), 'backup-type': backupType, 'backup-id': safeId };
/** Parameters that name a snapshot within a datastore. */
export const SNAPSHOT = { ...GROUP, 'backup-time': integer(1) };
const count = optional(integer(1));
/** How much a prune keeps. */
export const KEEP = { 'keep-last': count, 'keep-hourly': count, 'keep-daily': count, 'keep-weekly': count, 'keep-monthly': count, 'keep-yearly': count };
