/** Why a channel was not told. `lasting`: trying again would not mend it. Holds no secret. */
export class NotifyError extends Error {
  constructor(
    message: string,
    readonly lasting: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'NotifyError';
  }
}
