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
    'The old version goes on serving. Mend what is named, or take `maintenance` out of belay.yml.',
    '旧版本继续提供服务。请修正所指出的问题，或者从 belay.yml 中去掉 `maintenance`。',
  ],
  [
    'Visitors are served at the spare address until then. Mend what is named; it is tried again.',
    '在此之前访客由备用地址提供服务。请修正所指出的问题；会再次尝试。',
  ],
  [
    'rehearsal on {host}: the release lacks what the version that serves has, and the plan that was approved does not say so: {lost}',
    '在 {host} 上预演：新版本缺少现在提供服务的版本所拥有的东西，而批准的计划没有说明：{lost}',
  ],
  [
    'Nothing was stopped. Give it to the release (`env`, `env_file`), or accept it: `acknowledge` in belay.yml, with app.variables-lost or app.settings-lost. `belay plan --rehearse` names all of it.',
    '没有停止任何东西。请把它给新版本（`env`、`env_file`），或者接受它：在 belay.yml 的 `acknowledge` 中写 app.variables-lost 或 app.settings-lost。`belay plan --rehearse` 会列出全部。',
  ],
  [
    'Nothing was stopped, the running version is untouched. Mend it and deploy again. run has to use {bind}, {port} or the variable PORT; an app that must not run twice heeds BELAY_REHEARSAL=1 or has rehearse: false.',
    '没有停止任何东西，正在运行的版本没有被改动。请修正后重新部署。run 必须使用 {bind}、{port} 或变量 PORT；不能同时运行两份的应用要遵守 BELAY_REHEARSAL=1，或者写 rehearse: false。',
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
