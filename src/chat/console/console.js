// @ts-check
// The web console. All strings that arrive are outside text: they become text nodes, never markup.

/**
 * @typedef {{ kind: 'text', text: string } | { kind: 'facts', facts: [string, string | number][] } | { kind: 'code', text: string }
 *   | { kind: 'table', columns: string[], rows: (string | number)[][] } | { kind: 'progress', done: number, of?: number, label: string }
 *   | { kind: 'file', name: string, ref: string, text: string } | { kind: 'link', url: string }} Block
 * @typedef {{ id: string, label: string, press: { action: string, ticket: string, code: string }, asks?: Field[] }} Button
 * @typedef {{ name: string, label: string, choices?: { text: string, hint: string }[], many?: true, long?: true, how?: string }} Field
 * @typedef {{ id: string, state: string, digest: string, code: string, by: string, plan: { steps: string[], facts: string[], undo: string | null } }} Ticket
 * @typedef {{ id: string, rev: number, mood: string, title: string, text: string, blocks: Block[], buttons: Button[], ticket: Ticket | null, alert?: { id: string, state: string, says: string } }} Card
 * @typedef {{ id: string, name: string, lang: string, roles: string[] }} Person
 * @typedef {{ text: string, hint?: string }} Choice
 * @typedef {{ card: Card, at: number, by: string, private: boolean }} Shown
 * A card on the page: `open` is what the reader chose for the details, `pending` the button in flight, `keep` what to focus again,
 * `asking` the button that wants something filled in first, `filled` what was, by field.
 * @typedef {Shown & { el: HTMLElement, body: HTMLElement, open?: boolean, pending: string, error: string, keep: string, asking: string, filled: Record<string, string[]> }} Entry
 */

const WORDS = {
  en: {
    practice: 'practice',
    practiceHint: 'A practice fleet: nothing here is real',
    you: 'You are',
    youHint: 'Who you are',
    signOut: 'Sign out',
    theme: 'Light or dark',
    close: 'Close',
    codes: 'One-time codes',
    codesText: 'Some approvals ask for a six-digit code that an app on your phone shows. Such codes prove that it is you, whoever holds your chat account.',
    codesStay: 'Codes that are in force already stay so until somebody has approved the new ones.',
    codesBegin: 'Set up new codes',
    codesScan: 'Read this with your authenticator app, or type in the letters below it. It is shown only now.',
    codesPicture: 'QR code for an authenticator app',
    codesSecret: 'The same as letters',
    codesFirst: 'The code your app shows',
    codesCheck: 'Check',
    codesProven: 'Your app shows the right code. Now ask for it to be put in force; somebody else must approve that.',
    codesAsk: 'Ask:',
    requests: 'Requests',
    emptyTitle: 'What shall we look at?',
    emptyText: 'Reading is answered at once. What could disturb a machine first shows its plan and waits for approval.',
    emptyPractice: 'This is a practice fleet, so try anything. To approve as someone else, switch person at the top, or do it in a second tab.',
    newCards: 'New cards ↓',
    choices: 'Completions',
    keys: 'Tab completes · ↑ ↓ choose · Esc closes',
    command: 'Command',
    placeholder: 'Command, or help',
    send: 'Send',
    connected: 'Connected',
    connecting: 'Connecting',
    reconnecting: 'Reconnecting…',
    unreached: 'The server could not be reached; nothing was sent.',
    private: 'only you see this',
    details: 'Details',
    steps: 'Steps',
    facts: 'Relies on',
    undo: 'Undo',
    ticket: 'Ticket',
    digest: 'Digest',
    copy: 'Copy as text',
    copied: 'Copied',
    again: 'Ask again…',
    now: 'just now',
    waitingCount: 'waiting',
    waitingHint: 'Show the card that waits longest',
    'mood waiting': 'Waiting',
    'mood busy': 'Working',
    'mood good': 'OK',
    'mood bad': 'Not done',
    planning: 'Looking',
    refused: 'Refused',
    waiting: 'Waiting for approval',
    approved: 'Approved',
    running: 'Running',
    cancelling: 'Stopping',
    done: 'Done',
    failed: 'Failed',
    unknown: 'Outcome unknown',
    cancelled: 'Cancelled',
    rejected: 'Rejected',
    expired: 'Expired',
  },
  zh: {
    practice: '演练',
    practiceHint: '演练环境：这里的一切都不是真实的',
    you: '当前身份',
    youHint: '您的身份',
    signOut: '退出登录',
    theme: '浅色或深色',
    close: '关闭',
    codes: '一次性验证码',
    codesText: '某些批准需要手机应用显示的六位验证码。无论谁持有您的聊天账号，验证码都能证明是您本人。',
    codesStay: '已启用的验证码会一直有效，直到有人批准新的验证码。',
    codesBegin: '设置新的验证码',
    codesScan: '请用验证器应用扫描，或手动输入下方字母。仅在此时显示。',
    codesPicture: '供验证器应用扫描的二维码',
    codesSecret: '相同内容的字母形式',
    codesFirst: '应用显示的验证码',
    codesCheck: '验证',
    codesProven: '验证码正确。现在请提出启用申请；须由他人批准。',
    codesAsk: '提出：',
    requests: '请求',
    emptyTitle: '想看点什么？',
    emptyText: '查询会立即得到答复。可能影响机器的操作会先显示计划，等待批准。',
    emptyPractice: '这是演练环境，可以随意尝试。要以他人身份批准，请在上方切换身份，或另开一个标签页。',
    newCards: '新卡片 ↓',
    choices: '补全',
    keys: 'Tab 补全 · ↑ ↓ 选择 · Esc 关闭',
    command: '命令',
    placeholder: '输入命令，或 help',
    send: '发送',
    connected: '已连接',
    connecting: '正在连接',
    reconnecting: '正在重新连接…',
    unreached: '无法连接服务器；什么都没有发送。',
    private: '仅您可见',
    details: '详情',
    steps: '步骤',
    facts: '依据',
    undo: '撤销',
    ticket: '工单',
    digest: '摘要',
    copy: '复制为文本',
    copied: '已复制',
    again: '再次提出…',
    now: '刚刚',
    waitingCount: '项待批准',
    waitingHint: '显示等待最久的卡片',
    'mood waiting': '等待中',
    'mood busy': '处理中',
    'mood good': '正常',
    'mood bad': '未完成',
    planning: '正在查看',
    refused: '未受理',
    waiting: '等待批准',
    approved: '已批准',
    running: '执行中',
    cancelling: '正在停止',
    done: '完成',
    failed: '失败',
    unknown: '结果未知',
    cancelled: '已取消',
    rejected: '已拒绝',
    expired: '已过期',
  },
};
const EXAMPLES = ['help', 'hosts', 'vm list', 'vm reboot shop', 'svc list web1 web2'];
const DESKTOP = matchMedia('(hover: hover) and (pointer: fine)').matches;
const NARROW = matchMedia('(max-width: 600px)');
const MOST_CARDS = 200;
const MOST_HISTORY = 100;
/** State words that get a coloured dot; what follows a bracket, comma or colon does not count: `active (running)`. */
const TONES = new Map(
  Object.entries({
    good: 'running|active|ok|up|online|healthy|enabled|done|reachable|connected|运行中|正在运行|正常|活动|活跃|在线|已启用|完成|可达|已连接',
    off: 'shut off|stopped|inactive|disabled|offline|off|exited|dead|unknown|asleep|not done|已关机|关机|已停止|未运行|未激活|不活动|已禁用|离线|未知|已休眠|未执行',
    warn: 'paused|suspended|shutting down|in shutdown|activating|deactivating|reloading|starting|stopping|pending|waiting|degraded|已暂停|已挂起|正在关机|启动中|停止中|等待|降级',
    bad: 'failed|unreachable|crashed|down|error|timed out|no answer|失败|已失败|不可达|无法连接|无法访问|已崩溃|错误|故障|无回应',
  }).flatMap(([tone, words]) => words.split('|').map((word) => /** @type {const} */ ([word, tone]))),
);
/** @type {[Intl.RelativeTimeFormatUnit, number][]} */
const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];
const NUMBER = /^[-+]?\d[\d,]*(\.\d+)?\s?(%|[kKMGTP]?i?B|[kMGT]|m?s|[MG]Hz)?$/;

