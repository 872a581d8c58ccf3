import { createTransport } from 'nodemailer';
import { NotifyError } from './error.js';
import { plainText } from './message.js';
import type { Send } from './send.js';

/** One plain-text mail to all recipients, by SMTP (RFC 5321). */
export const email: Send<'email'> = async (channel, notice, { secrets, delivery, signal }) => {
  const { smtp, from, to, user, password, tls } = channel;
  const at = smtp.lastIndexOf(':');
  const [host, port] = [smtp.slice(0, at).replace(/^\[|\]$/g, ''), Number(smtp.slice(at + 1))];
  const pass = password === undefined ? undefined : await secrets.read(password);
  const transport = createTransport({
    host,
    port,
    secure: tls === 'implicit',
    requireTLS: tls === 'required',
    ignoreTLS: tls === 'off',
    ...(user === undefined || pass === undefined ? {} : { auth: { user, pass } }),
    // The signal ends the whole of it; these end what it cannot reach.
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 10_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const ended = new Promise<never>((_, reject) => {
    const stop = () => reject(new NotifyError(`${smtp} did not take the mail in time`, false));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  try {
    const mail = {
      from,
      to: [...to],
      subject: notice.title,
      text: `${plainText(notice)}\n`,
      messageId: `<${delivery}@belay.invalid>`,
      headers: { 'Auto-Submitted': 'auto-generated' },
    };
    const { rejected } = await Promise.race([transport.sendMail(mail), ended]);
    if (rejected.length > 0) {
      throw new NotifyError(`${smtp} took the mail, but not for ${rejected.join(', ')}`, true);
    }
  } catch (error) {
    throw asNotifyError(error, smtp);
  } finally {
    transport.close();
  }
};

function asNotifyError(error: unknown, smtp: string): NotifyError {
  if (error instanceof NotifyError) return error;
  const { message, responseCode, code } = error as Error & { responseCode?: number; code?: string };
  // 5xx is a final refusal (RFC 5321 section 4.2.1); without TLS or with a wrong password trying again is of no use either.
  const final = code === 'EAUTH' || code === 'ETLS' || code === 'EENVELOPE';
  const lasting = responseCode === undefined ? final : responseCode >= 500;
  return new NotifyError(`${smtp}: ${message}`, lasting, { cause: error });
}
