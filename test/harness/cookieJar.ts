/** Fetches as one browser does: keeps cookies by origin, and follows nothing by itself. */
export class CookieJar {
  readonly #cookies = new Map<string, Map<string, string>>();

  async fetch(address: string, options: RequestInit = {}): Promise<Response> {
    const { origin } = new URL(address);
    const own = this.#cookies.get(origin) ?? new Map<string, string>();
    this.#cookies.set(origin, own);
    const cookie = [...own].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(address, {
      ...options,
      redirect: 'manual',
      headers: { ...(options.headers as Record<string, string>), ...(cookie && { cookie }) },
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '' || /max-age=0|expires=thu, 01 jan 1970/i.test(line)) own.delete(name);
      else own.set(name, value);
    }
    return response;
  }

  /** From redirect to redirect, up to an answer that is none, or an address that begins so. */
  async follow(address: string, until?: string): Promise<{ readonly url: string; readonly response: Response | null }> {
    for (let url = address, hops = 0; hops < 10; hops += 1) {
      if (until !== undefined && url.startsWith(until)) return { url, response: null };
      const response = await this.fetch(url);
      const location = response.headers.get('location');
      if (location === null) return { url, response };
      url = new URL(location, url).href;
    }
    throw new Error('too many redirects');
  }
}
