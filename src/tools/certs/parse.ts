/** A certificate, as openssl prints it. Times in seconds since the epoch; `names`: DNS names and addresses it is for. */
export interface Certificate {
  readonly subject: string;
  readonly issuer: string;
  readonly names: readonly string[];
  readonly from: number;
  readonly until: number;
  /** `RSA 2048`, `EC 256`. */
  readonly key: string;
  /** SHA-256, 32 pairs of hex digits with colons. */
  readonly fingerprint: string;
}

const ALGORITHMS: Readonly<Record<string, string>> = { rsaEncryption: 'RSA', 'id-ecPublicKey': 'EC', ED25519: 'Ed25519', ED448: 'Ed448' };

/** `openssl x509 -noout -subject -issuer -startdate -enddate -fingerprint -sha256 -ext subjectAltName` and two lines of `-text`; undefined for what is none. */
export function parseCertificate(output: string): Certificate | undefined {
  const field = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(output)?.[1]?.trim();
  const fingerprint = /^sha256 Fingerprint=((?:[0-9A-F]{2}:){31}[0-9A-F]{2})$/im.exec(output)?.[1]?.toUpperCase();
  const until = Date.parse(field('notAfter') ?? '');
  if (fingerprint === undefined || Number.isNaN(until)) return undefined;
  const subject = field('subject') ?? '';
  const alternative = /Subject Alternative Name:.*\n\s*(.*)/.exec(output)?.[1] ?? '';
  const names = [...alternative.matchAll(/(?:DNS|IP Address):([^,\s]+)/g)].flatMap(([, name]) => (name === undefined ? [] : [name]));
  const common = /(?:^|,)CN=((?:\\.|[^,])*)/.exec(subject)?.[1];
  const algorithm = /Public Key Algorithm: (\S+)/.exec(output)?.[1] ?? '';
  const bits = /Public-Key: \((\d+) bit/.exec(output)?.[1];
  return {
    subject,
    issuer: field('issuer') ?? '',
    names: names.length > 0 || common === undefined ? names : [common],
    from: Math.floor((Date.parse(field('notBefore') ?? '') || 0) / 1000),
    until: Math.floor(until / 1000),
    key: [ALGORITHMS[algorithm] ?? algorithm, ...(bits === undefined || algorithm.startsWith('ED') ? [] : [bits])].join(' '),
    fingerprint,
  };
}

/** Whether a certificate's name means a host name: `*.` stands for one label. RFC 6125. */
export function covers(names: readonly string[], host: string): boolean {
  const wanted = host.toLowerCase();
  return names.some((name) => {
    const one = name.toLowerCase();
    return one === wanted || (one.startsWith('*.') && wanted.includes('.') && wanted.slice(wanted.indexOf('.')) === one.slice(1));
  });
}

/** Days until it expires, below zero when it has; `now` in milliseconds. */
export function daysLeft({ until }: Pick<Certificate, 'until'>, now: number): number {
  return Math.floor((until - now / 1000) / 86_400);
}