/** @template {HTMLElement} T @param {string} id @returns {T} */
const $ = (id) => /** @type {T} */ (document.getElementById(id));
const page = document.documentElement;
const [feed, scroller, banner, pill] = [$('feed'), $('scroller'), $('banner'), $('pill')];
const who = /** @type {HTMLSelectElement} */ ($('as'));
const input = /** @type {HTMLInputElement} */ ($('say'));
const sendButton = /** @type {HTMLButtonElement} */ ($('send'));

/** @type {Map<string, Entry>} */
const shown = new Map();
/** Who one may be: in practice everyone, else who is signed in. @type {Person[]} */
let people = [];
let practice = false;
/** The secret of a link to sign in by that is yet to be delivered. */
let ticketIn = '';
let me = '';
/** @type {'en' | 'zh'} */
let lang = navigator.language.startsWith('zh') ? 'zh' : 'en';
/** @type {EventSource | undefined} */
let source;
let retry = 0;
/** The snapshot has arrived: what comes now is news. */
let live = false;
let sticky = true;

// --- small helpers ---

/** @param {string} key */
const t = (key) => /** @type {Record<string, string>} */ (WORDS[lang])[key] ?? key;

/** @param {string} tag @param {Record<string, unknown>} [attributes] @param {...(Node | string | null | false | undefined)} children */
function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined && value !== false && value !== '') node.setAttribute(name, value === true ? '' : String(value));
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** @param {Record<string, unknown>} attributes @param {string} label @param {() => void} pressed */
function button(attributes, label, pressed) {
  const node = el('button', { type: 'button', ...attributes }, label);
  node.addEventListener('click', pressed);
  return node;
}

/** Storage that may be forbidden. @param {'localStorage' | 'sessionStorage'} where @param {string} key @param {string} [value] */
function stored(where, key, value) {
  try {
    if (value !== undefined) window[where].setItem(`hostler.${key}`, value);
    return window[where].getItem(`hostler.${key}`) ?? '';
  } catch {
    return '';
  }
}

