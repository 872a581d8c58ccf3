import { steps } from '../../../domain/runbook/steps.js';
import type { Phrase } from './phrasebook.js';

/** Why a deployment did not succeed, and what became of what people told it. */
export const causePhrases: readonly Phrase[] = [
  ['[cause]; after that: ', '[cause]；之后：'],
  ['; then [more]', '；随后：[more]'],
  ['[cause]; after that: [more]', '[cause]；之后：[more]'],
  ['[cause]; then [more]', '[cause]；随后：[more]'],
  [
    '{by} on {host} put the old version back at {time} because [why]',
    '{host} 上的 {by} 在 {time} 恢复了旧版本，原因：[why]',
  ],
  ['cancelled in Temporal', '在 Temporal 中取消'],
  ['aborted by someone who says they are {by}: no reason given', '由自称 {by} 的人中止：没有说明原因'],
  ['aborted by someone who says they are {by}: the plan was turned down', '由自称 {by} 的人中止：计划被拒绝'],
  ['aborted by someone who says they are {by}: {reason}', '由自称 {by} 的人中止：{reason}'],
  ['aborted by {by}: no reason given', '由 {by} 中止：没有说明原因'],
  ['aborted by {by}: the plan was turned down', '由 {by} 中止：计划被拒绝'],
  ['aborted by {by}: {reason}', '由 {by} 中止：{reason}'],
  ['no reason given', '没有说明原因'],
  [
    '{where} is held by {holder}: where that is not the old version, stop it, and whatever starts it again',
    '{where} 被 {holder} 占用：如果那不是旧版本，请停掉它，以及会再次启动它的东西',
  ],
  ['the plan was turned down', '计划被拒绝'],
  ["approval's deadline went by", '超过了批准的期限'],
  ['a finding blocks', '有一条检查结果阻止了部署'],
  [
    'terminated in Temporal by {by}: {reason}; nothing was rolled back',
    '由 {by} 在 Temporal 中终止：{reason}；没有回滚',
  ],
  ['timed out in Temporal; nothing was rolled back', '在 Temporal 中超时；没有回滚'],
  ['continued as a new run in Temporal', '在 Temporal 中转入新的运行'],
  [
    'no answer within its time limit ({type}); see whether the host and the worker can be reached',
    '没有在时限内应答（{type}）；请检查服务器和 worker 是否可达',
  ],
  ['nothing to recover: nobody ever deployed to {host}', '无需恢复：从来没有人向 {host} 部署过'],
  [
    'nothing to recover: the last deployment, {deployment}, came to its end',
    '无需恢复：最近一次部署 {deployment} 已经正常结束',
  ],
  ['nothing to recover: [why]', '无需恢复：[why]'],
  ['what {deployment} left could not be put back', '{deployment} 留下的更改没能恢复'],
  ['there was nothing at {path} before, and is nothing again', '{path} 之前没有任何内容，现在也没有'],
  ['pages fail, which may have failed before: {pages}', '有页面出错，它们之前可能就出错：{pages}'],
  [
    '{host} is still held by {deployment}, so not all was put back',
    '{host} 仍被 {deployment} 占用，因此没有全部恢复',
  ],
  [
    'everything is as it was before the deployment, but no page answers: {pages}',
    '一切都恢复到了部署之前的样子，但没有页面应答：{pages}',
  ],
  [
    'no release {release}; on {host} there are: {names}; choose one with belay rollback --to',
    '没有版本 {release}；{host} 上有：{names}；用 belay rollback --to 选一个',
  ],
  [
    'no release before {release}; on {host} there are: {names}; choose one with belay rollback --to',
    '没有比 {release} 更早的版本；{host} 上有：{names}；用 belay rollback --to 选一个',
  ],
  ['given up before it came to an end', '在结束之前被放弃'],
  ['it goes on', '它还在继续'],
  ['tried for two minutes, and still is', '已经尝试了两分钟，还在继续'],
  [
    '[cause] (the host frees itself ten minutes after the last change)',
    '[cause]（最后一次更改十分钟之后，服务器会自行释放）',
  ],
  ['waiting for Temporal, which does not answer: {why}', '等待 Temporal，它没有应答：{why}'],
  [
    'this machine has too little left: {bytes} are free for {name}; free {least} or more there, or set {variable} to a folder on another disk',
    '本机空间不足：{name} 只剩 {bytes}；请在那里腾出 {least} 以上，或者把 {variable} 设为另一个磁盘上的目录',
  ],
  ['this machine has too little left: {what}', '本机资源不足：{what}'],
  ['no worker polls; start one: belay up', '没有 worker 在接任务；启动一个：belay up'],
  ['{channel}: not in time', '{channel}：没有及时送达'],
  ['void: the plan changed afterwards', '作废：之后计划有了变化'],
  ['it was aborted already', '它已经被中止了'],
  ['the release was being committed already', '新版本当时已经在提交'],
  ['the way back was being taken already', '当时已经在回退'],
  ['no rollback waits for it', '没有回滚在等待它'],
  ['its payload is neither a digest nor {shape}', '它的内容既不是摘要，也不是 {shape}'],
  ['there is no plan yet', '还没有计划'],
  ['the plan changed: name its digest, {digest}', '计划有了变化：请写明它的摘要 {digest}'],
  ['it names {named}, the plan is {digest}', '它写的是 {named}，而计划是 {digest}'],
  [
    'it was encoded for a dialog of the Web UI, which may only send signals',
    '它是为 Web UI 的对话框加密的，那里只能发送信号',
  ],
  ['it is not sealed with the codec’s key', '它没有用 codec 的密钥封装'],
  [
    'it is sealed with the codec’s key, but for another workflow',
    '它用 codec 的密钥封装了，但属于另一个 workflow',
  ],
  ['it was sealed by an earlier belay, for whatever workflow', '它由较早的 belay 封装，没有指明 workflow'],
  ['its seal was not made with the codec’s key', '它的封装不是用 codec 的密钥做的'],
  ['it cannot be read with the keys that there are', '用现有的密钥读不了'],
];

