/** What the client-server API lets a message have, and the attributes of each tag. */
const TAGS: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    'del h1 h2 h3 h4 h5 h6 blockquote p ul sup sub li b i u strong em s hr br table thead tbody tr th td caption pre details summary'
      .split(' ')
      .map((tag) => [tag, []]),
  ),
  a: ['href', 'target'],
  ol: ['start'],
  code: ['class'],
  div: ['data-mx-maths'],
  span: ['data-mx-bg-color', 'data-mx-color', 'data-mx-spoiler', 'data-mx-maths'],
  img: ['width', 'height', 'alt', 'title', 'src'],
};
const EMPTY = new Set(['br', 'hr', 'img']);
const TAG = /<(\/?)([a-z0-9-]+)((?:\s+[a-z-]+(?:="[^"<>]*")?)*)\s*\/?>/giy;
const SIGN_IN = /^https?:\/\/[a-z0-9.:-]+\/#login=[\w-]{43}$/;
const PERSON = /^https:\/\/matrix\.to\/#\/@[^/?#]+$/;

/** What a client would not show as it was meant: unknown tags and attributes, links to anything but a person or the console's door, tags left open. */
export function wrongHtml(html: string): string[] {
  const wrong: string[] = [];
  const open: string[] = [];
  for (let at = html.indexOf('<'); at >= 0; at = html.indexOf('<', at + 1)) {
    TAG.lastIndex = at;
    const [, end, name = '', attributes = ''] = TAG.exec(html) ?? [];
    const tag = name.toLowerCase();
    const allowed = TAGS[tag];
    if (allowed === undefined) wrong.push(`not a tag that is allowed: ${html.slice(at, at + 40)}`);
    else if (end) {
      if (open.pop() !== tag) wrong.push(`</${tag}> closes what is not open`);
    } else {
      if (!EMPTY.has(tag)) open.push(tag);
      wrong.push(...wrongAttributes(tag, allowed, attributes, shown(html, TAG.lastIndex)));
    }
    if (open.length > 100) return [...wrong, 'nested deeper than 100'];
  }
  if (open.length > 0) wrong.push(`left open: ${open.join(' ')}`);
  const ampersand = /&(?!(?:[a-z]\w*|#\d+|#x[\da-f]+);).{0,20}/is.exec(html);
  if (ampersand) wrong.push(`a bare ampersand: ${ampersand[0]}`);
  return wrong;
}

/** The text from here to the next tag. */
const shown = (html: string, from: number) => html.slice(from, html.indexOf('<', from));

function wrongAttributes(tag: string, allowed: readonly string[], attributes: string, text: string): string[] {
  const pairs = [...attributes.matchAll(/([a-z-]+)(?:="([^"]*)")?/gi)].map(([, name = '', value = '']) => [name, value] as const);
  const wrong = pairs.filter(([name]) => !allowed.includes(name)).map(([name]) => `<${tag}> may not have ${name}`);
  const of = (wanted: string) => pairs.find(([name]) => name === wanted)?.[1] ?? '';
  // A link that says where it leads, all of it, deceives nobody.
  const isPlain = /^https?:\/\//.test(of('href')) && of('href') === text;
  if (tag === 'a' && !PERSON.test(of('href')) && !SIGN_IN.test(of('href')) && !isPlain) wrong.push(`a link that is not to a person: ${of('href')}`);
  if (tag === 'img' && !of('src').startsWith('mxc://')) wrong.push(`an image from elsewhere: ${of('src')}`);
  if (tag === 'code' && of('class') !== '' && !of('class').startsWith('language-')) wrong.push(`<code> of class ${of('class')}`);
  return wrong;
}
