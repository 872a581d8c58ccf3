/** The address that nginx (or belay.yml) gives the app. */
export type Bind =
  | {
      kind: 'port';
      port: number;
      /** Where that is not 127.0.0.1: the host's own address that nginx names, without brackets. */
      address?: string;
      from: string;
    }
  | {
      kind: 'socket';
      path: string;
      from: string;
      /** Name of the folder in /run that the new release's unit makes for it (systemd's RuntimeDirectory=). */
      runtime?: string;
    };
