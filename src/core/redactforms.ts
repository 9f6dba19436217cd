/** Shortest secret that is looked for, in characters. */
export const SHORTEST = 6;
/** Longest piece that is looked for at once: less than what is looked at beyond a place to stop. */
const LONGEST = 1024;

/** All the ways in which a secret may be written, each on one line: as it is, in JSON, in a URL, in base64. */
export function formsOf(secret: string): string[] {
  const forms = new Set<string>();
  const add = (text: string) => {
    for (const piece of pieces(text)) if (piece.length >= SHORTEST) forms.add(piece);
  };
  for (const value of valuesOf(secret)) {
    add(value);
    const json = JSON.stringify(value).slice(1, -1);
    add(json);
    add(json.replaceAll('/', '\\/'));
    const url = percent(value);
    add(url);
    add(url.replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase()));
    add(url.replaceAll('%20', '+'));
    for (const text of inBase64(value)) {
      add(text);
      add(text.replaceAll('+', '-').replaceAll('/', '_'));
      add(percent(text));
    }
  }
  return [...forms];
}

/** The secrets within what was given: each line of a key, the password of a URL, the secret of a token; nothing that is public. */
function valuesOf(given: string): string[] {
  const text = given.replace(/-----BEGIN ([A-Z0-9 ]*(?:CERTIFICATE|PUBLIC KEY|PARAMETERS|X509 CRL))-----[\s\S]*?-----END \1-----/g, '').trim();
  if (text.includes('\n')) {
    return text
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line.length >= SHORTEST && !line.startsWith('-----') && !/^[A-Za-z][\w-]*: /.test(line));
  }
  const token = /^(?:P[A-Z]{2}APIToken[= ])?[^\s!]+@[^\s!@]+![\w.-]+[=:](\S+)$/.exec(text)?.[1];
  if (token !== undefined) return [token];
  const password = /^[a-z][a-z0-9+.-]*:\/\/[^\s/?#]*?:([^\s/]+)@/i.exec(text)?.[1];
  if (password !== undefined) return [password, decoded(password)];
  if (/^[a-z][a-z0-9+.-]*:\/\/[^\s@]*$/i.test(text)) return []; // an address without a secret
  return [text];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** As in a URL, with everything escaped that may be. */
function percent(text: string): string {
  return encodeURIComponent(text.isWellFormed() ? text : text.toWellFormed()).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** What every base64 that holds it has in common, by the place at which it begins. */
function inBase64(text: string): string[] {
  const bytes = Buffer.from(text, 'utf8');
  return [0, 1, 2].map((at) => {
    const whole = Buffer.concat([Buffer.alloc(at), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const from = Math.ceil((at * 8) / 6);
    const to = Math.floor(((at + bytes.length) * 8) / 6);
    return whole.slice(from, to);
  });
}

/** Long ones in pieces that lie over each other by nothing: all of them are looked for. */
function pieces(text: string): string[] {
  if (text.length <= LONGEST) return [text];
  const count = Math.ceil(text.length / LONGEST);
  const size = Math.ceil(text.length / count);
  return Array.from({ length: count }, (_, i) => text.slice(i * size, (i + 1) * size));
}
