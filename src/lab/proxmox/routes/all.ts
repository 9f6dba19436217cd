import type { Route } from '../route.ts';
import { ABSENT } from './absent.ts';
import { ACCESS } from './access.ts';
import { ACL_ROUTES } from './acl.ts';
import { AGENT } from './agent.ts';
import { AGENT_DOES } from './agentdoes.ts';
import { ARCHIVES } from './archives.ts';
import { BULK } from './bulk.ts';
import { BULK_GUESTS } from './bulkguests.ts';
import { CAPABILITIES } from './capabilities.ts';
import { CARDS } from './cards.ts';
import { CLOUDINIT } from './cloudinit.ts';
import { CLUSTER } from './cluster.ts';
import { CONFIG } from './config.ts';
import { CONSOLES } from './consoles.ts';
import { CONTAINER_NET } from './containernet.ts';
import { CONTENT } from './content.ts';
import { COROSYNC } from './corosync.ts';
import { CREATE } from './create.ts';
import { DATACENTER } from './datacenter.ts';
import { INDEXES } from './directories.ts';
import { DISK_ROUTES } from './disks.ts';
import { DISK_WORK } from './diskwork.ts';
import { DRIVES } from './drives.ts';
import { FIREWALL } from './firewall.ts';
import { GUESTS } from './guests.ts';
import { HA } from './ha.ts';
import { HA_MORE } from './hamore.ts';
import { JOBS } from './jobs.ts';
import { MACHINES } from './machine.ts';
import { MIGRATE } from './migrate.ts';
import { NETWORK } from './network.ts';
import { NODE_LOGS } from './nodelogs.ts';
import { NODES } from './nodes.ts';
import { NODE_SETTINGS } from './nodesettings.ts';
import { NOTIFICATIONS } from './notifications.ts';
import { ODDS } from './odds.ts';
import { OPTION_ROUTES } from './options.ts';
import { OUTSIDE } from './outside.ts';
import { POOL_KEEP } from './poolkeep.ts';
import { POOL_ROUTES } from './pools.ts';
import { POWER } from './power.ts';
import { PRUNE } from './prune.ts';
import { REPLICATING } from './replicating.ts';
import { REPLICATION } from './replication.ts';
import { REPLICATIONS } from './replications.ts';
import { RIGHTS } from './rights.ts';
import { ROLE_ROUTES } from './rolesets.ts';
import { SCAN } from './scan.ts';
import { SDN } from './sdn.ts';
import { SNAPSHOTS } from './snapshots.ts';
import { STATISTICS } from './statistics.ts';
import { STORAGE_CFG } from './storagecfg.ts';
import { STORAGES_FETCH } from './storagefetch.ts';
import { STORAGES_FILLED } from './storagefill.ts';
import { STORAGES_MADE } from './storagemade.ts';
import { STORAGES } from './storages.ts';
import { TASKS } from './tasks.ts';
import { TOKEN_ROUTES } from './tokens.ts';
import { UPKEEP } from './upkeep.ts';
import { USER_ROUTES } from './users.ts';
import { VIRTIOFS } from './virtiofs.ts';
import { VZDUMP } from './vzdump.ts';

/** Every operation the practice cluster has. */
export const ROUTES: readonly Route[] = [
  ...[...VIRTIOFS, ...REPLICATING],
  ...[...ACCESS, ...CLUSTER, ...NODES, ...TASKS, ...UPKEEP, ...NETWORK, ...STORAGES, ...STORAGE_CFG, ...CONTENT, ...PRUNE, ...HA, ...JOBS, ...REPLICATION],
  ...[...POWER, ...CONFIG, ...SNAPSHOTS, ...GUESTS, ...MIGRATE, ...CREATE, ...AGENT, ...VZDUMP, ...ARCHIVES, ...BULK],
  ...[...RIGHTS, ...POOL_ROUTES, ...HA_MORE, ...DRIVES, ...MACHINES, ...BULK_GUESTS, ...STORAGES_MADE],
  ...[
    ...DISK_ROUTES,
    ...DISK_WORK,
    ...CARDS,
    ...SCAN,
    ...NODE_SETTINGS,
    ...NODE_LOGS,
    ...OUTSIDE,
    ...STATISTICS,
    ...OPTION_ROUTES,
    ...COROSYNC,
    ...STORAGES_FILLED,
    ...STORAGES_FETCH,
    ...USER_ROUTES,
    ...TOKEN_ROUTES,
    ...ACL_ROUTES,
    ...ROLE_ROUTES,
    ...POOL_KEEP,
    ...AGENT_DOES,
    ...CONTAINER_NET,
    ...CLOUDINIT,
    ...REPLICATIONS,
    ...CAPABILITIES,
  ],
  ...[...DATACENTER, ...FIREWALL, ...NOTIFICATIONS, ...SDN, ...CONSOLES, ...ABSENT, ...ODDS, ...INDEXES],
];
