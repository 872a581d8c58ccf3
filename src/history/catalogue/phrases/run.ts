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
  ['keep assets of [previous] reachable', '让[previous]的资源仍可访问'],
  ['verify {release}: files, outside', '验证 {release}：文件、外部'],
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
  // What has no more to say is called as the step is.
  ...Object.values(steps).map(({ label: { en, zh } }): Phrase => [en, zh]),
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
