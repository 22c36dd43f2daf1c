/** What a page hands to the browser to save. */
import type { TextFile } from '../../protocol/model/environmentFiles.ts';

export function downloadText(name: string, parts: readonly string[]): void {
  downloadBlob(name, new Blob([...parts], { type: 'text/plain' }));
}

export function downloadBytes(name: string, base64: string): void {
  downloadBlob(name, new Blob([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))]));
}

/** A page cannot write a folder, so it is packed; the packer is fetched when it is first wanted. */
export async function downloadZip(name: string, files: readonly TextFile[]): Promise<void> {
  const { strToU8, zipSync } = await import('fflate');
  const packed = zipSync(Object.fromEntries(files.map(({ path, text }) => [path, strToU8(text)])));
  downloadBlob(`${name}.zip`, new Blob([Uint8Array.from(packed)], { type: 'application/zip' }));
}

export function downloadArtifact(runId: string, path: string): void {
  const query = new URLSearchParams({ path });
  download(path.split('/').at(-1) ?? 'artifact', `/api/runs/${encodeURIComponent(runId)}/artifacts/file?${query}`);
}

function downloadBlob(name: string, blob: Blob): void {
  const address = URL.createObjectURL(blob);
  download(name, address);
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

function download(name: string, address: string): void {
  const anchor = document.createElement('a');
  anchor.href = address;
  anchor.download = name;
  anchor.click();
}
