const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>' };

/** A line as it was typed: Slack's links, channels and entities undone. Mentions of people stay as `<@U…>`. */
export function decode(text: string): string {
  const plain = text.replace(/<([^<>]*)>|&(amp|lt|gt);/g, (whole, inner: string | undefined, entity: string | undefined) =>
    entity === undefined ? token(inner ?? '', whole) : (ENTITIES[entity] ?? whole),
  );
  return unwrapped(plain.trim());
}

/** The text without the bot's own mention where it begins. */
export function withoutMention(text: string, me: string): string {
  const start = text.trimStart();
  const mention = new RegExp(`^<@${me}(\\|[^>]*)?>[\\s,:]*`).exec(start);
  return mention ? start.slice(mention[0].length) : text;
}

/** What stands between angle brackets: https://docs.slack.dev/messaging/formatting-message-text#retrieving-messages */
function token(inner: string, whole: string): string {
  const [target = '', label = ''] = inner.split('|', 2);
  const name = undone(label);
  if (target.startsWith('@')) return `<${target}>`;
  if (target.startsWith('#')) return name === '' ? target : `#${name}`;
  if (target.startsWith('!')) return name === '' ? `@${target.slice(1).split('^')[0]}` : name;
  if (/^(https?|mailto|tel|ftp):/.test(target)) return name === '' ? undone(target).replace(/^(https?:\/\/|mailto:|tel:)/, '') : name;
  return whole;
}

function undone(text: string): string {
  return text.replace(/&(amp|lt|gt);/g, (whole, entity: string) => ENTITIES[entity] ?? whole);
}

/** Without the formatting that stands around the whole line. */
function unwrapped(line: string): string {
  const [, , inner] = /^(\*|`{1,3}|_|~)([^*`~]+)\1$/s.exec(line) ?? [];
  return inner === undefined ? line : unwrapped(inner.trim());
}
