/** What a request carries before it is checked: a name that comes twice has a list. */
export type Raw = { [name: string]: string | number | boolean | null | readonly unknown[] | object };

/** Decodes a query or a form the way the real server does: `;` separates too, and whatever follows a second `=` is lost, as is an empty value. */
export function decodeForm(text: string): Raw {
  const found: Raw = {};
  for (const pair of text.split(/[&;]/)) {
    const [name = '', value = ''] = pair.split('=');
    if (name === '' || value === '') continue;
    const [key, one] = [percentDecoded(name), percentDecoded(value)];
    const before = found[key];
    found[key] = before === undefined ? one : Array.isArray(before) ? [...before, one] : [before, one];
  }
  return found;
}

/** Percent-decoding, byte by byte, that leaves what it does not understand as it is. */
export function percentDecoded(text: string): string {
  const bytes = Buffer.from(text, 'utf8').toString('latin1').replaceAll('+', ' ');
  const decoded = bytes.replace(/%([0-9a-fA-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(decoded, 'latin1').toString('utf8');
}

/** The parameters of a body. Only the very words `application/json` make it JSON; anything else is a form. Undefined: it is not good JSON. */
export function decodeBody(type: string | undefined, body: string): Raw | undefined {
  if (type !== 'application/json') return decodeForm(body);
  try {
    const value: unknown = JSON.parse(body === '' ? '{}' : body);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
