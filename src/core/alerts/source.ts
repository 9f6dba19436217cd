import type { z } from 'zod';
import { type Said, speak, type Words } from '../words.ts';
import type { Signal } from './alert.ts';

/** What a source's configuration says to the reading of what it sends. */
export interface Reading {
  /** The source's name in the configuration. */
  readonly name: string;
  /** When it was received, in milliseconds since the epoch. */
  readonly at: number;
  /** Of kind `json`: which part of the body is what. */
  readonly mapping?: Mapping;
  /** The content type without its parameters, lower case. */
  readonly type: string;
}

/** Where in a JSON body things stand: paths such as `alerts[].labels.host`, or a fixed text in quotes. */
export type Mapping = Readonly<Record<string, string>>;

/** A kind of sender: one file in `src/tools/sources/`, whose name is its id in the configuration. It only reads. */
export interface Source {
  readonly title: Words;
  /** Where the format is specified: an address, a section of a manual. */
  readonly documented: string;
  /** Bodies as their maker documents or sends them, each with where it is from. */
  readonly samples: readonly Sample[];
  /** The content types it is sent with; default `application/json`. */
  readonly types?: readonly string[];
  /** The least a body must be; what is more is let be. Of a text, the text. */
  readonly body: z.ZodType;
  /** Pure. What a body that fits says. Throws Malformed where it makes no sense. */
  signals(body: unknown, reading: Reading): readonly Signal[];
}

export interface Sample {
  /** Where it was taken from: an address, a section of a manual, a program and its version. */
  readonly from: string;
  readonly body: string;
  readonly type?: string;
  /** For kind `json`: the mapping that fits it. */
  readonly mapping?: Mapping;
}

/** A source with its id. */
export interface NamedSource extends Source {
  readonly id: string;
}

/** A body that cannot be understood: `said` names the part to people, the message, in English, to the sender. */
export class Malformed extends Error {
  override readonly name = 'Malformed';
  readonly said: Said;
  constructor(said: Said) {
    super(speak(said, 'en'));
    this.said = said;
  }
}

/** Declares a source. */
export function source(declared: Source): Source {
  return declared;
}
