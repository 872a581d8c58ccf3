import type { FailureType } from '../../domain/runbook/failure.js';

/** What each type of failure means, in Chinese. */
export const failuresZh: Readonly<Record<FailureType, string>> = {
  ConnectionLost: '与服务器的连接中断；恢复后会自动重试',
  HostUnreachable: '连不上服务器：请检查地址、端口、防火墙，以及服务器是否在运行；会自动重试',
  HostBusy: '服务器正被另一个部署占用：等它结束，或者中止它',
  NotDelivered: '通知没有送达；会自动重试',
  KeyMissing: '接到任务的 worker 没有所需的密钥；会交给有密钥的 worker',
  StrayWorker: '接到任务的 worker 属于另一个 Temporal；会交给合适的 worker',
  Unsealed: '收到的内容没有用 codec 的密钥封装，不予执行',
  HostUnknown: '不认识这台服务器：请检查 belay.yml 里的名称，或者在 ~/.ssh/config 里加上它',
  AuthenticationFailed: 'SSH 登录被拒绝：请检查用户和密钥',
  HostKeyRefused: '服务器的主机密钥不被信任：请核对后更新 known_hosts',
  Fenced: '服务器已被另一个部署接管，因此这个部署不再操作它：请先查看那个部署做了什么',
  RemoteCommandFailed: '服务器上的命令执行失败',
  NotReady: '条件尚不具备',
  VerificationFailed: '没有通过验证',
  ArtifactMissing: '找不到打包的源代码：请重新部署，会重新打包',
  RightsMissing: '权限不足：请让 belay 能够执行 `sudo -n`，或者以 root 登录',
  Configuration: '配置有误：请按原文所说修改',
  NotOwn: '用到了 worker 的用户没有在其机器上指明的文件或通知渠道',
};
