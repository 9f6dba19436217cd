import { say } from '../../core/words.ts';

/** What the adapter itself has to say to a person. */
export const PHRASES = {
  notTaken: say({ en: 'Not taken: the queue does not answer. Try again in a moment.', zh: '未受理：队列没有回应，请稍后再试。' }),
  otherVersion: say({
    en: 'This button is from another version of the bot. Ask for a new card, or type the command.',
    zh: '此按钮来自机器人的其他版本。请重新获取卡片，或直接输入命令。',
  }),
  noForm: say({ en: 'The form could not be opened. Press again.', zh: '无法打开表单，请再按一次。' }),
  submit: say({ en: 'Send', zh: '提交' }),
  close: say({ en: 'Close', zh: '关闭' }),
  several: say({ en: 'Several are allowed: put a space between them', zh: '可填写多个，以空格分隔' }),
  nothing: say({
    en: 'Nothing waits for you, and you have asked for nothing yet. Type `/ops help`.',
    zh: '没有待您处理的事项，您也尚未提出请求。请输入 `/ops help`。',
  }),
} as const;
