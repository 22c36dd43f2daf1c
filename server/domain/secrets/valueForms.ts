/** The forms in which a secret may turn up in output: as it is, in base64, in JSON, in an address. Pure. */
import { shortestSecret } from '../../../protocol/model/secret.ts';

/** Each at least as long as the shortest secret, so that common words are left alone. */
export function valueForms(value: string): readonly Uint8Array[] {
  const lines = value.split(/\r?\n/).map((line) => line.trim());
  const texts = [value, value.trim(), ...(lines.length > 1 ? lines : [])];
  const forms = texts.flatMap((text) => [text, ...written(text), ...base64Forms(text)]);
  return [...new Set(forms)].filter((form) => form.length >= shortestSecret).map((form) => Buffer.from(form));
}

function written(text: string): readonly string[] {
  return [JSON.stringify(text).slice(1, -1), encodeURIComponent(text.toWellFormed())];
}

/**
 * In longer text a value lies at any of three places within the groups of
 * base64. What its neighbours do not change of each is the same every time.
 */
function base64Forms(text: string): readonly string[] {
  const bytes = Buffer.from(text);
  const inner = [0, 1, 2].map((shift) => {
    const from = (3 - shift) % 3;
    const whole = Math.floor((bytes.length - from) / 3) * 3;
    return whole > 0 ? bytes.subarray(from, from + whole).toString('base64') : '';
  });
  const forms = [bytes.toString('base64').replace(/=+$/, ''), ...inner];
  return forms.flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_')]);
}
