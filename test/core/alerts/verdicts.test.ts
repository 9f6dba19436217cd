import { expect, it } from 'vitest';
import type { Alert, AlertAct, AlertEvent } from '../../../src/core/alerts/alert.ts';
import { follow } from '../../../src/core/alerts/follow.ts';
import type { About } from '../../../src/core/alerts/settle.ts';
import { verdicts } from '../../../src/core/alerts/verdicts.ts';
import { fresh, member } from './sample.ts';

const about = (now: number) => ({ now }) as unknown as About;
let n = 0;
const then = (alert: Alert, act: AlertAct, at: number) => follow(alert, { ...act, id: `e${n++}`, at } as AlertEvent);
const firing = fresh({ top: [member('a')], counts: { firing: 1, silenced: 0, resolved: 0 } });
const asked = then(firing, { kind: 'asked', ticket: 'T1', by: 'ana', line: 'svc restart nginx web1' }, 2000);
const ran = (state: string) => then(asked, { kind: 'ran', ticket: 'T1', state, judgeAt: 600_000 }, 60_000);
const over: AlertAct = {
  kind: 'signals',
  ...{ members: [member('a', { status: 'resolved', endedAt: 190_000 })], counts: { firing: 0, silenced: 0, resolved: 1 }, began: 0, ended: 1 },
};

it('says how long after the run it cleared', async () => {
  const alert = then(ran('done'), over, 190_000);
  expect(await verdicts(alert, about(190_000))).toEqual({ kind: 'judged', ticket: 'T1' });
  const judged = then(alert, { kind: 'judged', ticket: 'T1' }, 190_000);
  expect(judged.history.at(-1)).toMatchObject({ kind: 'cleared', ms: 130_000 });
  expect(await verdicts(judged, about(191_000))).toBeUndefined();
});

it('waits as long as it may take, then says that it still fires, and calls who did it, once', async () => {
  const alert = ran('done');
  expect(await verdicts(alert, about(599_999))).toBeUndefined();
  expect(await verdicts(alert, about(600_000))).toEqual({ kind: 'judged', ticket: 'T1' });
  const judged = then(alert, { kind: 'judged', ticket: 'T1' }, 600_000);
  expect(judged.tries[0]?.verdict).toBe('still-firing');
  const call = await verdicts(judged, about(600_001));
  expect(call).toMatchObject({ kind: 'called', call: { people: ['ana'], why: 'still-firing' } });
  expect(call && (await verdicts(then(judged, call, 600_001), about(600_002)))).toBeUndefined();
});

it.each(['failed', 'refused', 'cancelled', 'rejected', 'expired'])('says nothing of what %s', async (state) => {
  expect(await verdicts(ran(state), about(9_000_000))).toBeUndefined();
  expect(await verdicts(then(ran(state), over, 190_000), about(9_000_000))).toBeUndefined();
});

it('says nothing while it runs, nor of an alert that somebody has closed', async () => {
  expect(await verdicts(then(asked, over, 3000), about(4000))).toBeUndefined();
  expect(await verdicts(then(ran('done'), { kind: 'closed', by: 'ana' }, 70_000), about(9_000_000))).toBeUndefined();
});