/** Asks the server; what it answers, and what went wrong, or an empty text. @param {string} path @param {object} body */
async function called(path, body) {
  try {
    const answer = await fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    const found = await answer.json().catch(() => ({}));
    if (answer.ok) return { problem: '', found };
    return { problem: typeof found.error === 'string' && found.error ? found.error : `HTTP ${answer.status}`, found: {} };
  } catch {
    return { problem: t('unreached'), found: {} };
  }
}

/** What went wrong, or an empty text. @param {string} path @param {object} body */
const post = async (path, body) => (await called(path, body)).problem;

/** Text with its `backticked` spans. @param {string | number} text @returns {(Node | string)[]} */
function inline(text) {
  return String(text)
    .split(/`([^`\n]+)`/)
    .map((part, i) => (i % 2 === 1 ? el('code', {}, part) : part));
}

/** A value with the dot of its state, if it is a state. @param {string | number} value @returns {(Node | string)[]} */
function valued(value) {
  const tone = TONES.get(
    String(value)
      .trim()
      .toLowerCase()
      .replace(/\s*([(（,，:：]| in \d).*$/s, ''),
  );
  return tone ? [el('span', { class: 'dot', 'data-tone': tone, 'aria-hidden': 'true' }), ...inline(value)] : inline(value);
}

/** @param {number} at */
function ago(at) {
  const secs = Math.max(0, (Date.now() - at) / 1000);
  const words = new Intl.RelativeTimeFormat(page.lang, { style: lang === 'zh' ? 'long' : 'short', numeric: 'auto' });
  const [unit, size] = UNITS.find(([, most]) => secs >= most) ?? ['second', 1];
  return secs < 15 ? t('now') : words.format(-Math.round(secs / size), unit);
}

// --- cards ---

/** @param {Block} block @param {string} card */
function blockNode(block, card) {
  if (block.kind === 'text') return el('p', { class: 'text' }, ...inline(block.text));
  if (block.kind === 'code') return el('pre', { class: 'scroll' }, block.text);
  if (block.kind === 'facts')
    return el('dl', { class: 'facts' }, ...block.facts.flatMap(([label, value]) => [el('dt', {}, label), el('dd', {}, ...valued(value))]));
  if (block.kind === 'table') return tableNode(block.columns, block.rows);
  if (block.kind === 'file') return fileNode(block, card);
  if (block.kind === 'link') return linkNode(block.url);
  if (block.kind !== 'progress') return null;
  const count = block.of === undefined ? (block.done > 0 ? String(block.done) : '') : `${block.done} / ${block.of}`;
  const bar = el('progress', {
    'aria-label': block.label,
    max: block.of === undefined ? undefined : Math.max(1, block.of),
    value: block.of === undefined ? undefined : block.done,
  });
  return el('div', { class: 'progress' }, el('span', {}, ...inline(block.label)), el('span', { class: 'count' }, count), bar);
}

/** An address that says where it leads. @param {string} url */
function linkNode(url) {
  const link = el('a', { href: url, rel: 'noopener noreferrer', target: '_blank', 'data-key': `link ${url}` }, url);
  return /^https?:\/\//.test(url) ? el('p', { class: 'text' }, link) : null;
}

/** A file as a link that fetches it: only for who may see the card. @param {{ name: string, ref: string, text: string }} file @param {string} card */
function fileNode({ name, ref, text }, card) {
  if (ref === '') return el('p', { class: 'text' }, text);
  const query = new URLSearchParams({ as: me, card, file: ref });
  return el('p', { class: 'text' }, el('a', { href: `/api/file?${query}`, download: name, 'data-key': `file ${ref}` }, text));
}

/** @param {string[]} columns @param {(string | number)[][]} rows */
function tableNode(columns, rows) {
  const numeric = columns.map((_, i) => {
    const cells = rows.map((row) => String(row[i] ?? '').trim()).filter((cell) => !['', '-', '—', '?'].includes(cell));
    return cells.length > 0 && cells.every((cell) => NUMBER.test(cell));
  });
  /** @param {number} i @param {string | number} cell */
  const kind = (i, cell) => (numeric[i] ? 'number' : String(cell).length > 44 ? 'long' : undefined);
  const head = el('tr', {}, ...columns.map((column, i) => el('th', { scope: 'col', class: numeric[i] && 'number' }, column)));
  const body = rows.map((row) =>
    el('tr', {}, ...row.map((cell, i) => el('td', { class: kind(i, cell), 'data-column': i > 0 && columns[i] }, ...valued(cell)))),
  );
  const flows = columns.length <= 3 && rows.some((row) => row.join('').length > 36);
  return el('div', { class: 'scroll' }, el('table', { class: flows && 'flows' }, el('thead', {}, head), el('tbody', {}, ...body)));
}

/** Plan and digest: closed unless somebody must decide and the card does not show the plan itself. @param {Entry} entry */
function detailsNode(entry) {
  const { ticket, blocks } = entry.card;
  if (!ticket) return null;
  const { steps, facts, undo } = ticket.plan;
  const planShown = blocks.some((block) => block.kind === 'table' || block.kind === 'facts');
  /** @param {string} key @param {Node} node */
  const part = (key, node) => [el('h3', {}, t(key)), node];
  /** @param {string} tag @param {string[]} items */
  const listed = (tag, items) => el(tag, {}, ...items.map((item) => el('li', {}, ...inline(item))));
  const ids = [
    ['ticket', ticket.id],
    ['digest', ticket.digest],
  ].filter(([, value]) => value);
  const again = button({ class: 'plain', 'data-key': 'again' }, t('again'), () => fill(entry.card.title));
  const copy = button(
    { class: 'plain', 'data-key': 'copy' },
    t('copy'),
    () =>
      void navigator.clipboard.writeText(entry.card.text).then(
        () => (copy.textContent = t('copied')),
        () => {},
      ),
  );
  const summary = el('summary', { 'data-key': 'summary' }, t('details'));
  const open = entry.open ?? (ticket.state === 'waiting' && !planShown);
  const node = el(
    'details',
    { open },
    summary,
    ...(steps.length > 0 ? part('steps', listed('ol', steps)) : []),
    ...(facts.length > 0 ? part('facts', listed('ul', facts)) : []),
    ...(undo ? part('undo', el('p', {}, ...inline(undo))) : []),
    el('dl', { class: 'facts ids' }, ...ids.flatMap(([key, value]) => [el('dt', {}, t(key ?? '')), el('dd', {}, value)])),
    el('p', { class: 'tools' }, again, 'clipboard' in navigator && copy),
  );
  summary.addEventListener('click', () => (entry.open = !(/** @type {HTMLDetailsElement} */ (node).open)));
  return node;
}

/** @param {Entry} entry */
function actionsNode(entry) {
  const { buttons } = entry.card;
  if (buttons.length === 0) return null;
  const nodes = buttons.map((one) => {
    const { action } = one.press;
    // Nobody approves their own request, so there the button does not call for it.
    const calls = action === 'ack' || (action === 'approve' && entry.by !== me);
    const tone = action === 'reject' ? 'danger' : calls && 'primary';
    const look = { class: tone, disabled: entry.pending !== '', 'aria-busy': entry.pending === one.id && 'true' };
    return button({ ...look, 'data-action': action, 'data-key': action }, one.label, () => void press(entry, one));
  });
  const asked = buttons.find((one) => one.id === entry.asking);
  return el('div', {}, el('div', { class: 'actions' }, ...nodes), asked && askNode(entry, asked));
}

/** What a button asks for before it is sent. @param {Entry} entry @param {Button} asked */
function askNode(entry, asked) {
  const fields = (asked.asks ?? []).map((field) => fieldNode(entry, field));
  const form = el('form', { class: 'ask' }, ...fields, el('button', { class: 'primary', 'data-key': 'send' }, asked.label));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void deliver(entry, asked, { fields: entry.filled });
  });
  return form;
}

/** What a field is filled in by, under how to come by that. @param {Entry} entry @param {Field} field */
function fieldNode(entry, field) {
  const node = inputNode(entry, field);
  return field.how ? el('div', { class: 'long' }, el('p', { class: 'text small' }, ...inline(field.how)), node) : node;
}

/** A list to choose from where there is one, else a text to type in. @param {Entry} entry @param {Field} field */
function inputNode(entry, { name, label, choices, many, long }) {
  const common = { 'data-key': `field ${name}`, 'aria-label': label, required: true };
  const chosen = entry.filled[name] ?? [];
  if (!choices) {
    const code = name === 'code' && { class: 'digits', inputmode: 'numeric', autocomplete: 'one-time-code', maxlength: 7 };
    const text = { maxlength: long ? 10_000 : 500, autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false', rows: long && 5 };
    const kind = long ? 'textarea' : 'input';
    const input = /** @type {HTMLInputElement} */ (el(kind, { ...common, ...text, placeholder: label, ...code }));
    input.value = chosen[0] ?? '';
    input.addEventListener('input', () => Object.assign(entry.filled, { [name]: [input.value] }));
    return input;
  }
  const options = choices.map(({ text, hint }) => el('option', { value: text, selected: chosen.includes(text) }, hint ? `${text} · ${hint}` : text));
  const first = many ? [] : [el('option', { value: '', selected: chosen.length === 0, disabled: true }, label)];
  const select = /** @type {HTMLSelectElement} */ (
    el('select', { ...common, multiple: many ?? false, size: many && Math.min(6, choices.length) }, ...first, ...options)
  );
  select.addEventListener('change', () => Object.assign(entry.filled, { [name]: [...select.selectedOptions].map(({ value }) => value) }));
  return select;
}

/** @param {Card} card */
const stateWord = (card) => card.alert?.says ?? t(card.ticket && card.ticket.state in WORDS.en ? card.ticket.state : `mood ${card.mood}`);

/** Draws a card anew in its article; focus, scroll and chosen openness stay. @param {Entry} entry */
function paint(entry) {
  const { el: article, body, card } = entry;
  const focused = document.activeElement;
  const within = focused instanceof HTMLElement && body.contains(focused);
  const key = within ? (focused.dataset.key ?? 'scroll') : focused === document.body ? entry.keep : '';
  const scrolls = [...body.querySelectorAll('.scroll')].map((node) => [node.scrollLeft, node.scrollTop]);
  article.ariaLabel = card.title;
  Object.assign(article.dataset, { rev: card.rev, mood: card.mood, state: card.ticket?.state ?? card.alert?.state ?? '' });
  const asker = people.find((person) => person.id === entry.by)?.name ?? entry.by;
  const time = el(
    'time',
    { datetime: new Date(entry.at).toISOString(), title: new Date(entry.at).toLocaleString(page.lang), 'data-at': entry.at },
    ago(entry.at),
  );
  const [head, meta] = [...article.children];
  head?.replaceChildren(head.firstElementChild ?? '', el('h2', {}, card.title), el('span', { class: 'chip' }, stateWord(card)));
  meta?.replaceChildren(asker, el('i', {}, '·'), time, ...(entry.private ? [el('i', {}, '·'), el('span', { class: 'private' }, t('private'))] : []));
  const blocks = card.blocks.map((block) => blockNode(block, card.id));
  const parts = [...blocks, entry.error && el('p', { class: 'trouble', role: 'alert' }, entry.error), actionsNode(entry), detailsNode(entry)];
  body.replaceChildren(...parts.filter((part) => part instanceof Node));
  const code = card.ticket?.state === 'waiting' && card.ticket.code;
  for (const node of body.querySelectorAll('.text code')) if (node.textContent === code) node.replaceWith(el('kbd', {}, code));
  for (const [i, node] of body.querySelectorAll('.scroll').entries()) node.scrollTo(scrolls[i]?.[0] ?? 0, scrolls[i]?.[1] ?? 0);
  entry.keep = '';
  if (!key) return;
  const target = [...body.querySelectorAll('[data-key]')].find((node) => node instanceof HTMLElement && node.dataset.key === key);
  if (target instanceof HTMLButtonElement && target.disabled) entry.keep = key;
  else if (target instanceof HTMLElement) {
    target.focus({ preventScroll: true });
    if (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) target.setSelectionRange(target.value.length, target.value.length);
  } else article.focus({ preventScroll: true });
}

/** A card arrives, new or changed. @param {Shown} news */
function receive(news) {
  const known = shown.get(news.card.id);
  if (known && news.card.rev <= known.card.rev) return;
  const follow = live && atBottom();
  const before = known && stateWord(known.card);
  const entry = known ? Object.assign(known, news, { error: '' }) : create(news);
  shown.set(news.card.id, entry);
  paint(entry);
  for (const [id, oldest] of shown) {
    if (shown.size <= MOST_CARDS) break;
    oldest.el.remove();
    shown.delete(id);
  }
  if (live && stateWord(news.card) !== before) $('announce').textContent = `${news.card.title}: ${stateWord(news.card)}`;
  if (follow) toBottom();
  else if (live && !known) pill.hidden = false;
  if (live) summarise();
}

/** @param {Shown} news @returns {Entry} */
function create(news) {
  const body = el('div', { class: 'body' });
  const head = el('header', {}, el('span', { class: 'icon', 'aria-hidden': 'true' }));
  const article = el('article', { class: live ? 'card fresh' : 'card', 'data-id': news.card.id, tabindex: -1 }, head, el('p', { class: 'meta' }), body);
  feed.append(article);
  return { ...news, el: article, body, pending: '', error: '', keep: '', asking: '', filled: {} };
}

/** @param {Entry} entry @param {Button} pressed */
async function press(entry, pressed) {
  if (!pressed.asks) return deliver(entry, pressed, {});
  Object.assign(entry, { asking: entry.asking === pressed.id ? '' : pressed.id, error: '' });
  paint(entry);
  const input = entry.body.querySelector('.ask input, .ask select, .ask textarea');
  if (input instanceof HTMLElement) input.focus();
}

/** @param {Entry} entry @param {Button} pressed @param {{ fields?: Record<string, string[]> }} fields */
async function deliver(entry, pressed, fields) {
  Object.assign(entry, { pending: pressed.id, error: '' });
  paint(entry);
  const error = await post('/api/pressed', { as: me, ...pressed.press, ...fields });
  Object.assign(entry, { pending: '', error, ...(error ? {} : { asking: '', filled: {} }) });
  paint(entry);
}

/** The empty hint, and how many cards wait. */
function summarise() {
  const n = [...shown.values()].filter(({ card }) => card.ticket?.state === 'waiting').length;
  $('empty').hidden = !live || shown.size > 0;
  $('waiting').hidden = n === 0;
  $('waiting').replaceChildren(String(n), el('span', {}, ` ${t('waitingCount')}`));
  Object.assign($('waiting'), { title: t('waitingHint'), ariaLabel: `${n} ${t('waitingCount')}` });
  document.title = n > 0 ? `(${n}) Hostler` : 'Hostler';
}

const atBottom = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 60;

function toBottom() {
  scroller.scrollTop = scroller.scrollHeight;
  sticky = pill.hidden = true;
}

/** To the waiting card that has waited longest. */
function toWaiting() {
  const card = feed.querySelector('[data-state="waiting"]');
  if (!(card instanceof HTMLElement)) return;
  card.focus({ preventScroll: true });
  card.scrollIntoView({ block: 'center' });
}

// --- connection and person ---

/** @param {'wait' | 'on' | 'off'} state */
function linked(state) {
  const words = t(state === 'on' ? 'connected' : state === 'off' ? 'reconnecting' : 'connecting');
  Object.assign($('link'), { title: words, ariaLabel: words });
  $('link').dataset.link = state;
  banner.hidden = state !== 'off';
  banner.textContent = state === 'off' ? words : '';
  if (state !== 'on') delete page.dataset.ready;
}

function connect() {
  source?.close();
  clearTimeout(retry);
  const mine = new EventSource(`/api/cards?as=${encodeURIComponent(me)}`);
  source = mine;
  let first = shown.size === 0;
  mine.addEventListener('card', (event) => receive(JSON.parse(event.data)));
  mine.addEventListener('ready', () => {
    live = true;
    linked('on');
    summarise();
    if (first) toBottom();
    first = false;
    page.dataset.ready = 'yes';
  });
  mine.addEventListener('out', () => {
    mine.close();
    void start();
  });
  mine.addEventListener('error', () => {
    linked('off');
    if (mine.readyState === EventSource.CLOSED) retry = window.setTimeout(practice ? connect : start, 2000);
  });
}

/** Becomes a person: language, address, feed. @param {string} id */
function become(id) {
  const person = people.find((one) => one.id === id) ?? people.find((one) => one.id === me) ?? people[0];
  if (!person || person.id === me) return;
  me = person.id;
  who.value = me;
  if (practice) {
    stored('sessionStorage', 'as', me);
    history.replaceState(null, '', `#as=${encodeURIComponent(me)}`);
  }
  $('me').textContent = person.name;
  $('me').title = person.roles.join(', ');
  speak(person.lang.startsWith('zh') ? 'zh' : 'en');
  clear();
  linked('wait');
  connect();
}

