import type { servingKinds } from '../../../domain/findings/kinds-serving.js';
import type { KindWords } from './kind-words.js';

/** How visitors reach the app, in Chinese. */
export const serving: KindWords<typeof servingKinds> = {
  'nginx.broken': [
    'nginx 读不了自己的配置，而应用该监听哪里正是由它决定的。',
    '修正 nginx 指出的问题，用 `nginx -t` 检查；如果是权限不足，让 belay 通过 `sudo -n` 以 root 身份操作。',
  ],
  'nginx.incomplete': [
    'nginx 的配置超过了 belay 读取的长度，可能漏掉了指向别处的 server；belay.yml 里也没有给出端口。',
    '在 belay.yml 里写明 `port`；或者缩短配置：把很长的 map 移出去，删掉不用的站点。',
  ],
  'nginx.not-roots': [
    'root 的 nginx 所运行或读取的东西（程序、配置文件、模块或其上级目录）可被 root 以外的人修改。belay 要依赖它，而查询它就等于以 root 身份运行它。',
    '让它只归 root 所有：`chown root: FILE && chmod go-w FILE`，目录也一样；或者复制到 /etc/nginx 里，从那里 include。',
  ],
  'nginx.of-user': [
    '在访客入口监听的进程自称是 nginx，却属于某个普通用户：root 不会去查询它，因为它的配置会带着 root 的权限起作用。',
    '让 belay 以该用户登录（~/.ssh/config 里的 `User deploy`）；或者由 root 启动 nginx；或者在 belay.yml 里写明 `port`。',
  ],
  'nginx.unread': [
    '由于权限不足，或者它属于某个用户自己，nginx 的配置读不到；只能相信 belay.yml 里写的端口。',
    '让 belay 通过 `sudo -n` 以 root 身份操作；或者确认（acknowledge）这一条，并在 `verify.external` 里列出页面。',
  ],
  'nginx.unknown-site': [
    'belay.yml 的 `site` 写的 server（和 location）在 nginx 里不存在，或者它不转发请求。',
    '改正 belay.yml 里的 `site`，或者在 nginx 的那个位置加上 `proxy_pass`。',
  ],
  'nginx.ambiguous-site': [
    'nginx 代理到多个地址，belay.yml 没有说明哪一个是本应用；或者只代理到一个地址，但没有任何依据说明它属于本应用而不是别的站点。',
    '写明通向本应用的那一个：在 belay.yml 里写 `site: words.example.test`。',
  ],
  'nginx.no-proxy': [
    'belay.yml 给出的端口，没有任何 nginx 的 server 代理过去：访客可能访问不到应用。',
    '在 nginx 里为它加上 `proxy_pass`；如果访客通过别的途径访问应用，就确认（acknowledge）这一条。',
  ],
  'nginx.left-out': [
    'nginx 忽略了通向应用的那个 server，因为它前面的另一个 server 已占用同样的名称：访客访问不到应用。',
    '从 nginx 的配置里去掉两者之一，再让 nginx 重新读取。',
  ],
  'nginx.unresolvable': [
    'nginx 里应用的地址取决于一个变量，因此无法判断应用该监听哪里。',
    '把地址直接写进 nginx 的配置：`proxy_pass http://127.0.0.1:9999;`。',
  ],
  'nginx.remote-backend': [
    'nginx 把应用的请求转发到一个不属于本机的地址，而 belay 会在本机启动应用。',
    '用 belay.yml 的 `site` 指明正确的 server，或者让 nginx 代理到 127.0.0.1。',
  ],
  'nginx.not-http': [
    'nginx 与应用之间用的不是普通 HTTP（而是 FastCGI、uwsgi、SCGI、gRPC 或 TLS），belay 无法用它来验证应用。',
    '让应用在 127.0.0.1 上提供 HTTP，nginx 用 `proxy_pass http://` 转发；或者用 `site` 指明使用 HTTP 的 location。',
  ],
  'nginx.several-backends': [
    'nginx 把应用的请求分发到多个地址；belay 只在一个地址上启动应用。',
    '在 upstream 里只留一个 server，或者用 `site` 指明通向本应用的 server。',
  ],
  'nginx.unasked': [
    'nginx 通向应用的某些途径无法从本机访问，因此验证不包括它们。',
    '把经由这些途径的页面按访客的访问方式写到 `verify.external` 里；或者确认（acknowledge）这一条。',
  ],
  'nginx.shutdown-timeout': [
    '重新加载之后，nginx 中断尚未完成的请求的时间比 `drain` 允许的要短；绕行会重新加载 nginx 两次。',
    '在 nginx.conf 里调大 worker_shutdown_timeout，或者在 belay.yml 里调小 `drain`。',
  ],
  'strategy.maintenance': [
    'belay.yml 要求显示维护页面，但无法让 nginx 指向它。',
    '满足该条件；或者从 belay.yml 里去掉 `maintenance`：那样发布钩子会在旧版本提供服务时运行。',
  ],
  'strategy.detour': [
    'belay.yml 指名要用绕行（detour），但它需要的某个条件不满足。',
    '满足该条件；或者写 `strategy: auto`，让 belay 在不能绕行时重启应用。',
  ],
  'strategy.unfinished': [
    '有一次绕行被放弃了：nginx 仍把访客引到备用地址。现在制定的计划会把备用地址当成应用自己的地址，而服务器重启后访客又会被引走。',
    '确认应当提供服务的版本在它自己的地址上正常应答，启动该单元，重新加载 nginx，然后停止在备用地址上提供服务的程序。',
  ],
  'nginx.localhost': [
    '`proxy_pass` 写的是 localhost，在 nginx 看来它既是 127.0.0.1 又是 ::1：重启之后，nginx 可能有 10 秒不用正常的那个地址，而返回 502。',
    '把 localhost 改为 127.0.0.1，然后执行 `nginx -s reload`。',
  ],
  'nginx.not-running': [
    '装了 nginx，但没有运行，因此访客无法通过它访问应用。',
    '启动它：`systemctl start nginx`。',
  ],
  'nginx.not-reloaded': [
    'nginx 的配置文件比正在运行的 nginx 所加载的要新：它实际转发到的地方可能与文件写的不同。',
    '用 `nginx -t` 检查，然后执行 `nginx -s reload`。',
  ],
  'nginx.certificate': [
    '站点的证书即将过期，或者已经过期：过期后浏览器会拒绝访问该站点。',
    '续期（`certbot renew`），并查明本该自动续期的机制为什么没有起作用。',
  ],
  'web.other': [
    '接收访客请求的是 nginx 以外的 Web 服务器；belay 无法判断它是否通向应用。',
    '在 belay.yml 里写明 `port`，并在 `verify.external` 里写出访客看到的页面；然后确认（acknowledge）这一条。',
  ],
  'nginx.no-https': [
    '站点没有使用 HTTPS。',
    '申请证书；或者写明为什么不需要：`acknowledge: { nginx.no-https: "internal tool" }`。',
  ],
  'nginx.serves-files': [
    '应用目录里的文件由 nginx 直接提供；`run` 启动的进程只在验证时才会收到请求。',
    '无需处理。',
  ],
  'nginx.serves-belay': [
    'nginx 从应用目录的上级目录提供文件，这样每个版本的源代码都会暴露在网上。',
    '让 nginx 的 root 指向应用自己的公开文件目录，而不是它的上级。',
  ],
  'port.mismatch': [
    'belay.yml 里的端口（`port`，或写在 `run` 里的）与 nginx 代理到的端口不同。',
    '写 `port: auto`，并在 `run` 里写地址的位置用 {bind}，例如 `gunicorn -b {bind} app:app`。',
  ],
  'port.unknown': [
    '无法判断应用该监听哪里：nginx 没有任何通向它的地方，belay.yml 也没有给出端口。',
    '在 belay.yml 里写明端口：`port: 9999`。',
  ],
  'port.docker': [
    '应用的端口被一个容器占用；belay 不会停止容器。',
    '停止该容器（`docker ps`、`docker stop`），或者给它换一个端口。',
  ],
  'port.systemd-socket': [
    '监听应用端口的是 systemd 自己（为某个 socket 单元），belay 无法接管。',
    '用 `systemctl list-sockets` 找到它，然后对它执行 `systemctl disable --now`。',
  ],
  'port.foreign': [
    '应用的地址被与应用无关的程序占用。',
    '检查 belay.yml 里的 `site` 和 `port`；如果没有写错，请自行停止那个进程。',
  ],
  'port.unseen': [
    '有进程在监听应用的地址，但看不到是哪个进程。',
    '让 belay 通过 `sudo -n` 以 root 身份操作；以 root 执行 `ss -ltnp` 可以看出它是否在别的命名空间里。',
  ],
  'run.no-socket': [
    'nginx 通过 socket 访问应用，但 `run` 里没有可以替换为该 socket 的 {bind}。',
    '在写地址的位置用 {bind}，例如 `gunicorn -b {bind} app:app`。',
  ],
  'run.no-port': [
    '`run` 要用 socket，但应用必须监听一个端口。',
    '在写地址的位置用 {bind}，例如 `gunicorn -b {bind} app:app`。',
  ],
  'socket.in-release': [
    'nginx 指向的 socket 位于应用目录之内，而每个版本都会替换该目录，且只有 root 能写。',
    '让 nginx 和正在运行的应用改用专门存放 socket 的目录，例如 /run/words/app.sock。',
  ],
  'socket.folder': [
    'nginx 指向的 socket 所在的目录不存在，或者应用的用户不能在其中写入。',
    "在服务器上以 root 执行：`echo 'd /run/words 0755 words words' >/etc/tmpfiles.d/words.conf && systemd-tmpfiles --create`。",
  ],
  'socket.folder-lost': [
    '就 belay 所知，重启之后没有任何机制会重新创建 socket 的目录；没有它，应用无法监听。',
    '在 /etc/tmpfiles.d 里为它写一行；如果由别的服务创建，就确认（acknowledge）这一条。',
  ],
  'nginx.silent-backend': [
    'nginx 把访客转发到本机一个没有进程监听的地址：访客得到的是 502。',
    '启动本该在那里运行的程序，或者改正、删除那个 location。',
  ],
  'certificate.expired': [
    'nginx 配置里写的一张证书已经过期：浏览器会拒绝访问该站点。',
    '续期（`certbot renew`），并查明本该自动续期的机制为什么没有起作用。',
  ],
  'certificate.expires': [
    'nginx 配置里写的一张证书将在 30 天内过期。',
    '续期（`certbot renew`），并查明本该自动续期的机制为什么没有起作用。',
  ],
  'certificate.unreadable': ['nginx 配置里写的一张证书读不了。', '请手工检查。'],
  'port.all-interfaces': [
    'nginx 后面的一个进程在所有网络接口上监听：除非有防火墙阻挡，否则可以绕过 nginx 直接访问它。',
    '让它只监听 127.0.0.1。',
  ],
};
