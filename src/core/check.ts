import type { Host, HostKind, Look } from './command.ts';
import type { Said, Words } from './words.ts';

/** How bad a finding is, the worst first. */
export const SEVERITIES = ['critical', 'warning', 'notice'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Something that is wrong on a host. `check`, `host` and `name` tell it from others. */
export interface Finding {
  readonly check: string;
  readonly host: string;
  /** The thing on the host that it is about: a bridge, a pool, a certificate. */
  readonly name?: string;
  readonly severity: Severity;
  /** What is so, with the values that were read. */
  readonly what: Said;
  /** The line that puts it right. */
  readonly fix?: string;
  /** What its check is called. */
  readonly title?: Said;
  /** It was found before, and its check was not asked this time. */
  readonly unasked?: true;
}

/** What is wrong on a host by all that is known of it: what was found, and what was found before by checks that could not be asked again. */
export interface Examined {
  readonly host: string;
  readonly findings: readonly Finding[];
}

/** What a check came to on one host. `skipped`: it does not apply, or could not be asked, and why. */
export type Verdict = { readonly findings: readonly Omit<Finding, 'check' | 'host'>[] } | { readonly skipped: Said };

/** A pitfall the doctor knows: one file in `src/tools/checks/`, whose name is its id. It only reads. */
export interface Check {
  readonly title: Words;
  /** Why it matters, in a sentence. */
  readonly why: Words;
  /** Where that is written: a manual page, an address, a section of a manual. */
  readonly source: string;
  /** In words, what it applies to. */
  readonly appliesTo: Words;
  readonly kinds: readonly HostKind[];
  /** A host that cannot be asked throws HostError: that is a `skipped` with the reason. */
  examine(look: Look, host: Host): Promise<Verdict>;
}

/** A check with its id. */
export interface NamedCheck extends Check {
  readonly id: string;
}

/** Declares a check. */
export function check(declared: Check): Check {
  return declared;
}
