/** Where text may be cut so that no UTF-8 character is split. Pure; bytes that are no UTF-8 are left as they are. */

/** How many of the bytes end with a whole character: what is left is the beginning of one, at most 3 bytes. */
export function completeUtf8Length(data: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, data.length); back += 1) {
    const byte = data[data.length - back] ?? 0;
    if (isContinuation(byte)) continue;
    return characterLength(byte) > back ? data.length - back : data.length;
  }
  return data.length;
}

/** How many bytes at the beginning belong to a character that began before. */
export function strayUtf8Length(data: Uint8Array): number {
  let length = 0;
  while (length < Math.min(3, data.length) && isContinuation(data[length] ?? 0)) length += 1;
  return length;
}

function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}

function characterLength(first: number): number {
  if (first >= 0xf0 && first < 0xf8) return 4;
  if (first >= 0xe0 && first < 0xf0) return 3;
  return first >= 0xc0 && first < 0xe0 ? 2 : 1;
}
