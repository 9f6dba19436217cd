import type { z } from 'zod';

/** Zod's complaints in Slack's words: "[ERROR] … [json-pointer:/blocks/0/text/text]". */
export function explain(error: z.ZodError, root: readonly PropertyKey[]): string[] {
  return flat(error.issues, root);
}

function flat(issues: readonly z.core.$ZodIssue[], root: readonly PropertyKey[]): string[] {
  return issues.flatMap((issue) => {
    const path = [...root, ...issue.path];
    const inner = issue.code === 'invalid_union' ? issue.errors.flatMap((one) => flat(one, path)) : [];
    return [`[ERROR] ${words(issue)} [json-pointer:/${path.map(String).join('/')}]`, ...inner];
  });
}

function words(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'too_big':
      return issue.origin === 'string' ? `must be less than ${Number(issue.maximum) + 1} characters` : `no more than ${issue.maximum} items allowed`;
    case 'too_small':
      return issue.origin === 'string' ? `must be more than ${Number(issue.minimum) - 1} characters` : `no fewer than ${issue.minimum} items allowed`;
    case 'unrecognized_keys':
      return `no such field: ${issue.keys.join(', ')}`;
    case 'invalid_union':
      return issue.discriminator === undefined ? 'failed to match all allowed schemas' : 'unsupported type';
    case 'invalid_type':
      return issue.message.includes('received undefined') ? 'missing required field' : `must provide a ${issue.expected}`;
    default:
      return issue.message;
  }
}
