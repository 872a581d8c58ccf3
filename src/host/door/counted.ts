/** A length in bytes and a text: how scripts read several texts from one stdin. */
export function counted(text: string): string {
  return `${Buffer.byteLength(text)}\n${text}`;
}