/** Nothing of who was here before stays on the page. */
function clear() {
  factor.close();
  shown.clear();
  feed.replaceChildren();
  live = false;
  past = undefined;
  pill.hidden = true;
  popup.all = [];
  complain('');
  closePopup();
  summarise();
}

/** What a page shows to who is in, or to nobody. @param {boolean} inside */
function open(inside) {
  for (const id of ['main', 'ask', 'link']) $(id).hidden = !inside;
  $('door').hidden = inside;
  $('whoever').hidden = !inside || !practice;
  $('codes').hidden = !inside;
  $('me').hidden = $('out').hidden = !inside || practice;
  if (inside) delete page.dataset.door;
  else page.dataset.door = 'yes';
}

/** Nobody is signed in. @param {string} problem */
function showDoor(problem) {
  source?.close();
  clearTimeout(retry);
  if (me) input.value = ''; // a line of who was here
  me = '';
  people = [];
  clear();
  banner.hidden = true;
  delete page.dataset.ready;
  open(false);
  $('doorTrouble').textContent = problem;
  $('doorTrouble').hidden = problem === '';
}

/** Takes a link's secret out of the address, where it would stay in the history, and delivers it; what went wrong, or an empty text. */
async function enter() {
  const given = new URLSearchParams(location.hash.slice(1)).get('login');
  if (given !== null) {
    ticketIn = given;
    history.replaceState(null, '', location.pathname);
  }
  if (!ticketIn) return '';
  const answer = await fetch('/api/login', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ token: ticketIn }) });
  const { error } = await answer.json().catch(() => ({}));
  if (answer.status >= 500) throw new Error(String(answer.status));
  ticketIn = '';
  return answer.ok ? '' : String(error || `HTTP ${answer.status}`);
}

