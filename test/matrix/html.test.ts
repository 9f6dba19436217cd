import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { html } from '../../src/chat/matrix/html.ts';
import { neutralBody, neutralHtml, spansHtml } from '../../src/chat/matrix/neutral.ts';
import { nudgeBodies, outputBodies, questionBodies } from '../../src/chat/matrix/replies.ts';
import { txnOf } from '../../src/chat/matrix/txn.ts';
import { normalise } from '../../src/core/normalise.ts';
import { say } from '../../src/core/words.ts';

/** What a person sees and copies of a piece of HTML. */
const seen = (markup: string) =>
  markup
    .replace(/<br>/g, '\n')
    .replace(/<[^>]*>/g, '')
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
/** Text nodes of a piece of HTML: clients look for mentions and links in one at a time. */
const nodes = (markup: string) => markup.split(/<[^>]*>/).map(seen);

describe('html', () => {
  it('escapes every value, and no HTML of its own', () => {
    const bad = `<a href="x">&'</a>`;
    expect(String(html`<b>${bad}</b>${html`<i>${1}</i>`}${[html`<u></u>`, '<']}`)).toBe(
      '<b>&#60;a href=&#34;x&#34;&#62;&#38;&#39;&#60;/a&#62;</b><i>1</i><u></u>&#60;',
    );
  });

  it('shows any text as it is, and makes nothing but spans and breaks of it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
        const markup = String(neutralHtml(text));
        expect(seen(markup)).toBe(text);
        expect(markup.match(/<[^>]*>/g)?.filter((tag) => !/^<\/?span>$|^<br>$/.test(tag)) ?? []).toEqual([]);
      }),
    );
  });
});

describe('outside text', () => {
  it.each([
    '@room',
    'hey @room!',
    '@alice:example.org',
    '(@alice:example.org)',
    '#ops:example.org',
    '＃',
    'https://evil.example/x',
    'matrix:u/alice:example.org',
    'https://matrix.to/#/@alice:example.org',
    'www.evil.example',
    'evil.example.org',
    'see evil.example.org:8080/x, or b\u00fccher.example.',
    'a@evil.org',
    'root@localhost',
    'localhost:8080',
    'x#ops:localhost',
    'x@alice:example.org',
    'xmpp:a@b.example',
    'mailto:a',
    'tel:112',
  ])('has no mention and no link: %s', (text) => {
    const found = nodes(String(neutralHtml(text)));
    expect(found.join('')).toBe(text);
    for (const node of found) expect(node).not.toMatch(/(^|\W)@room|[@#][^\s:]+:\S|[a-z]:\S|\S@\S|\w\.[a-z]|localhost/i);
  });

  it.each(['getty@tty1.service', 'root@web1', 'getty@tty1:3', 'a: b', '10:30', '#3', 'user @ host'])('is left alone where it calls nobody: %s', (text) => {
    expect(neutralBody(text)).toBe(text);
    expect(seen(String(neutralHtml(text)))).toBe(text);
  });

  it('is one piece where nothing could be a link', () => {
    for (const text of ['a: b', '10:30', '#3', 'user @ host', '10.0.0.1', 'v1.2.3', 'The end. Now', '...']) expect(String(neutralHtml(text))).toBe(text);
  });

  it('stays as it is inside code', () => {
    expect(String(spansHtml([{ text: '@room </code>', code: true }]))).toBe('<code>@room &#60;/code&#62;</code>');
  });

  it('is visibly changed in the plain body', () => {
    expect(neutralBody('@room and @alice:example.org, see https://matrix.to/#/@bob:x.y')).toBe(
      '＠room and ＠alice:example.org, see https：//matrix.to/＃/＠bob:x.y',
    );
    expect(neutralBody('xmpp:a, mailto:b')).toBe('xmpp：a, mailto：b');
  });

  it.each(['virsh -c qemu:///system list', 'ssh root@web1.example.org', 'www.evil.org', 'nginx.conf'])(
    'is a command as it is in the plain body: %s',
    (text) => {
      expect(neutralBody(text)).toBe(text);
    },
  );

  it('is read back from the plain body as it was', () => {
    for (const text of ['https://matrix.to/#/@bob:x.y', 'a@evil.org', 'www.evil.org', 'mailto:a@b.example', '@room', 'getty@tty1.service'])
      expect(normalise(neutralBody(text))).toBe(text);
  });
});

describe('replies', () => {
  it('call only whom they are to call', () => {
    const { body, html: markup } = nudgeBodies(say({ en: 'from {who}', zh: '' }, { who: '<a href="https://matrix.to/#/@eve:x.y">@room</a>' }), 'en', [
      '@alice:example.org',
    ]);
    expect(String(markup).match(/<a /g)).toHaveLength(1);
    expect(String(markup)).toContain('<a href="https://matrix.to/#/@alice:example.org">@alice:example.org</a>');
    expect(body).not.toMatch(/@room|@eve/);
    expect(body).toContain('@alice:example.org');
  });

  it('cannot be left by what a step wrote', () => {
    const { html: markup } = outputBodies(say({ en: 'Output', zh: '输出' }), 'en', 'x</code></pre><h1>approved</h1>');
    expect(String(markup)).toBe('<p>Output</p><pre><code>x&#60;/code&#62;&#60;/pre&#62;&#60;h1&#62;approved&#60;/h1&#62;\n</code></pre>');
  });

  it('number the choices of a question', () => {
    const choices = [
      { text: 'web1', hint: 'a <b> guest' },
      { text: 'web2', hint: '' },
    ];
    const { body, html: markup } = questionBodies(undefined, say({ en: 'Which?', zh: '' }), choices, undefined, 'en');
    expect(body).toBe('Which?\n1. web1 – a <b> guest\n2. web2');
    expect(String(markup)).toBe('<p>Which?</p><ol><li><code>web1</code> a &#60;b&#62; guest</li><li><code>web2</code></li></ol>');
  });
});

describe('transaction ids', () => {
  it('are the same for the same parts only', () => {
    expect(txnOf('post', 'a', 'b')).toBe(txnOf('post', 'a', 'b'));
    expect(new Set([txnOf('post', 'a', 'b'), txnOf('post', 'ab', ''), txnOf('post', 'a'), txnOf('edit', 'a', 'b')]).size).toBe(4);
    expect(txnOf('x')).toMatch(/^h[0-9a-f]{32}$/);
  });
});
