import type { SettleNeeds } from '../settle.ts';
import { takeSignals } from './intake.ts';

/** Keeps and counts what could not be read, and says so: one alert a source, which goes a day after the last. */
export async function takeMalformed(
  source: string,
  at: number,
  malformed: { readonly body: string; readonly why: string; readonly from: string },
  needs: SettleNeeds,
): Promise<void> {
  await needs.alerts.keepMalformed({ source, at, ...malformed });
  needs.counts.add('hostler_alerts_malformed_total', { source });
  const { body, why, from } = malformed;
  await takeSignals(
    'self',
    [
      {
        source: 'self',
        fingerprint: `malformed ${source}`,
        status: 'firing',
        severity: 'warning',
        title: `what ${source} sends cannot be read · 无法读取 ${source} 发来的内容`,
        text: `${why}\n${body.slice(0, 300)}`,
        labels: { sender: source, from },
        startsAt: at,
        once: true,
      },
    ],
    at,
    needs,
  );
}
