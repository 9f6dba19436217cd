import { answer } from './command.ts';
import type { Finding } from './lint.ts';
import type { Cell, Plan } from './types.ts';
import type { Veil } from './veil.ts';
import { type Said, say } from './words.ts';

const SEVERITIES: Readonly<Record<Finding['severity'], Said>> = {
  error: say({ en: 'error', zh: '错误' }),
  warning: say({ en: 'warning', zh: '警告' }),
};

/** The answer to `policy lint`: everything that is strange about a policy, as far as it may be told. */
export function linted(found: readonly Finding[], veil: Veil): Plan {
  if (found.length === 0) return answer(say({ en: 'nothing is strange about the policy', zh: '策略没有问题' }), []);
  const rows = found.map(({ severity, id, path, what }): Cell[] => [SEVERITIES[severity], path, id, veil.said(what)]);
  const columns = [say({ en: 'severity', zh: '级别' }), say({ en: 'where', zh: '位置' }), say({ en: 'kind', zh: '类别' }), say({ en: 'what', zh: '问题' })];
  const errors = found.filter(({ severity }) => severity === 'error').length;
  const warnings = found.length - errors;
  const values = { errors, warnings, es: errors === 1 ? '' : 's', ws: warnings === 1 ? '' : 's' };
  const summary = say({ en: '{errors} error{es} and {warnings} warning{ws}', zh: '{errors} 个错误，{warnings} 个警告' }, values);
  return answer(summary, [{ kind: 'table', columns, rows }]);
}
