/** A curl command line as it was recorded: without quotes, so that an option's value ends where the next option or the address begins. */
export interface Curl {
  readonly method: string | undefined;
  readonly url: URL | undefined;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body as it was sent. */
  readonly body: string | undefined;
}

const FLAGS = /^(-[kskSiIgGv]+|--(insecure|silent|include|head|get|verbose|globoff|http1\.1))$/;
const LONG: Readonly<Record<string, string>> = {
  '--header': '-H',
  '--request': '-X',
  '--data': '-d',
  '--data-raw': '-d',
  '--data-binary': '-d',
  '--cookie': '-b',
  '--user': '-u',
};

/** Reads one. What it does not know of curl it leaves out. */
export function parseCurl(line: string): Curl {
  const found = words(line);
  const of = (option: string) => found.filter(([name]) => name === option).map(([, value]) => value);
  const urls = of('url').flatMap((text) => (URL.canParse(text) ? [new URL(text)] : []));
  const headers = Object.fromEntries(
    of('-H').map((header) => [header.split(':')[0]?.trim().toLowerCase() ?? '', header.slice(header.indexOf(':') + 1).trim()]),
  );
  const cookie = of('-b')[0];
  const pieces = found.flatMap(([name, value]) => (name === '-d' ? [value] : name === '--data-urlencode' ? [urlencoded(value)] : []));
  const get = found.some(([name]) => name === '--get' || /^-\w*G\w*$/.test(name));
  const head = found.some(([name]) => name === '--head' || /^-\w*I\w*$/.test(name));
  const data = pieces.length > 0 ? pieces.join('&') : undefined;
  if (get && data !== undefined && urls[0] !== undefined) urls[0].search = urls[0].search === '' ? `?${data}` : `${urls[0].search}&${data}`;
  const body = get ? undefined : data;
  return {
    method: of('-X')[0] ?? (head ? 'HEAD' : body === undefined ? undefined : 'POST'),
    url: urls[0],
    headers: { ...headers, ...(cookie === undefined ? {} : { cookie }) },
    body,
  };
}

function urlencoded(value: string): string {
  const at = value.indexOf('=');
  return at < 0 ? encodeURIComponent(value) : `${value.slice(0, at + 1)}${encodeURIComponent(value.slice(at + 1))}`;
}

/** Options with their values, in order; `url` for the address. */
function words(line: string): [string, string][] {
  const pieces = whole(line.replace(/^curl\s+/, '').split(/\s+(?=-[A-Za-z]+\b|--[a-z][a-z-]+|https?:\/\/)/));
  return pieces.map((piece) => {
    if (/^https?:\/\//.test(piece)) return ['url', piece];
    const name = piece.split(/\s/)[0] ?? '';
    if (FLAGS.test(name)) return [name, ''];
    return [LONG[name] ?? name, unquoted(piece.slice(name.length).trim())];
  });
}

/** JSON that was cut at something within it that looks like an option is put together again. */
function whole(pieces: readonly string[]): string[] {
  const count = (text: string, sign: string) => text.split(sign).length;
  const done: string[] = [];
  for (const piece of pieces) {
    const last = done.at(-1) ?? '';
    if (count(last, '{') > count(last, '}')) done.splice(-1, 1, `${last} ${piece}`);
    else done.push(piece);
  }
  return done;
}

function unquoted(text: string): string {
  return /^(['"]).*\1$/s.test(text) && !text.startsWith('"UPID') ? text.slice(1, -1) : text;
}
