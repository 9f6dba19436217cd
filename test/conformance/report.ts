import { type Judged, judgeAll } from './cli.ts';
import { parseExchanges } from './exchange.ts';
import { type Replayed, replay } from './replay.ts';
import { homeOf } from './states.ts';

/** Everything that was compared and judged. */
export interface Report {
  readonly http: readonly Replayed[];
  readonly cli: readonly Judged[];
  readonly summary: {
    readonly http: { readonly total: number; readonly same: number; readonly different: number; readonly recorder: number };
    readonly cli: { readonly total: number; readonly ok: number; readonly warning: number; readonly error: number; readonly unknown: number };
    /** Faults of the recording machine, whole or in part, with the entries that show them. */
    readonly recorder: readonly { readonly why: string; readonly http: readonly number[]; readonly cli: readonly number[] }[];
  };
}

/** Clusters side by side. */
const WIDTH = 4;

/** Replays recorded exchanges and judges recorded commands. `dir` keeps certificates; `only` picks exchanges. */
export async function conformance({
  http,
  cli,
  dir,
  only,
}: {
  readonly http: unknown;
  readonly cli: unknown;
  readonly dir: string;
  readonly only?: readonly number[];
}): Promise<Report> {
  const all = parseExchanges(http);
  const home = homeOf(all);
  const left = all.filter(({ index }) => only === undefined || only.includes(index));
  const done: Replayed[] = [];
  const [first, ...rest] = left;
  // The first makes the certificates that the others use.
  if (first !== undefined) done.push(await replay(first, { dir, home }));
  const work = async () => {
    for (let next = rest.shift(); next !== undefined; next = rest.shift()) done.push(await replay(next, { dir, home }));
  };
  await Promise.all(Array.from({ length: WIDTH }, work));
  const replayed = done.sort((a, b) => a.index - b.index);
  const judged = judgeAll(cli);
  const count = <T extends { readonly verdict: string }>(list: readonly T[], verdict: T['verdict']) => list.filter((one) => one.verdict === verdict).length;
  return {
    http: replayed,
    cli: judged,
    summary: {
      http: { total: replayed.length, same: count(replayed, 'same'), different: count(replayed, 'different'), recorder: count(replayed, 'recorder') },
      cli: {
        total: judged.length,
        ok: count(judged, 'ok'),
        warning: count(judged, 'warning'),
        error: count(judged, 'error'),
        unknown: count(judged, 'unknown'),
      },
      recorder: blamed(
        replayed.flatMap(({ index, verdict, reason }) => (verdict === 'different' ? [] : reason.split('; ').map((why) => [index, why] as const))),
        judged.map(({ index, fault = '' }) => [index, fault] as const),
      ),
    },
  };
}

type Blame = readonly (readonly [index: number, why: string])[];

function blamed(http: Blame, cli: Blame): Report['summary']['recorder'] {
  const by = (list: Blame, why: string) => list.flatMap(([index, said]) => (said === why ? [index] : []));
  const all = [...new Set([...http, ...cli].map(([, why]) => why))].filter((why) => why !== '');
  return all.map((why) => ({ why, http: by(http, why), cli: by(cli, why) }));
}
