/**
 * Shapes in which public projects and their guides put nginx before an app, in words of our own. In a text, `%N` is backend N's
 * address, `%HOST` and `%PORT` are the first one's, `%ROOT` a folder of files, `%LISTEN` an address and port, `%NAME` a name of
 * its own, `%ID` a word of its own.
 */
export interface Shape {
  /** Whose guides have it. */
  like: string;
  http: string;
  /** Path → the number of the backend that is the app’s; 0: nginx itself answers. */
  asked: Record<string, number>;
}

export const headers =
  'proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; proxy_set_header X-Forwarded-Proto $scheme; proxy_redirect off;';
export const upgrade =
  'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";';
export const server = (body: string, more = '') =>
  `${more} server { listen %LISTEN; server_name %NAME; ${body} }`;
