import type { Route } from '../route.ts';
import { ABOUT } from './about.ts';
import { CONFIGS } from './configs.ts';
import { DATASTORES } from './datastores.ts';
import { FILES } from './files.ts';
import { GC } from './gc.ts';
import { GROUPS } from './groups.ts';
import { JOBS } from './jobs.ts';
import { NAMESPACES } from './namespaces.ts';
import { NODE } from './node.ts';
import { PRUNE } from './prune.ts';
import { PULL } from './pull.ts';
import { SNAPSHOTS } from './snapshots.ts';
import { TASKS } from './tasks.ts';
import { VERIFY } from './verify.ts';

/** Everything the practice backup server answers. */
export const ROUTES: readonly Route[] = [
  ...[ABOUT, NODE, TASKS, DATASTORES, GC, GROUPS, SNAPSHOTS, FILES],
  ...[PRUNE, VERIFY, NAMESPACES, JOBS, CONFIGS, PULL],
].flat();
