import { keptText } from '../redactline.ts';
import type { SettleNeeds } from '../settle.ts';
import { quoted, type Said, say } from '../words.ts';
import { MALFORMED, SELF } from './body.ts';
import { takeSignals } from './intake.ts';
import { spoken } from './spoken.ts';

/** Keeps and counts what could not be read, and says so and why: one alert a source, which goes a day after the last. The body itself is for the admin room. */
export async function takeMalformed(
  source: string,
  at: number,
  malformed: { readonly body: string; readonly why: string; readonly said?: Said; readonly from: string },
  needs: SettleNeeds,
): Promise<void> {
  const { body, why, said, from } = malformed;
  await needs.alerts.keepMalformed({ source, at, body: keptText(body), why, from });
  needs.counts.add('hostler_alerts_malformed_total', { source });
  await takeSignals(
    SELF,
    [
      {
        source: SELF,
        fingerprint: `${MALFORMED}${source}`,
        status: 'firing',
        severity: 'warning',
        ...spoken(say({ en: 'what {source} sends cannot be read', zh: '无法读取 {source} 发来的内容' }, { source }), said ?? quoted(why)),
        labels: { sender: source, from },
        startsAt: at,
        once: true,
      },
    ],
    at,
    needs,
  );
}