async function leave() {
  const problem = await post('/api/logout', {});
  if (problem) return complain(problem);
  stored('sessionStorage', `history.${me}`, '[]');
  await start();
}

/** @param {'en' | 'zh'} which */
function speak(which) {
  lang = which;
  page.lang = lang === 'zh' ? 'zh-CN' : 'en';
  for (const [from, to] of Object.entries({
    'data-t': 'textContent',
    'data-t-label': 'ariaLabel',
    'data-t-title': 'title',
    'data-t-placeholder': 'placeholder',
    'data-t-alt': 'alt',
  })) {
    for (const node of document.querySelectorAll(`[${from}]`)) Object.assign(node, { [to]: t(node.getAttribute(from) ?? '') });
  }
  namePeople();
}

/** Names in the identity switch, with roles where there is room. */
function namePeople() {
  for (const [i, { name, roles }] of people.entries()) {
    const words = lang === 'zh' ? `${name}（${roles.join('、')}）` : `${name} · ${roles.join(', ')}`;
    if (who.options[i]) who.options[i].text = roles.length > 0 && !NARROW.matches ? words : name;
  }
}

/** Who the address says we are; it is first, so that a link works in a tab that was somebody else. */
const hashed = () => new URLSearchParams(location.hash.slice(1)).get('as') ?? '';

