import type { Phrase } from './phrasebook.js';

/** What a step tells a person to do where it failed, and what its script says of a start that failed. */
export const remedyPhrases: readonly Phrase[] = [
  ['It is tried again.', '会再次尝试。'],
  ['It is tried again. Nothing of the old version was deleted.', '会再次尝试。旧版本没有任何东西被删除。'],
  [
    'The old version is started again. Mend what the log says, and deploy again.',
    '旧版本会重新启动。请修正日志所说的问题，然后重新部署。',
  ],
  ['The old version is started again.', '旧版本会重新启动。'],
  ['The old files are put back.', '旧的文件会恢复原状。'],
  [
    'The old version was not touched. Mend what failed, and deploy again.',
    '旧版本没有被改动。请修正失败的地方，然后重新部署。',
  ],
  ['The old version was not touched.', '旧版本没有被改动。'],
  [
    'The old version goes on serving. Mend what is named, or set `strategy: restart`, and deploy again.',
    '旧版本继续提供服务。请修正所指出的问题，或者设置 `strategy: restart`，然后重新部署。',
  ],
  [
    'The old version still runs. Hooks go forward only: look whether what they did so far suits it, then mend the hook and deploy again.',
    '旧版本仍在运行。钩子只能向前：请检查它们已做的改动是否适合旧版本，再修正钩子并重新部署。',
  ],
  [
    'What was stopped is started again. Look at that process, then deploy again.',
    '被停止的会重新启动。请检查那个进程，然后重新部署。',
  ],
  [
    'Look at nginx’s error log and the old version’s; once it serves, retry the rollback.',
    '请查看 nginx 和旧版本的错误日志；等它能提供服务后，重试回滚。',
  ],
  [
    'The release started well but did not stay well: mend what its log says, and deploy again.',
    '新版本启动正常，但没有保持正常：请修正它的日志所说的问题，然后重新部署。',
  ],
  [
    '{kind} {where} is held by {holder}; it has to be stopped, and whatever starts it again',
    '{kind} {where} 被 {holder} 占用；需要停掉它，以及会再次启动它的东西',
  ],
  ['{kind} {where} is held by {holder}', '{kind} {where} 被 {holder} 占用'],
  ['{keeper} ended before it listened on {where}', '{keeper} 还没有监听 {where} 就结束了'],
  [
    '{keeper} runs, but does not listen on {where} after {seconds} s; it listens on: {others}',
    '{keeper} 在运行，但 {seconds} 秒后仍没有监听 {where}；它监听的是：{others}',
  ],
];
