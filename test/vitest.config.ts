import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take longest, the longest first: begun last, they would run alone at the end. */
const LONG = [
  'real/vm',
  'real/lvm',
  'real/hostbackup',
  'flow/crash',
  'flow/gateway',
  'flow/guests',
  'flow/redis',
  'real/links',
  'real/packages',
  'flow/rooms',
  'flow/cli',
  'commands',
  'flow/stories',
  'real/netns',
  'real/libvirt',
  'flow/backup',
  'flow/processes',
  'flow/execution',
  'real/systemd',
  'real/catchup',
  'real/collected',
  'real/console',
  'real/runner',
  'real/matrix',
  'flow/live-check',
  'real/services',
  'hosts/killed',
  'flow/fallback',
  'flow/watchdog',
  'flow/selfwatch',
  'flow/redisaway',
  'real/encrypted',
  'real/synapse',
  'real/stories',
  'flow/alerts',
  'flow/alerts-act',
  'flow/alerts-killed',
  'real/stop',
  'real/firewall',
  'flow/signed',
  'flow/signin',
  'real/package',
  'store/locks.model',
  'real/redirect',
  'real/mirror',
  'matrix/chat',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) =>
      (LONG.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`)) + LONG.length + 1) % (LONG.length + 1);
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/compiled.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // A machine that is busy is slow, not wrong.
    expect: { poll: { timeout: 15_000 } },
    // One more than the two cores that are reckoned with: many files mostly wait.
    maxWorkers: 3,
    // What a file imports costs more than most tests of it: a worker keeps it for the next file. No test leaves anything in a module behind.
    isolate: false,
    setupFiles: ['test/apart.ts'],
    sequence: { sequencer: LongestFirst },
    reporters: ['default', ['json', { outputFile: 'test/out/results.json' }]],
  },
});
