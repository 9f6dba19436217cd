/** An object of an API answer. Types in it are not stable (`memory: "256"`, `agent: "1"`, `saved: "1"`), so each field is read as what it means. */
export type Row = { readonly [field: string]: unknown };

/** The objects of a list; whatever else stands there is left out. */
export function rows(data: unknown): Row[] {
  return Array.isArray(data) ? data.filter(isRow) : [];
}

/** An object; an empty one where there is none. */
export function row(data: unknown): Row {
  return isRow(data) ? data : {};
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A field as text; undefined where it is absent, null, or no plain value. */
export function text(from: Row, field: string): string | undefined {
  const value = from[field];
  return typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

/** A field as a number, also where it is sent as text. */
export function number(from: Row, field: string): number | undefined {
  const value = from[field];
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : undefined;
}

/** A field as yes or no: 1, "1", true, yes, on. */
export function flag(from: Row, field: string): boolean {
  const value = from[field];
  return value === true || value === 1 || (typeof value === 'string' && ['1', 'yes', 'on', 'true'].includes(value));
}

/** A comma list as its words; also `;` and spaces, as in tags. */
export function words(value: string | undefined): string[] {
  return (value ?? '').split(/[,;\s]+/).filter(Boolean);
}

/** A property string such as `local:100/disk.raw,size=1G,discard=on`: its values by name, the first without a name under `''`. */
export function properties(value: string | undefined): Map<string, string> {
  return new Map(
    (value ?? '')
      .split(',')
      .filter(Boolean)
      .map((part, i) => {
        const at = part.indexOf('=');
        return at < 0 || (i === 0 && part.indexOf(':') >= 0 && part.indexOf(':') < at) ? ['', part] : [part.slice(0, at), part.slice(at + 1)];
      }),
  );
}
