import type { Words } from '../core/words.ts';

/** What `hostler --help` prints. */
export const USAGE: Words = {
  en: `hostler — chat-ops: plan, approve, run, and show the whole life of a request on one card

  hostler start [--config FILE] [--port N] [--seed S]   gateway, desk and workers in one process; without a
                                                        configuration with the practice fleet
  hostler say [--as ALICE] [--json] [--wait] [--lab] [TEXT]   ask for a command; without TEXT a prompt
  hostler press --as BOB CODE|REQUEST ACTION [--reason WHY] [--with NAME=VALUE] [--json] [--wait]   press a button of a card:
                                                        approve, reject, cancel, recheck, keep, mark-done, mark-failed, undo,
                                                        fill (what a line lacks), again (what was heard too late)
  hostler file [--as ALICE] REQUEST [NAME]              print a file of a card, such as a long log
  hostler approve CODE [--key ~/.ssh/id_ed25519] [--as BOB]   show what waits under this code, sign exactly that with your SSH key,
                                                        and approve it
  hostler login [--url https://…]                       sign in where the bot runs, by the link it gives you for \`login\` in chat
  hostler logout                                        forget that, here and there
  hostler config check FILE [--live]                    name every problem of a configuration; with --live log in everywhere, and
                                                        name what does not answer and which privileges are missing
  hostler config schema                                 its JSON Schema, for editors
  hostler policy can PERSON "COMMAND" --config FILE [--at TIME] [--room ROOM]   whether someone could ask for it, by which rule,
                                                        and who could approve it
  hostler policy show PERSON --config FILE              what someone may do, by which rules
  hostler policy lint --config FILE                     what nobody can approve, and rules that do nothing
  hostler policy replay NEW-FILE [--since 90d] [--audit DIR|FILE] [--config FILE] [--json] [--fail-on-change]   which decisions
                                                        of the past would have been others; --config: the rules of then
  hostler audit export [--dir DIR | --config FILE] [--from SEQ|DATE] [--to SEQ|DATE]   what happened, as JSON lines
  hostler audit verify [FILE|DIR|-] [--config FILE] [--anchor SEQ:HASH]… [--signers FILE]   whether it is whole and unchanged,
                                                        and its signatures are of these people, without a bot; exits with 1 and
                                                        names the first broken link where it is not
  hostler chat check FILE                               try its chats, mail and ntfy: tokens, scopes, rooms, accounts, and how to mend them
  hostler manifest slack [--url https://…]              Slack's app manifest; with --url for signed HTTP
  hostler manifest pve [8|9], hostler manifest pbs      the lines that make its Proxmox user, token and roles, no more than it needs
  hostler manifest redis-acl FILE                       a Redis user per part, with no more than it needs
  hostler manifest pve-webhook|pbs-webhook --url https://… [--name SOURCE]   the lines that make Proxmox send its notifications here
  hostler manifest cron|systemd|smartd|zed --url https://… [--name SOURCE]   the lines that make a host tell of what fails on it; it
                                                        needs a POSIX shell and curl
  hostler watchdog --url https://… [--every 30s] [--after 90s] [--once] [--state FILE] [--ntfy URL/TOPIC] [--mail TO --smtp URL --from ADDRESS]
                   [--exec PROGRAM]                     on another host: alarm when the bot is silent; flags also by HOSTLER_WATCHDOG_…;
                                                        hostler manifest watchdog prints a systemd unit
  hostler notify SOURCE --title TITLE [--text TEXT|-] [--severity critical|warning|notice] [--resolved | --once] [--fingerprint F]
                                                        [--label NAME=VALUE]… [--link URL] [--url https://…] [--secret-file FILE]   send an alert, or its
                                                        end; the secret is HOSTLER_NOTIFY_SECRET or in a file; exits with 0 taken,
                                                        1 refused, 5 nobody took it within 30 s
  hostler notify SOURCE --on-failure [--title TITLE] -- COMMAND …   run a command: an alert with its last lines when it fails, its
                                                        end when it does not; exits as the command does
  hostler desk --config FILE [--redis URL]              the parts, each as a process of its own
  hostler worker --site SITE [--redis URL] [--signers FILE [--signed-from high] [--signed-count 1]]   with signers it performs what
                                                        is of this risk only with so many SSH signatures of theirs; start takes them, too
  hostler gateway [--redis URL] [--port N]
  hostler lab [--seed S] [--json]                       the practice fleet alone, with a configuration for it
  hostler --version

Data of an instance is in HOSTLER_HOME (default ~/.hostler). The parts find Redis by --redis or HOSTLER_REDIS
(redis://, rediss://, unix:///path, env:NAME, file:/path). --signers and what goes with it: HOSTLER_SIGNERS,
HOSTLER_SIGNED_FROM, HOSTLER_SIGNED_COUNT.
Outside practice say and press speak as who is signed in, without --as.
say and press exit with 0 done, 1 failed, rejected, cancelled or expired, 2 refused, 3 waiting, 4 unknown, 5 no bot running.
`,
  zh: `hostler — 聊天运维：规划、审批、执行，一张卡片显示请求的全过程

  hostler start [--config FILE] [--port N] [--seed S]   在一个进程中启动 gateway、desk 和 worker；没有配置时使用练习环境
  hostler say [--as ALICE] [--json] [--wait] [--lab] [TEXT]   提出命令；不带 TEXT 时进入交互提示符
  hostler press --as BOB 代码|请求 动作 [--reason 理由] [--with 名称=值] [--json] [--wait]   按下卡片上的按钮：approve、reject、
                                                        cancel、recheck、keep、mark-done、mark-failed、undo、fill（补充内容）、again（仍然需要）
  hostler file [--as ALICE] 请求 [文件名]               输出卡片的文件，例如较长的日志
  hostler approve 代码 [--key ~/.ssh/id_ed25519] [--as BOB]   显示该代码对应的请求，用您的 SSH 密钥签名并批准
  hostler login [--url https://…]                       用机器人在聊天中对 \`login\` 给出的链接登录
  hostler logout                                        退出登录
  hostler config check FILE [--live]                    检查配置，列出所有问题；--live 会实际登录各处，指出无回应者和缺少的权限
  hostler config schema                                 配置的 JSON Schema，供编辑器使用
  hostler policy can 人员 "命令" --config FILE [--at 时间] [--room 房间]   某人能否提出某命令、依据哪条规则、谁可以批准
  hostler policy show 人员 --config FILE                某人的权限及其依据的规则
  hostler policy lint --config FILE                     无人能批准的命令和不起作用的规则
  hostler policy replay 新配置 [--since 90d] [--audit DIR|FILE] [--config FILE] [--json] [--fail-on-change]   过去的哪些决定会有所
                                                        不同；--config：当时的规则
  hostler audit export [--dir DIR | --config FILE] [--from 序号|日期] [--to 序号|日期]   以 JSON 行导出审计记录
  hostler audit verify [FILE|DIR|-] [--config FILE] [--anchor 序号:哈希]… [--signers FILE]   离线验证是否完整、未被改动，签名是否属于这些人；
                                                        否则退出码为 1，并指出第一处断裂
  hostler chat check FILE                               检查聊天、邮件与 ntfy：令牌、权限、房间、账号，以及如何修复
  hostler manifest slack [--url https://…]              Slack 应用清单；带 --url 时使用签名 HTTP
  hostler manifest pve [8|9]、hostler manifest pbs      创建 Proxmox 用户、令牌和最小权限角色的命令
  hostler manifest redis-acl FILE                       为每个部分生成最小权限的 Redis 用户
  hostler manifest pve-webhook|pbs-webhook --url https://… [--name 来源]   让 Proxmox 向此处发送通知的命令
  hostler manifest cron|systemd|smartd|zed --url https://… [--name 来源]   让主机上报故障的命令；只需 POSIX shell 和 curl
  hostler watchdog --url https://… [--every 30s] [--after 90s] [--once] [--state 文件] [--ntfy URL/主题] [--mail 收件人 --smtp URL --from 发件人]
                   [--exec 程序]                        在另一台主机上运行：机器人无响应时报警；参数也可用 HOSTLER_WATCHDOG_…；
                                                        hostler manifest watchdog 输出 systemd 单元
  hostler notify 来源 --title 标题 [--text 文本|-] [--severity critical|warning|notice] [--resolved | --once] [--fingerprint F]
                                                        [--label 名=值]… [--link URL] [--url https://…] [--secret-file 文件]   发送告警或其结束；
                                                        密钥取自 HOSTLER_NOTIFY_SECRET 或文件；退出码：0 已受理，1 被拒绝，5 30 秒内无人受理
  hostler notify 来源 --on-failure [--title 标题] -- 命令 …   运行命令：失败时发送告警及其最后几行输出，成功时发送其结束；退出码与命令相同
  hostler desk --config FILE [--redis URL]              各部分作为独立进程运行
  hostler worker --site SITE [--redis URL] [--signers FILE [--signed-from high] [--signed-count 1]]   指定签名者后，达到该风险的
                                                        操作须有足够的 SSH 签名才会执行；start 同样支持
  hostler gateway [--redis URL] [--port N]
  hostler lab [--seed S] [--json]                       仅启动练习环境，并生成其配置
  hostler --version

实例数据在 HOSTLER_HOME（默认 ~/.hostler）。各部分通过 --redis 或 HOSTLER_REDIS 找到 Redis
（redis://、rediss://、unix:///path、env:NAME、file:/path）。--signers 等也可用 HOSTLER_SIGNERS、
HOSTLER_SIGNED_FROM、HOSTLER_SIGNED_COUNT 指定。
练习模式之外，say 和 press 以登录者身份执行，无需 --as。
say 和 press 的退出码：0 完成，1 失败、被拒绝、取消或过期，2 不予受理，3 等待批准，4 结果未知，5 没有运行中的机器人。
`,
};
