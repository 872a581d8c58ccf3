import { steps } from '../../../domain/runbook/steps.js';
import type { Phrase } from './phrasebook.js';

/** The release that visitors were led to, held against the old version. */
const canaryPhrases: readonly Phrase[] = [
  [
    'too few requests to hold the releases against each other: {now}, before {old}',
    '请求太少，无法比较两个版本：{now} 个，此前 {old} 个',
  ],
  [
    '5xx {share} of {now} requests, before {usual} of {old}; 95 of 100 within {slow} ms, before within {usually} ms',
    '{now} 个请求中 5xx 占 {share}，此前 {old} 个中占 {usual}；100 个中有 95 个在 {slow} 毫秒之内，此前在 {usually} 毫秒之内',
  ],
  [
    '5xx {share} of {now} requests, before {usual} of {old}; the log does not say how long they took',
    '{now} 个请求中 5xx 占 {share}，此前 {old} 个中占 {usual}；日志没有记录用时',
  ],
];

/** What a step proved, as far as it is said in belay's own words. */
export const evidencePhrases: readonly Phrase[] = [
  ['beside the old version: [canary]', '与旧版本相比：[canary]'],
  ...canaryPhrases,
];

/** What workflows say of a step's run, as their summaries. */
export const summaryPhrases: readonly Phrase[] = [
  ['inspect {host} again', '再次检查服务器 {host}'],
  ['inspect {host}', '检查服务器 {host}'],
  ['check the packed source', '检查打包的源代码'],
  ['compare with {host} again', '再次与 {host} 比较'],
  ['compare {count} files with {host}', '把 {count} 个文件与 {host} 比较'],
  ['upload {count} of {total} files, {bytes}', '上传 {count} 个文件（共 {total} 个），{bytes}'],
  ["check the staged release with {host}'s own interpreters", '用 {host} 自己的解释器检查暂存的版本'],
  ['set {release} apart on {host}', '在 {host} 上把 {release} 单独存放'],
  ['remove the staged release from {host}', '从 {host} 上删除暂存的版本'],
  ['plan the way back to {release}', '制定回到 {release} 的计划'],
  ['plan', '制定计划'],
  ['claim {host}', '占用 {host}'],
  ['take {host} back', '收回 {host}'],
  ["disarm the dead man's switch of {host}", '解除 {host} 的失联保护'],
  ['record [outcome], free {host}', '记录结果（[outcome]），释放 {host}'],
  ['build {release} on {host}', '在 {host} 上构建 {release}'],
  ['back up [previous]', '备份[previous]'],
  ['release hook: {commands}', '发布钩子：{commands}'],
  ['rehearse {release} on [where]', '在[where]上预演 {release}'],
  ["arm the dead man's switch: {seconds} s", '启用失联保护：{seconds} 秒'],
  ['show visitors {page}', '向访客显示 {page}'],
  ['verify {release}: process, inside, log', '验证 {release}：进程、内部、日志'],
  ['lead visitors to [address]', '把访客引到[address]'],
  ['lead visitors back to [address]', '把访客引回[address]'],
  ['verify {release} there: process, inside, outside, log', '在那里验证 {release}：进程、内部、外部、日志'],
  ['verify {release}: process, inside, outside, log', '验证 {release}：进程、内部、外部、日志'],
  ['soak {seconds} s', '观察 {seconds} 秒'],
  ['restore units, pm2 and cron', '恢复单元、pm2 和 cron'],
  ['restore [previous]', '恢复[previous]'],
  ['quiesce {count} conflict', '停用 {count} 个冲突项'],
  ['quiesce {count} conflicts', '停用 {count} 个冲突项'],
  ['stop the app', '停止应用'],
  [
    'leave the app to pm2 entry {entry} until that is reloaded',
    '应用继续由 pm2 条目 {entry} 运行，直到它重新加载',
  ],
  ['leave the app to {unit} until that is restarted', '应用继续由 {unit} 运行，直到它重启'],
  ['stop: nothing serves yet', '停止应用：目前还没有程序提供服务'],
  ['activate {release}', '切换到 {release}'],
  ['stop {release}', '停止 {release}'],
  ['start on [address], as nginx expects ({place})', '在[address]上启动，与 nginx 的配置一致（{place}）'],
  ['start on [address], from {source}', '在[address]上启动，依据：{source}'],
  ['start the old version, unless it runs', '如果旧版本没有运行，就启动它'],
  ['start the old version', '启动旧版本'],
  ['verify the old version', '验证旧版本'],
  ['commit {release}', '提交 {release}'],
  ['plan to eject {release}', '制定交还 {release} 的计划'],
  ['remove what belay keeps on {host}', '删除 belay 在 {host} 上保存的内容'],
  ['{folder} is left', '{folder} 仍然保留'],
  ['put back what {deployment} left', '恢复 {deployment} 留下的更改'],
  ['look at what serves on {host} now', '检查 {host} 上现在提供服务的程序'],
  ['succeeded', '成功'],
  ['unchanged', '无变化'],
  ['refused', '被拒绝'],
  ['failed', '失败'],
  ['aborted', '已中止'],
  ['rolled-back', '已回滚'],
  ['rollback-failed', '回滚未完成'],
];

/** How far a step is, in the activities' words. */
export const progressPhrases: readonly Phrase[] = [
  ['reading the host', '读取服务器信息'],
  ['asking the site', '访问站点'],
  ['copying what the host has', '复制服务器上已有的文件'],
  ['waiting for [address]', '等待[address]'],
  ['boots on [address]', '正在[address]上启动'],
  ['pages of the rehearsal', '预演的页面'],
  ['who listens', '由谁监听'],
  ['pages from inside', '从内部访问页面'],
  ['pages through nginx and from outside', '通过 nginx 和从外部访问页面'],
  ['pages in a browser', '在浏览器里打开页面'],
  ['nginx’s files', 'nginx 的文件'],
  ['nginx to [address]', '让 nginx 通向[address]'],
  ['soak {done} of {total} s: [canary]', '已观察 {done} 秒，共 {total} 秒：[canary]'],
  ['soak {done} of {total} s', '已观察 {done} 秒，共 {total} 秒'],
  ...canaryPhrases,
  [
    '{open} connections and {old} of nginx’s old workers are still under way',
    '还有 {open} 个连接和 {old} 个 nginx 旧 worker 没有结束',
  ],
];

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