/** What a failure says around what a server said. */
export const failurePhrases: readonly Phrase[] = [
  ['Its log:', '它的日志：'],
  ['It said:', '它的输出：'],
  ['It said nothing.', '它没有输出。'],
  ['what serves is not the new release: {faults}.', '提供服务的不是新版本：{faults}。'],
  ['asking the app itself: {faults}.', '直接访问应用：{faults}。'],
  ['asking nginx on the host itself: {faults}.', '在服务器上访问 nginx：{faults}。'],
  ['asking as a visitor: {faults}.', '以访客身份访问：{faults}。'],
  ['running verify.commands: {faults}.', '执行 verify.commands：{faults}。'],
  ['the new release did not stay up: {faults}.', '新版本没有保持运行：{faults}。'],
  ['reading the log since the start: {faults}.', '检查启动以来的日志：{faults}。'],
  [
    'Only the new release may listen there: stop what else does. run has to stay in the foreground and to listen at {bind}. Mend it in belay.yml, and deploy again.',
    '那里只能由新版本监听：请停止其他监听的程序。run 必须在前台运行，并监听 {bind}。请在 belay.yml 里修正，然后重新部署。',
  ],
  [
    'Mend the page, or verify.internal in belay.yml where what it expects is wrong, and deploy again.',
    '请修复该页面；如果 belay.yml 里 verify.internal 的期望写错了，就改正它，然后重新部署。',
  ],
  [
    'The app itself answered on {address}: look at nginx there (`nginx -T`: which server and location take this URL, where proxy_pass leads; its error log), then deploy again.',
    '应用自己在 {address} 上应答正常：请检查那里的 nginx（`nginx -T`：由哪个 server 和 location 处理这个 URL，proxy_pass 通向哪里；以及它的错误日志），然后重新部署。',
  ],
  [
    'The app itself answered from inside, and so did nginx on the host where it could be asked: look at the address of the name, at the certificate, at nginx (its error log, proxy_pass) and at what is between, then deploy again.',
    '从内部访问，应用应答正常，服务器上的 nginx（凡能访问到的）也应答正常：请检查域名的地址、证书、nginx（错误日志、proxy_pass）和中间环节，然后重新部署。',
  ],
  [
    'Mend what it tells of, or the command in belay.yml, and deploy again.',
    '请修正它所说的问题，或者 belay.yml 里的命令，然后重新部署。',
  ],
  ['Mend what its log says, and deploy again.', '请修正日志所说的问题，然后重新部署。'],
  [
    'Mend what it tells of, or verify.log in belay.yml, and deploy again.',
    '请修正它所说的问题，或者 belay.yml 里的 verify.log，然后重新部署。',
  ],
  ...stepFailures(),
];

/** `build: …`, as causes begin, and `` `build` on web1 failed with exit status 1: `` of a step's script. */
function stepFailures(): Phrase[] {
  return Object.values(steps).flatMap(({ label: { en, zh } }): Phrase[] => [
    [
      `\`${en}\` on {host} failed with exit status {status}:`,
      `在 {host} 上“${zh}”失败，退出状态为 {status}：`,
    ],
    [
      `\`${en}\` on {host} was ended after {minutes} minutes:`,
      `在 {host} 上“${zh}”超过 {minutes} 分钟，被结束：`,
    ],
    [`${en}: [why]`, `${zh}：[why]`],
  ]);
}
