import type { PressAction } from '../../core/types.ts';
import { type Said, say } from '../../core/words.ts';

/** What the form of a press is called; at most 24 characters. */
export const FORM_TITLES: Readonly<Record<PressAction, Said>> = {
  approve: say({ en: 'Approve', zh: '批准' }),
  reject: say({ en: 'Reject', zh: '拒绝' }),
  cancel: say({ en: 'Cancel', zh: '取消' }),
  recheck: say({ en: 'Re-check', zh: '重新检查' }),
  'mark-done': say({ en: 'Mark done', zh: '标记为完成' }),
  'mark-failed': say({ en: 'Mark failed', zh: '标记为失败' }),
  undo: say({ en: 'Undo', zh: '撤销' }),
  fill: say({ en: 'Fill in', zh: '填写' }),
  again: say({ en: 'Still wanted', zh: '仍然需要' }),
};
