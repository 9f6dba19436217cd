import { diff } from './diff.ts';
import { voters } from './ending.ts';
import type { View } from './render.ts';
import { approvalMessage, signLine } from './sshsig.ts';
import type { In } from './ticket.ts';
import { clockFrom, dayAndClock } from './time.ts';
import type { Block } from './types.ts';
import { atLeastMore, placesWords } from './votes.ts';
import type { Window } from './window.ts';
import { type Said, say } from './words.ts';

const text = (said: Said): Block => ({ kind: 'text', text: said });

/** What a request waits for: what changed since it was read, who has said yes, whose yes is missing, and how it is given. */
export function waitingBlocks(view: View, ticket: In<'waiting'>): Block[] {
  const when = ticket.slot ? [slotBlock(ticket.slot)] : [];
  return [...changedBlocks(view, ticket), ...voters(view), ...when, ...reasonWanted(view, ticket), ...signatureWanted(ticket), text(placesLeft(view, ticket))];
}

/** When it is to run. */
export function slotBlock({ name, opensAt, closesAt }: Window): Block {
  const times = { name, from: dayAndClock(opensAt), to: dayAndClock(closesAt) };
  return text(
    say(
      {
        en: 'runs in the window “{name}”: {from} to {to} UTC, if it is still the same kind of plan then',
        zh: '将在窗口“{name}”内执行：{from} 至 {to} UTC，届时计划须仍属同类',
      },
      times,
    ),
  );
}

function changedBlocks({ plan, before }: View, { changed }: In<'waiting'>): Block[] {
  if (!changed) return [];
  const words = say({ en: 'the plan changed since it was first shown; earlier votes are void', zh: '计划与最初显示的不同；先前的批准已作废' });
  return [text(words), ...(plan && before ? diff(before, plan) : [])];
}

function placesLeft({ names, empty }: View, ticket: In<'waiting'>): Said {
  const places = empty ?? ticket.needs.rules.map(({ votes }) => votes);
  return say(
    {
      en: '{n} more to approve ({places}, not {by}); code `{code}`, until {until} UTC',
      zh: '还需 {n} 人批准（{places}，{by} 本人除外）；代码 `{code}`，{until} UTC 前有效',
    },
    {
      n: Math.max(1, atLeastMore(places)),
      places: placesWords(places),
      by: names[ticket.by] ?? ticket.by,
      code: ticket.plan.code,
      until: clockFrom(ticket.askedAt, ticket.expiresAt),
    },
  );
}

function reasonWanted({ names }: View, { needs, reason, by, plan }: In<'waiting'>): Block[] {
  if (!needs.reason || reason) return [];
  const words = {
    en: '{by} must say first why this is needed: `why {code} …`; nobody can approve it until then',
    zh: '{by} 须先说明理由：`why {code} …`；在此之前无人可以批准',
  };
  return [text(say(words, { by: names[by] ?? by, code: plan.code }))];
}

function signatureWanted({ needs, id, by, plan }: In<'waiting'>): Block[] {
  if (needs.stepUp !== 'signature') return [];
  return [
    text(
      say({ en: 'who approves signs the plan with their SSH key, and gives what this prints:', zh: '批准者需用其 SSH 密钥对计划签名，并提交以下命令的输出：' }),
    ),
    { kind: 'code', text: signLine(approvalMessage(id, by, plan.digest)) },
  ];
}
