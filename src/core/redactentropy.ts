/** Shortest word that is called random, in characters. */
const SHORTEST = 24;

/** Pairs of letters that words are made of. */
const COMMON = new Uint8Array(1024);
for (const two of (
  'th he in er an re on at en nd ti es or te of ed is it al ar st to nt ng se ha as ou io le ve co me de hi ri ro ic ne ea ra ce li ch ll be ma si om ur ' +
  'ca el ta la ns di fo ho pe ec pr no ct us ac ot il tr ly nc et ut ss so rs un lo wa ge ie ee em ad ol rt po na ul ni ts mo ow pa im mi ai sh ' +
  'ir su id os iv ia am fi ci vi pl ig tu ev mp fe bl ab ke fr oo av ag if ap gr od bo sp do uc bu ei ov by ck qu ue up pt ex ob ub kt'
).split(' '))
  COMMON[pair(two.charCodeAt(0), two.charCodeAt(1))] = 1;

function pair(a: number, b: number): number {
  return ((a & 31) << 5) | (b & 31);
}

/** Random stretches of the word from `start` to `end`. */
export function randomIn(view: string, codes: Uint16Array, start: number, end: number): Stretch[] {
  const found: Stretch[] = [];
  for (let at = start; at <= end - SHORTEST; ) {
    let to = at;
    let joints = 0;
    for (let kind = kindOf(codes[to] ?? 0); to < end && kind !== OTHER; kind = kindOf(codes[++to] ?? 0)) if (kind === JOINT) joints++;
    // A path: each name in it by itself.
    if (PATH.test(view.slice(at, Math.min(to, at + 30))))
      between(codes, at, to, isSlash, (from, until) => whole(view, codes, from, until, found, jointsIn(codes, from, until) * RARER));
    else if (to - at >= SHORTEST) whole(view, codes, at, to, found, joints);
    at = to + 1;
  }
  return found;
}

/** A stretch of a view. */
interface Stretch {
  readonly at: number;
  readonly length: number;
}

/** How absolute paths begin (the root of a file system as the FHS has it, and usual names of pools); base64 hardly ever does. */
const PATH = /^\/(?:bin|boot|data|dev|etc|home|lib(?:64)?|media|mnt|nix|opt|proc|root|rpool|run|sbin|snap|srv|sys|tank|tmp|usr|var)\//;
const SLASH = 47;
/** Names in paths are joined more often than words are: what is random there has so many times fewer joints. */
const RARER = 3;
const isSlash = (code: number) => code === SLASH;
const isJoint = (code: number) => kindOf(code) >= JOINT;

/** As a whole where joints are as rare as in base64; else what is between them. */
function whole(view: string, codes: Uint16Array, at: number, to: number, found: Stretch[], joints: number): void {
  if (joints <= Math.max(1, (to - at) / 7)) consider(view, codes, at, to, found);
  else between(codes, at, to, isJoint, (from, until) => consider(view, codes, from, until, found));
}

function jointsIn(codes: Uint16Array, at: number, to: number): number {
  let joints = 0;
  for (let i = at; i < to; i++) if (isJoint(codes[i] ?? 0)) joints++;
  return joints;
}

/** The parts between such characters that are long enough. */
function between(codes: Uint16Array, start: number, end: number, isBorder: (code: number) => boolean, take: (at: number, to: number) => void): void {
  for (let at = start; at < end; ) {
    let to = at;
    while (to < end && !isBorder(codes[to] ?? 0)) to++;
    if (to - at >= SHORTEST) take(at, to);
    at = to + 1;
  }
}

function consider(view: string, codes: Uint16Array, at: number, to: number, found: Stretch[]): void {
  if (isDrawn(codes, at, to) && !isPublic(view, at, to)) found.push({ at, length: to - at });
}

const LOWER = 0;
const UPPER = 1;
const DIGIT = 2;
const JOINT = 3;
const OTHER = 4;
const KINDS = new Uint8Array(128).fill(OTHER);
for (let code = 0; code < 128; code++) {
  const c = String.fromCharCode(code);
  KINDS[code] = /[a-z]/.test(c) ? LOWER : /[A-Z]/.test(c) ? UPPER : /\d/.test(c) ? DIGIT : /[+/_-]/.test(c) ? JOINT : OTHER;
}

function kindOf(code: number): number {
  return code < 128 ? (KINDS[code] ?? OTHER) : OTHER;
}

const counts = new Uint16Array(128);

/** Whether a word looks drawn by lot: many different characters, kinds of characters mixed, and few pairs of letters as in words. */
function isDrawn(codes: Uint16Array, from: number, to: number): boolean {
  const length = to - from;
  counts.fill(0);
  let [lower, upper, digit, joint, beyondHex, changes, pairs, common] = [0, 0, 0, 0, 0, 0, 0, 0];
  let before = JOINT;
  for (let i = from; i < to; i++) {
    const code = codes[i] ?? 0;
    const kind = kindOf(code);
    counts[code] = (counts[code] ?? 0) + 1;
    if (kind === LOWER) lower++;
    else if (kind === UPPER) upper++;
    else if (kind === DIGIT) digit++;
    else joint++;
    if (kind < DIGIT && (code | 32) > 102) beyondHex++;
    if (i > from && kind !== before) changes++;
    if (kind < DIGIT && before < DIGIT) {
      pairs++;
      if (COMMON[pair(codes[i - 1] ?? 0, code)] === 1) common++;
    }
    before = kind;
  }
  if (beyondHex < 3) return false; // a digest, a guid, an id
  const mixed = lower > 2 && upper > 2 && digit > 0;
  const twofold = (lower === 0 || upper === 0) && digit > 2 && joint === 0;
  if (!mixed && !twofold) return false;
  if (changes / (length - 1) < (mixed ? 0.36 : 0.24)) return false;
  if (pairs > 5 && common / pairs > (mixed ? 0.5 : 0.45)) return false;
  return entropy(length) >= Math.min(mixed ? 4.4 : 4, Math.log2(length) - (mixed ? 0.85 : 1));
}

/** Shannon entropy, in bits a character. */
function entropy(length: number): number {
  let bits = 0;
  for (const count of counts) if (count > 0) bits -= (count / length) * Math.log2(count / length);
  return bits;
}

/** What stands before a public key, a digest in base64, an id of LVM or of a message. */
const PUBLIC_BEFORE =
  /(?:sha-?(?:1|224|256|384|512)[-:= ]|LVM-|lvm-pv-uuid-|h1:|\|1\||\||PublicKey ?= ?|public[ _-]?key:? ?|peer: ?|pubkey:? ?|DNSKEY \d+ \d+ \d+ |\/nix\/store\/|(?:ssh|ecdsa|sk)-\S{1,40} |fingerprint[ :=]+|p=|\$|#|etag: ?"?|integrity[ :="]+sha\d+-)$/i;
/** SSH's own format, keys of TLS as published, and certificates. */
const PUBLIC_START =
  /LVM-[A-Za-z0-9]{32}|^(?:sha(?:1|224|256|384|512)-|AAAA[A-Za-z0-9]|MI[GICHJ][A-Za-z0-9]{1,4}ANBgkq|MIGfMA0G|MFkwEwYH|MHYwEAYH|MCowBQYDK2V|MII[C-I][A-Za-z0-9+/]{2}CCA|LS0tLS1CRUdJTi(?:BDRVJUSUZJ|BQVUJMSUMg|BYNTA5))/;

function isPublic(view: string, at: number, to: number): boolean {
  return PUBLIC_START.test(view.slice(at, to)) || PUBLIC_BEFORE.test(view.slice(Math.max(0, at - 60), at));
}
