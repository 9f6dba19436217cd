import { z } from 'zod';
import { read } from '../core/read.ts';
import type { Read } from '../core/types.ts';
import { type Said, say } from '../core/words.ts';
import { shell } from './shell.ts';

/** What a disk says of its own health. What it does not say is undefined. */
export interface Smart {
  readonly device: string;
  readonly model: string;
  /** Its own verdict: passed or not. */
  readonly passed: boolean | undefined;
  /** Degrees Celsius. */
  readonly celsius: number | undefined;
  readonly hours: number | undefined;
  /** Sectors that were replaced by spare ones; on NVMe errors of the media. */
  readonly reallocated: number | undefined;
  /** Sectors that cannot be read at present. */
  readonly pending: number | undefined;
  /** Share of its life that is used up, in percent. */
  readonly worn: number | undefined;
  /** What smartctl's exit status says: a bit mask, smartctl(8). */
  readonly exit: number;
  /** What it complains about. */
  readonly said: readonly string[];
}

const LOOK = `for d; do echo "== $d"; timeout 4 smartctl -j -a "$d" || :; echo; done`;

/** All disks' health at once: `smartctl -j -a`, a disk each. */
export function smart(devices: readonly string[]): Read<readonly Smart[]> {
  return read({ argv: shell('smart', LOOK, ...devices), parse: parseSmart });
}

const int = z.number().optional();
const shape = z.object({
  smartctl: z.object({ exit_status: z.number(), messages: z.array(z.object({ string: z.string(), severity: z.string() })).optional() }),
  ...{ model_name: z.string().optional(), scsi_model_name: z.string().optional(), scsi_grown_defect_list: int },
  smart_status: z.object({ passed: z.boolean().optional() }).optional(),
  temperature: z.object({ current: int }).optional(),
  power_on_time: z.object({ hours: int }).optional(),
  ata_smart_attributes: z
    .object({ table: z.array(z.object({ id: z.number(), name: z.string(), value: int, raw: z.object({ value: int }).optional() })) })
    .optional(),
  nvme_smart_health_information_log: z.object({ percentage_used: int, media_errors: int, power_on_hours: int, temperature: int }).optional(),
  endurance_used: z.object({ current_percent: int }).optional(),
  scsi_percentage_used_endurance_indicator: int,
});

export function parseSmart(output: string): Smart[] {
  return output
    .split(/^== /m)
    .slice(1)
    .map((part) => {
      const end = part.indexOf('\n');
      return parseOne(part.slice(0, end), part.slice(end + 1));
    });
}

function parseOne(device: string, text: string): Smart {
  const none = { model: '', passed: undefined, celsius: undefined, hours: undefined, reallocated: undefined, pending: undefined, worn: undefined };
  if (text.trim() === '') return { device, ...none, exit: -1, said: [] };
  const found = shape.parse(JSON.parse(text));
  const table = found.ata_smart_attributes?.table ?? [];
  const raw = (id: number) => table.find((one) => one.id === id)?.raw?.value;
  // Makers disagree on which attribute wears down, but all of these begin at 100 and go to 0.
  const life = table.find((one) => [231, 233, 177, 202, 169].includes(one.id) && /wear|life|media_wearout|ssd/i.test(one.name))?.value;
  const nvme = found.nvme_smart_health_information_log;
  return {
    device,
    model: found.model_name ?? found.scsi_model_name ?? '',
    passed: found.smart_status?.passed,
    celsius: found.temperature?.current ?? nvme?.temperature,
    hours: found.power_on_time?.hours ?? nvme?.power_on_hours,
    reallocated: raw(5) ?? nvme?.media_errors ?? found.scsi_grown_defect_list,
    pending: raw(197),
    worn:
      nvme?.percentage_used ??
      found.endurance_used?.current_percent ??
      found.scsi_percentage_used_endurance_indicator ??
      (life === undefined ? undefined : Math.max(0, 100 - life)),
    exit: found.smartctl.exit_status,
    said: (found.smartctl.messages ?? []).map((one) => one.string),
  };
}

/** What the whole of it means: bits of smartctl's exit status, smartctl(8). */
export function verdict({ passed, exit, reallocated, pending }: Smart): Said {
  if (exit === -1) return say({ en: 'no answer', zh: '无回应' });
  if (passed === false || (exit & 8) !== 0) return say({ en: '⚠ FAILING', zh: '⚠ 即将失效' });
  if ((exit & 0b111) !== 0 && passed === undefined) return say({ en: 'no SMART', zh: '无 SMART' });
  if ((reallocated ?? 0) + (pending ?? 0) > 0) return say({ en: '⚠ bad sectors', zh: '⚠ 有坏扇区' });
  if ((exit & 0b10000) !== 0) return say({ en: '⚠ below its threshold', zh: '⚠ 低于阈值' });
  if ((exit & 0b11000000) !== 0) return say({ en: 'good; errors in its log', zh: '良好；日志中有错误' });
  return passed ? say({ en: 'good', zh: '良好' }) : say({ en: 'says nothing', zh: '未给出结论' });
}
