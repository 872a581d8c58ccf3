import type { Phrase } from './phrasebook.js';

/** What stops for a release, what each is called, and why: domain/keepers/. */
export const stopPhrases: readonly Phrase[] = [
  ['Stop and disable [label], which [why]', '停止并禁用 [label]：[why]'],
  ['Disable [label], which [why]', '禁用 [label]：[why]'],
  [
    'Keep stopped [label], also when supervisord starts, which [why]',
    '让 [label] 保持停止，supervisord 启动时也不启动它：[why]',
  ],
  [
    'Stop [label], also when supervisord starts, which [why]',
    '停止 [label]，supervisord 启动时也不启动它：[why]',
  ],
  ['Keep stopped [label], which [why]', '让 [label] 保持停止：[why]'],
  [
    'Stop what serves now: [label], of which nothing is changed',
    '停止现在提供服务的 [label]，它的设置都不改动',
  ],
  ['Leave [label] running until it is reloaded', '让 [label] 继续运行，直到重新加载'],
  [
    'Leave [label] running until it is restarted; its socket goes on listening, so that requests wait',
    '让 [label] 继续运行，直到重启；它的 socket 一直在监听，请求会等待',
  ],
  ['Stop what serves now: [label]', '停止现在提供服务的 [label]'],
  ['Stop [label], which [why]', '停止 [label]：[why]'],
  ['Put off [label] until the release serves, which [why]', '在新版本提供服务之前暂停 [label]：[why]'],
  ['Switch off [label], which [why]', '停用 [label]：[why]'],
  ['End [label], which [why]', '结束 [label]：[why]'],
  ['unit {unit}', '单元 {unit}'],
  ['pm2 entry {name} (id {id}) of {user}', '{user} 的 pm2 条目 {name}（id {id}）'],
  ['pm2 entry {name} of {user}, {home}', '{user} 的 pm2 条目 {name}，{home}'],
  ['pm2 entry {name} of {user}', '{user} 的 pm2 条目 {name}'],
  ['pm2 entry {name}', 'pm2 条目 {name}'],
  ['supervisor program {name}', 'supervisor 程序 {name}'],
  ['process {name} (pid {pid}) of {user}', '{user} 的进程 {name}（pid {pid}）'],
  ['line {line} of {file}', '{file} 的第 {line} 行'],
  ['works in the app’s folder and listens on {address}', '它在应用目录里运行，并监听 {address}'],
  ['listens on {address}', '它监听 {address}'],
  ['starts {unit}', '它会启动 {unit}'],
  ['would start a server of the app: {text}', '它会启动应用的一个服务：{text}'],
  ['would start what keeps the app: {text}', '它会启动看管应用的程序：{text}'],
  ['names the app’s folder in its file: {text}', '它的文件里写了应用的目录：{text}'],
  ['names the app’s port in its file: {text}', '它的文件里写了应用的端口：{text}'],
  ['names the app’s folder in {file}: {text}', '{file} 里写了应用的目录：{text}'],
  ['names the app’s port in {file}: {text}', '{file} 里写了应用的端口：{text}'],
  [
    'runs out of the app’s folder: {script}, restarted by its cron_restart ({when})',
    '它从应用目录里运行：{script}，并由自己的 cron_restart（{when}）定时重启',
  ],
  ['runs out of the app’s folder: {script}', '它从应用目录里运行：{script}'],
  [
    'has the app’s port: {script}, restarted by its cron_restart ({when})',
    '它用的是应用的端口：{script}，并由自己的 cron_restart（{when}）定时重启',
  ],
  ['has the app’s port: {script}', '它用的是应用的端口：{script}'],
];
