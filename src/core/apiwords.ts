import type { PveFault } from './pveerror.ts';
import { list, quoted, type Said, say } from './words.ts';

/** What a no of Proxmox means and what to do, for people. `text`: as the server said it. */
export function sentence(fault: PveFault, text: string): Said {
  switch (fault.kind) {
    case 'auth':
      return say({
        en: 'it does not accept our API token; check `token:` in the configuration, and that the token exists and has not expired',
        zh: '服务器不接受 API 令牌；请检查配置中的 `token:`，并确认令牌存在且未过期',
      });
    case 'permission':
      return fault.priv === '' || fault.path === ''
        ? say({ en: 'our API token lacks a privilege: {text}', zh: 'API 令牌缺少权限：{text}' }, { text })
        : say(
            {
              en: 'our API token lacks {priv} on {path}; grant it to the token (and to its user)',
              zh: 'API 令牌在 {path} 上缺少 {priv}；请授予令牌（及其用户）',
            },
            { priv: fault.priv, path: fault.path },
          );
    case 'param':
      return wrongParameter(fault.params, text);
    case 'locked':
      return say(
        {
          en: 'the guest is locked ({lock}): wait until that ends; if nothing of the kind runs, the lock is left over and is removed by root with `qm unlock`',
          zh: '客户机被锁定（{lock}）：请等待其结束；若没有相应任务在运行，则为残留锁，需由 root 用 `qm unlock` 解除',
        },
        { lock: fault.lock },
      );
    case 'flockTimeout':
      return say({ en: 'something else was at work on it for too long; nothing was begun, try again', zh: '另一操作占用过久；未开始任何操作，请重试' });
    case 'digest':
      return say({ en: 'its configuration was changed by somebody else meanwhile; look at it and ask again', zh: '其配置已被他人修改；请查看后重新提出请求' });
    case 'noQuorum':
      return say({
        en: 'the cluster has no quorum, so nothing can be changed; bring nodes back before anything else',
        zh: '集群没有法定票数，无法更改；请先恢复节点',
      });
    case 'notFound':
      return say({ en: 'it is not there (any more): {text}', zh: '对象不存在（或已不存在）：{text}' }, { text: fault.text });
    case 'exists':
      return say({ en: 'there is one already: {text}', zh: '已存在：{text}' }, { text });
    case 'nodeUnreachable':
      return fault.node === undefined
        ? say({ en: 'the node is offline: the cluster cannot reach it', zh: '节点离线：集群无法连接到它' })
        : say({ en: 'node {node} is offline: the cluster cannot reach it', zh: '节点 {node} 离线：集群无法连接到它' }, { node: fault.node });
    case 'proxyTimeout':
      return say({ en: 'the cluster did not answer in time; it is busy, try again', zh: '集群未及时回应；可能正忙，请重试' });
    case 'agent':
      return fault.state === 'not configured'
        ? say({ en: 'the guest has no guest agent configured; turn it on in its options', zh: '客户机未配置 guest agent；请在其选项中启用' })
        : say({ en: 'the guest agent is not running in the guest; it may be booting', zh: '客户机内的 guest agent 未运行；客户机可能正在启动' });
    case 'workerFailed':
      return say({ en: 'the node is too busy to start a task; nothing was begun, try again', zh: '节点过忙，无法启动任务；未开始任何操作，请重试' });
    case 'rootOnly':
      return say({ en: 'only root may do this, never an API token: {text}', zh: '只有 root 可以执行，API 令牌不行：{text}' }, { text });
    case 'notImplemented':
      return say({ en: 'this version of Proxmox does not know how to do this: {text}', zh: '此版本的 Proxmox 不支持：{text}' }, { text });
    case 'other':
      return quoted(text);
  }
}

function wrongParameter(params: { readonly [name: string]: string }, text: string): Said {
  const wrong = Object.entries(params).map(([name, why]) => say({ en: '{name}: {why}', zh: '{name}：{why}' }, { name, why }));
  return say(
    { en: 'it does not accept what it was given: {wrong}', zh: '服务器不接受所给的参数：{wrong}' },
    { wrong: wrong.length === 0 ? text : list(wrong) },
  );
}
