import type { Finding, Severity } from '../../core/check.ts';
import type { Look } from '../../core/command.ts';
import { canonical } from '../../core/digest.ts';
import type { Block, Cell, Offer } from '../../core/types.ts';
import { quoted, type Said, say } from '../../core/words.ts';
import { HOST } from '../look.ts';
import { type Came, rank } from './examine.ts';

const SEVERITY_WORDS: Readonly<Record<Severity, Said>> = {
  critical: say({ en: 'critical', zh: '严重' }),
  warning: say({ en: 'warning', zh: '警告' }),
  notice: say({ en: 'notice', zh: '提示' }),
};
export const HOW_BAD = say({ en: 'how bad', zh: '级别' });
export const WHAT = say({ en: 'what', zh: '问题' });
const FIX = say({ en: 'what puts it right', zh: '修复命令' });

export function severityCell({ severity }: Pick<Finding, 'severity'>): Said {
  return SEVERITY_WORDS[severity];
}

/** A host that could not be asked: once for each reason, before all findings. */
export function troubleRows(all: readonly Came[]): { readonly host: string; readonly why: Said }[] {
  const known = new Map<string, { host: string; why: Said }>();
  for (const { host, trouble } of all) if (trouble) known.set(`${host.name} ${canonical(trouble)}`, { host: host.name, why: trouble });
  return [...known.values()];
}

/** Hosts that could not be asked, and what was found, the worst first. Undefined: nothing of either. */
export function findingsTable(findings: readonly Finding[], troubles: readonly { readonly host: string; readonly why: Said }[]): Block | undefined {
  if (findings.length + troubles.length === 0) return undefined;
  const rows = [
    ...troubles.map(({ host, why }): Cell[] => [say({ en: 'not asked', zh: '未查询' }), host, why, '']),
    ...findings.map((finding): Cell[] => [severityCell(finding), finding.host, finding.what, finding.fix ?? '']),
  ];
  return { kind: 'table', columns: [HOW_BAD, HOST, WHAT, FIX], rows, ranks: [...troubles.map(() => -1), ...findings.map(rank)] };
}

/** Every check on every host: what it came to, and why it was not asked. */
export function allTable(all: readonly Came[]): Block {
  const rows = all.map(({ host, check, verdict }): Cell[] => {
    const came =
      'skipped' in verdict
        ? say({ en: 'skipped: {why}', zh: '跳过：{why}' }, { why: verdict.skipped })
        : verdict.findings.length > 0
          ? say({ en: '{count} found', zh: '发现 {count} 项' }, { count: verdict.findings.length })
          : say({ en: 'good', zh: '正常' });
    return [host.name, quoted(check.id), came];
  });
  return { kind: 'table', columns: [HOST, say({ en: 'check', zh: '检查项' }), say({ en: 'came to', zh: '结果' })], rows };
}

/** How many checks were good and how many were not asked, in a line for this site. */
export function countsLine(look: Look, all: readonly Came[]): Block {
  const good = all.filter(({ verdict }) => 'findings' in verdict && verdict.findings.length === 0).length;
  const skipped = all.filter(({ verdict }) => 'skipped' in verdict).length;
  const values = { good, skipped, site: look.hosts[0]?.site ?? '' };
  return {
    kind: 'text',
    text: say(
      { en: '{site}: {good} good, {skipped} skipped; `doctor --all` shows which', zh: '{site}：{good} 项正常，{skipped} 项跳过；可用 `doctor --all` 查看' },
      values,
    ),
  };
}

/** Lines that only show more, so that a person can decide. */
const SHOWS = /^\S+ (\S+ )?(show|list|config|eol|health|usage|check|amplification|snapshots) /;

/** Buttons for the lines that put things right, the worst first; those that only show more come last. */
export function fixesOf(findings: readonly Finding[]): Offer[] {
  const lines = [...new Set(findings.flatMap(({ fix }) => (fix === undefined ? [] : [fix])))];
  const [shows, fixes] = [lines.filter((line) => SHOWS.test(line)), lines.filter((line) => !SHOWS.test(line))];
  return [
    ...fixes.map((line) => ({ label: say({ en: 'Fix: {line}', zh: '修复：{line}' }, { line }), line })),
    ...shows.map((line) => ({ label: say({ en: 'Look: {line}', zh: '查看：{line}' }, { line }), line })),
  ];
}