async function start() {
  clearTimeout(retry);
  try {
    const problem = await enter();
    const answer = await fetch('/api/hello');
    if (!answer.ok) throw new Error(String(answer.status));
    const hello = await answer.json();
    practice = hello.practice;
    $('practice').hidden = $('emptyPractice').hidden = !practice;
    if (!practice && !hello.person) return showDoor(problem);
    people = practice ? hello.people : [hello.person];
    $('name').title = `Hostler ${hello.version}`;
    who.replaceChildren(...people.map(({ id }) => el('option', { value: id })));
    open(true);
    if (practice) become(hashed() || stored('sessionStorage', 'as'));
    else if (people[0]?.id === me) connect();
    else become(people[0]?.id ?? '');
    if (!practice) complain(problem);
    if (DESKTOP && document.activeElement === document.body) input.focus();
  } catch {
    linked('off');
    retry = window.setTimeout(start, 2000);
  }
}

// --- one-time codes ---

const factor = /** @type {HTMLDialogElement} */ ($('factor'));
const factorCode = /** @type {HTMLInputElement} */ ($('factorCode'));
const picture = /** @type {HTMLImageElement} */ ($('factorPicture'));

/** What is shown of it: nothing yet, the secret, or that it is proven. The secret stands nowhere but in what is on show. @param {'' | 'shown' | 'done'} stage @param {{ svg?: string, secret?: string }} [found] */
function showFactor(stage, { svg = '', secret = '' } = {}) {
  $('factorBegin').hidden = stage !== '';
  $('factorShown').hidden = stage !== 'shown';
  $('factorDone').hidden = stage !== 'done';
  if (svg) picture.src = `data:image/svg+xml,${encodeURIComponent(svg)}`;
  else picture.removeAttribute('src');
  $('factorSecret').textContent = secret;
  factorCode.value = '';
  factorTrouble('');
  if (stage === 'shown') factorCode.focus();
  if (stage === 'done') $('factorAsk').focus();
}

