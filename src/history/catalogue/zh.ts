import type { Previous } from '../../domain/plan/plan.js';
import { duration } from '../text.js';
import type { Words } from './en.js';
import { causeZh } from './cause-zh.js';
import { findingZh } from './findings/zh.js';
import { evidenceBook, failureZh, planBook, progressBook, sayZh, summaryBook } from './phrases/zh.js';

const units = { second: ' 秒', minute: ' 分', hour: ' 小时' };

/** The fixed words of reports, in Chinese. */
export const zh: Words = {
  lang: 'zh',
  title: (type, app, host, end) =>
    `${host} 上 ${app} 的${{ deploy: '部署', plan: '计划', rollback: '回滚', eject: '交还', recover: '恢复' }[type]}：${end}`,
  ends: {
    succeeded: '成功',
    unchanged: '无变化',
    refused: '被拒绝',
    failed: '失败',
    aborted: '已中止',
    'rolled-back': '已回滚',
    'rollback-failed': '回滚未完成',
    running: '进行中',
    'awaiting-approval': '等待批准',
    'rolling-back': '正在回滚',
    'awaiting-operator': '等待人工处理',
    closed: '已结束',
    returned: '已结束',
    cancelled: '已取消',
    terminated: '被终止',
    'timed out': '超时',
    continued: '已转入新的运行',
  },
  sections: {
    cause: '原因',
    failed: '期间失败的页面',
    timeline: '时间线',
    findings: '检查结果',
    steps: '步骤',
    evidence: '证据',
    undone: '已撤销的步骤',
    remains: '需要手工完成的事项',
    untold: '未送达的通知',
    plan: '计划',
  },
  facts: {
    environment: '环境',
    release: '版本',
    serving: '当前提供服务的版本',
    previous: '上一个版本',
    port: '端口',
    started: '开始',
    approvedBy: '批准人',
    ended: '结束',
    took: '耗时',
    downtime: '停机时间',
    id: '编号',
    ui: '网页界面',
    digest: '摘要',
    user: '运行用户',
    address: '地址',
    files: '文件',
    wayBack: '回退目标',
  },
  cause: causeZh,
  failure: failureZh,
  say: sayZh,
  action: (text) => planBook(text) ?? text,
  summary: (text) => summaryBook(text) ?? text,
  progress: (text) => progressBook(text) ?? text,
  proved: (text) => evidenceBook(text) ?? text,
  columns: {
    time: '时间',
    what: '事件',
    step: '步骤',
    status: '状态',
    attempts: '尝试次数',
    took: '耗时',
    page: '页面',
    undone: '已撤销',
  },
  yes: '是',
  comma: '、',
  startedBy: (time, by) => `${time}，由 ${by} 发起`,
  approvedAt: (by, time) => `${by}（${time}）`,
  seconds: (seconds) => `${seconds} 秒`,
  reckoned: '由步骤推算，其间无法询问 nginx',
  duration: (seconds) => duration(seconds, units),
  timesAreUtc: (day) => `时间均为 UTC，自 ${day} 起。`,
  severities: { block: '阻止', warn: '警告', info: '提示' },
  remedy: (remedy) => `处理办法：${remedy}`,
  finding: findingZh,
  kinds: { look: '查看', change: '更改', undo: '回退', failed: '失败' },
  statuses: {
    waiting: '等待中',
    running: '进行中',
    retrying: '重试中',
    done: '完成',
    failed: '失败',
    cancelled: '已取消',
  },
  happened: {
    start: (type, by) =>
      `${by} 发起了${{ deploy: '部署', plan: '计划', rollback: '回滚', eject: '交还', recover: '恢复' }[type]}`,
    held: (why) => `没有 worker 能够继续：${why}`,
    retry: (step, attempt, why) => `${step}：第 ${attempt} 次尝试失败，${why}`,
    step: (step, status, took, attempts, why) =>
      `${step}：${status}（${took}${attempts > 1 ? `，共 ${attempts} 次尝试` : ''}）${why === '' ? '' : `：${why}`}`,
    plan: (digest, findings) => `计划 ${digest}，${findings} 条检查结果`,
    state: (state) => state,
  },
  undid: (step, status, undid, why) =>
    `${step}：${status}${undid === '' ? '' : `（撤销了${undid}）`}${why === '' ? '' : `：${why}`}`,
  messages: {
    said: {
      approve: '批准',
      abort: '要求中止',
      cancel: '在 Temporal 中取消',
      'retry-rollback': '要求重试回滚',
      'give-up': '要求放弃回滚',
    },
    by: (said, by) => `${by} ${said}`,
    somebody: '某人',
    unproven: (by) => `自称 ${by} 的人`,
    plan: (digest) => `（计划 ${digest}）`,
    reason: (reason) => `：${reason}`,
    ignored: (why) => `；未生效：${why}`,
  },
  plan: {
    port: (port) => `端口 ${port}`,
    from: (address, from) => `${address}，依据：${from}`,
    unknown: '未知',
    files: (added, changed, removed) => `新增 ${added}，更改 ${changed}，删除 ${removed}`,
    travels: (files, total, bytes) => `共 ${total} 个文件，传输 ${files} 个，${bytes}`,
    previous,
    willHappen: '将要执行的操作',
  },
  chart: {
    label: '各步骤的时间分布',
    waited: (time) => `等待 ${time}`,
    availability: '站点',
    outage: (time, outages) => (outages === 0 ? '无停机' : `停机 ${time}`),
  },
};

function previous(previous: Previous): string {
  switch (previous.kind) {
    case 'release':
      return `版本 ${previous.release}`;
    case 'adopt':
      return `现有目录，整体保留为 ${previous.release}`;
    case 'none':
      return '之前没有任何内容';
  }
}
