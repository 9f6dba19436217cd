import { type Call, effect, type Program } from '../../program.ts';
import { type Saved, savedOf } from './state.ts';
import { checked, head, restoreTo } from './words.ts';

function of(call: Call): Saved {
  const name = call.argv[1] ?? '';
  const [host] = name.split('-');
  return savedOf(call.machine, name, (i) => `${host}:${name.slice((host?.length ?? 0) + 1)}:T000000000${i}`);
}

const stamp = (at: number) => new Date(at * 1000).toISOString().replace(/\.\d+Z$/, '.000000');

/** What borg says to the bot's scripts. */
export const BORG_SCRIPTS: { readonly [name: string]: Program } = {
  'borg-seen': (call) => {
    const saved = of(call);
    head(call, saved.verifiedAt);
    const archives = saved.states.map(({ id, at }) => ({ archive: id, barchive: id, id, name: id, start: stamp(at), time: stamp(at) }));
    call.out(`${JSON.stringify({ archives, encryption: { mode: 'repokey' }, repository: { id: '0', location: '/mnt/backup/db1' } }, null, 4)}\n`);
    return 0;
  },
  'borg-locks': () => 0,
  'borg-run': (call) => {
    const id = call.argv.find((word) => word.includes('::'))?.split('::')[1] ?? '';
    of(call).states.push({ id, at: Math.floor(Date.now() / 1000) });
    effect(call, 'borg', 'create', id);
    call.out(`${'-'.repeat(78)}\nArchive name: ${id}\nDuration: 1.21 seconds\nNumber of files: 812\n${'-'.repeat(78)}\n`);
    return 0;
  },
  'borg-verify': (call) => checked(call, of(call), 'borg'),
  'borg-restore': (call) => restoreTo(call, 'borg', () => ''),
  'borg-dry': (call) => {
    const { states } = of(call);
    const keep = call.argv.includes('--keep-last') ? Number(call.argv[call.argv.indexOf('--keep-last') + 1]) : 2;
    for (const [i, { id }] of [...states].reverse().entries()) {
      const rule = i < keep ? `Keeping archive (rule: secondly #${i + 1}):` : 'Would prune:';
      call.err(`${rule.padEnd(41)}${id.padEnd(37)}[${'0'.repeat(64)}]\n`);
    }
    return 0;
  },
  'borg-prune': (call) => {
    const { states } = of(call);
    const ids = call.argv.slice(1).filter((word) => states.some(({ id }) => id === word));
    for (const gone of ids)
      states.splice(
        states.findIndex(({ id }) => id === gone),
        1,
      );
    effect(call, 'borg', call.argv.includes('compact') ? 'compact' : 'delete', ...ids);
    return 0;
  },
};