/** @param {string} problem */
function factorTrouble(problem) {
  $('factorTrouble').textContent = problem;
  $('factorTrouble').hidden = problem === '';
}

async function beginFactor() {
  const who = me;
  const { problem, found } = await called('/api/factor', { as: who });
  if (who !== me || !factor.open) return; // it is another's, or nobody looks any more
  if (problem) factorTrouble(problem);
  else showFactor('shown', found);
}

async function proveFactor() {
  const problem = await post('/api/factor/prove', { as: me, code: factorCode.value });
  if (!factor.open) return;
  if (!problem) return showFactor('done');
  factorTrouble(problem);
  factorCode.select();
}

// --- the command line ---

/**
 * Completions on show: they stand for `text`, and replace it from `from`. `pending`: the server has yet to answer; `eager`: Tab was
 * pressed before it did.
 */
const popup = {
  text: '',
  from: 0,
  all: /** @type {Choice[]} */ ([]),
  choices: /** @type {Choice[]} */ ([]),
  at: -1,
  asked: 0,
  timer: 0,
  pending: false,
  eager: false,
};
/** Where in the history we are, and the line that was being typed. @type {{ at: number, draft: string } | undefined} */
let past;

/** @param {string} problem */
function complain(problem) {
  $('trouble').textContent = problem;
  $('trouble').hidden = problem === '';
}

/** Puts a command in the line, to be sent or changed. @param {string} text */
function fill(text) {
  input.value = text;
  input.focus();
  input.setSelectionRange(text.length, text.length);
  complain('');
  closePopup();
}

/** A line is on its way. The button stays as it is: while it is disabled, browsers swallow Enter. */
let sending = false;
/** Enter was pressed meanwhile. */
let onceMore = false;

async function send() {
  const text = input.value.trim();
  if (text === '') return;
  if (sending) {
    onceMore = true;
    return;
  }
  const typed = input.value;
  closePopup();
  complain('');
  sending = true;
  sendButton.ariaDisabled = 'true';
  const problem = await post('/api/said', { as: me, text });
  sending = false;
  sendButton.ariaDisabled = 'false';
  complain(problem);
  if (DESKTOP && document.activeElement === document.body) input.focus();
  if (problem) {
    onceMore = false;
    return;
  }
  past = undefined;
  stored('sessionStorage', `history.${me}`, JSON.stringify([...lines().filter((line) => line !== text), text].slice(-MOST_HISTORY)));
  if (input.value === typed) input.value = '';
  toBottom();
  const next = onceMore;
  onceMore = false;
  if (next) void send();
}

/** @returns {string[]} */
const lines = () => JSON.parse(stored('sessionStorage', `history.${me}`) || '[]');

/** @param {number} by */
function recall(by) {
  const all = lines();
  const at = (past?.at ?? all.length) + by;
  if (at < 0 || at > all.length) return;
  past = { at, draft: past?.draft ?? input.value };
  input.value = all[at] ?? past.draft;
  input.setSelectionRange(input.value.length, input.value.length);
}

function closePopup() {
  popup.asked++;
  clearTimeout(popup.timer);
  Object.assign(popup, { choices: [], pending: false, eager: false });
  drawPopup();
}

function drawPopup() {
  const open = popup.choices.length > 0;
  $('popup').hidden = !open;
  input.setAttribute('aria-expanded', String(open));
  const rows = popup.choices.map((choice, i) => {
    const row = el(
      'div',
      { id: `choice-${i}`, role: 'option', 'aria-selected': String(i === popup.at) },
      el('b', {}, choice.text),
      el('span', {}, choice.hint ?? ''),
    );
    row.addEventListener('click', () => accept(i));
    return row;
  });
  $('choices').replaceChildren(...rows);
  const chosen = open ? rows[popup.at] : undefined;
  if (chosen) input.setAttribute('aria-activedescendant', chosen.id);
  else input.removeAttribute('aria-activedescendant');
  chosen?.scrollIntoView({ block: 'nearest' });
}

