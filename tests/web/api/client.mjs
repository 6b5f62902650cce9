// A portal's program, written against what a public generator makes of the document; `api.d.ts` is made anew for each run.
import createClient from 'openapi-fetch';

/** Creates an invitation, opens it, lets a citizen answer, and reads a figure.
 * @param {string} base @param {string} key @param {string} number
 * @param {(link: string) => Promise<void>} answer */
export async function trip(base, key, number, answer) {
  /** @type {import('openapi-fetch').Client<import('./api').paths>} */
  const api = createClient({ baseUrl: base, headers: { authorization: `Bearer ${key}` } });
  const made = await api.POST('/api/v1/invitations', {
    params: { header: { 'Idempotency-Key': `ts-${number}` } },
    body: { case: number, procedure: '1.005092', unit: 'SGD-GL.MC', event: 'finished', channel: 'online' },
  });
  if (!made.data || !('link' in made.data)) throw new Error(JSON.stringify(made.error));
  const { id, link } = made.data;
  const status = async () => (await api.GET('/api/v1/invitations/{id}', { params: { path: { id } } })).data?.status;
  const before = await status();
  await answer(link);
  const after = await status();
  const year = await api.GET('/api/v1/figures', {
    params: { query: { period: String(new Date().getFullYear()), indicator: 'procedures', by: 'department' } },
  });
  // @ts-expect-error The document names the indicators: this is none of them.
  const wrong = await api.GET('/api/v1/figures', { params: { query: { indicator: 'happiness' } } });
  return { before, after, n: year.data?.figures[0]?.n, wrong: wrong.error?.errors?.[0]?.code };
}
