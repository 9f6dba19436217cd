import { type Call, effect, type Program } from '../../program.ts';
import { type Saved, savedOf } from './state.ts';
import { checked, head, restoreTo } from './words.ts';

const ID = 64;

function of(call: Call): Saved {
  return savedOf(call.machine, call.argv[1] ?? '', () => call.machine.random.hex(ID));
}

/** A snapshot as `restic snapshots --json` prints it. */
function shown(call: Call, { id, at, tag }: Saved['states'][number]) {
  const tags = tag === undefined ? {} : { tags: [tag] };
  const time = new Date(at * 1000).toISOString();
  return { time, tree: id, paths: ['/etc'], hostname: call.machine.name, username: 'root', ...tags, id, short_id: id.slice(0, 8) };
}

/** What restic says to the bot's scripts. */
export const RESTIC_SCRIPTS: { readonly [name: string]: Program } = {
  'restic-seen': (call) => {
    const saved = of(call);
    head(call, saved.verifiedAt);
    call.out(`${JSON.stringify(saved.states.map((state) => shown(call, state)))}\n`);
    return 0;
  },
  'restic-locks': () => 0,
  'restic-run': (call) => {
    const saved = of(call);
    const id = call.machine.random.hex(ID);
    const tag = call.argv[call.argv.indexOf('--tag') + 1];
    saved.states.push({ id, at: Math.floor(Date.now() / 1000), ...(tag === undefined ? {} : { tag }) });
    effect(call, 'restic', 'backup', call.argv[1] ?? '');
    call.out(
      `using parent snapshot ${saved.states.at(-2)?.id.slice(0, 8) ?? ''}\n\nFiles:           3 new,     1 changed,  1204 unmodified\nDirs:            0 new,     4 changed,   311 unmodified\nAdded to the repository: 1.204 MiB (402.118 KiB stored)\n\nprocessed 1208 files, 5.481 MiB in 0:01\nsnapshot ${id.slice(0, 8)} saved\n`,
    );
    return 0;
  },
  'restic-verify': (call) => {
    call.out('create exclusive lock for repository\nload indexes\ncheck all packs\ncheck snapshots, trees and blobs\nread all data\n\nno errors were found\n');
    return checked(call, of(call), 'restic');
  },
  'restic-restore': (call) => restoreTo(call, 'restic', (into) => `restoring <Snapshot ${of(call).states.at(-1)?.id.slice(0, 8)}> to ${into}\n`),
  'restic-dry': (call) => {
    const { states } = of(call);
    const last = Number(call.argv[call.argv.indexOf('--keep-last') + 1] ?? '1');
    const keep = call.argv.includes('--keep-last') ? last : 2;
    const remove = states.slice(0, Math.max(0, states.length - keep));
    call.out(`${JSON.stringify([{ host: call.machine.name, paths: ['/etc'], remove: remove.map((state) => shown(call, state)) }])}\n`);
    return 0;
  },
  'restic-prune': (call) => {
    const { states } = of(call);
    const ids = call.argv.slice(call.argv.indexOf('--', 1) + 1);
    for (const id of ids) {
      const at = states.findIndex((state) => state.id.startsWith(id));
      if (at >= 0) states.splice(at, 1);
    }
    effect(call, 'restic', 'forget', ...ids);
    call.out(
      `[0:00] 100.00%  ${ids.length} / ${ids.length} files deleted\n\nloading indexes...\nfinding data that is still in use for ${states.length} snapshots\ndone\n`,
    );
    return 0;
  },
};