/** Keeps, until the server has answered, the known choices that still fit what is typed. */
function narrow() {
  const [before, kept] = [popup.text.slice(0, popup.from), input.value.slice(popup.from)];
  const fits = input.value !== '' && input.value.startsWith(before);
  popup.choices = fits ? popup.all.filter(({ text }) => text.startsWith(kept) && text !== kept) : [];
  popup.at = -1;
  drawPopup();
}

async function complete() {
  const asked = ++popup.asked;
  const text = input.value;
  if (text.trim() === '' || input.selectionStart !== text.length) return closePopup();
  try {
    const answer = await fetch(`/api/complete?as=${encodeURIComponent(me)}&text=${encodeURIComponent(text)}`);
    const { from = 0, choices = [] } = answer.ok ? await answer.json() : {};
    if (asked !== popup.asked || input.value !== text) return;
    const fresh = choices.filter((/** @type {Choice} */ choice) => choice.text !== text.slice(from));
    const { eager } = popup;
    Object.assign(popup, { text, from, all: fresh, choices: fresh, at: -1, pending: false, eager: false });
    drawPopup();
    if (eager) accept(0);
  } catch {
    if (asked === popup.asked) closePopup();
  }
}

/** @param {number} i */
function accept(i) {
  const choice = popup.choices[i];
  if (!choice) return;
  const space = /[\s=:/,]$/.test(choice.text) ? '' : ' ';
  fill(popup.text.slice(0, popup.from) + choice.text + space);
  void complete();
}

/** @param {KeyboardEvent} event */
function keyed(event) {
  const { key, keyCode, isComposing } = event;
  const open = popup.choices.length > 0;
  if (key !== 'Tab') popup.eager = false;
  // An input method is at work: its Enter does not send (229 is how Safari says it).
  if (isComposing || keyCode === 229) return key === 'Enter' ? event.preventDefault() : undefined;
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (key === 'Tab' && open && !event.shiftKey) accept(Math.max(0, popup.at));
  else if (key === 'Tab' && popup.pending && !popup.eager && !event.shiftKey) popup.eager = true;
  else if (key === 'Enter' && open && popup.at >= 0) accept(popup.at);
  else if (key === 'Escape' && open) closePopup();
  else if ((key === 'ArrowDown' || key === 'ArrowUp') && open) {
    // One place more than there are choices: none of them.
    const places = popup.choices.length + 1;
    popup.at = ((popup.at + 1 + (key === 'ArrowDown' ? 1 : -1) + places) % places) - 1;
    drawPopup();
  } else if (key === 'ArrowUp') recall(-1);
  else if (key === 'ArrowDown') recall(1);
  else return;
  event.preventDefault();
}

// --- page ---

const dark = () => (page.dataset.theme ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')) === 'dark';

if (stored('localStorage', 'theme')) page.dataset.theme = stored('localStorage', 'theme');
speak(lang);
scroller.tabIndex = 0;
linked('wait');
$('examples').append(...EXAMPLES.map((command) => button({ class: 'example' }, command, () => fill(command))));
$('theme').addEventListener('click', () => {
  page.dataset.theme = dark() ? 'light' : 'dark';
  stored('localStorage', 'theme', page.dataset.theme);
});
$('waiting').addEventListener('click', toWaiting);
pill.addEventListener('click', toBottom);
NARROW.addEventListener('change', namePeople);
who.addEventListener('change', () => become(who.value));
window.addEventListener('hashchange', () => (location.hash.startsWith('#login=') ? void start() : practice && become(hashed() || me)));
$('out').addEventListener('click', () => void leave());
$('codes').addEventListener('click', () => {
  showFactor('');
  factor.showModal();
});
factor.addEventListener('close', () => showFactor(''));
$('factorClose').addEventListener('click', () => factor.close());
$('factorBegin').addEventListener('click', () => void beginFactor());
$('factorProve').addEventListener('submit', (event) => {
  event.preventDefault();
  void proveFactor();
});
$('factorAsk').addEventListener('click', () => {
  factor.close();
  fill('factor enrol');
});
scroller.addEventListener(
  'scroll',
  () => {
    sticky = atBottom();
    if (sticky) pill.hidden = true;
  },
  { passive: true },
);
new ResizeObserver(() => sticky && toBottom()).observe(scroller);
$('ask').addEventListener('submit', (event) => {
  event.preventDefault();
  void send();
});
input.addEventListener('input', () => {
  past = undefined;
  complain('');
  narrow();
  clearTimeout(popup.timer);
  popup.timer = window.setTimeout(complete, 80);
  popup.pending = input.value.trim() !== '';
});
input.addEventListener('keydown', keyed);
input.addEventListener('blur', closePopup);
$('popup').addEventListener('pointerdown', (event) => event.preventDefault());
document.addEventListener('keydown', (event) => {
  if (
    event.key !== '/' ||
    event.target === input ||
    event.target instanceof HTMLTextAreaElement ||
    factor.open ||
    event.ctrlKey ||
    event.metaKey ||
    event.altKey
  )
    return;
  event.preventDefault();
  input.focus();
});
setInterval(() => {
  for (const time of feed.querySelectorAll('time')) time.textContent = ago(Number(time.dataset.at));
}, 20_000);
void start();
