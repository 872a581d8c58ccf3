/** Status codes of gRPC: https://grpc.io/docs/guides/status-codes/ */
export const notFound = 5;

/** The status code of an error of gRPC; undefined where it is none. */
export function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null ? (error as { code?: unknown }).code : undefined;
}

/** What the server said, without the code that gRPC puts before it. */
export function detailOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { details } = error as { details?: unknown };
  return typeof details === 'string' && details !== '' ? details : error.message;
}
