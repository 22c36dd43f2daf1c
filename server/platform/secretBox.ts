/** Seals short texts by a key of the server, so that a copy of the database alone does not give them away. */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const cipher = 'aes-256-gcm';
const ivBytes = 12;
const tagBytes = 16;

export class KeySecretBox {
  readonly #key: Uint8Array;

  /** What is sealed for one purpose does not open for another. */
  constructor(serverKey: Uint8Array, purpose: string) {
    this.#key = new Uint8Array(hkdfSync('sha256', serverKey, '', purpose, 32));
  }

  seal(secret: string): string {
    const iv = randomBytes(ivBytes);
    const sealing = createCipheriv(cipher, this.#key, iv);
    const sealed = Buffer.concat([sealing.update(secret, 'utf8'), sealing.final()]);
    return Buffer.concat([iv, sealing.getAuthTag(), sealed]).toString('base64');
  }

  /** Null when another key sealed it, or when it is damaged. */
  open(sealed: string): string | null {
    const bytes = Buffer.from(sealed, 'base64');
    try {
      const opening = createDecipheriv(cipher, this.#key, bytes.subarray(0, ivBytes), { authTagLength: tagBytes });
      opening.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
      const text = Buffer.concat([opening.update(bytes.subarray(ivBytes + tagBytes)), opening.final()]);
      return text.toString('utf8');
    } catch {
      return null;
    }
  }
}
