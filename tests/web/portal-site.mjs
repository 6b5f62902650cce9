// An e-government portal in small: a server of its own, on its own site (localhost, where the program is 127.0.0.1), whose
// confirmation page shows the question in the three ways that the program offers. It asks the program with a key, as a
// portal's server does; its pages have a strict policy and no script.
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';

const STYLE = `body{margin:0;background:#f2f4f7;color:#1a1a1a;font:1rem/1.5 "Noto Sans",Arial,sans-serif}
header{background:#7a1010;color:#fff}header p,main{max-width:44rem;margin:0 auto;padding:12px 16px}header p{font-weight:bold}
section{margin:0 0 16px;padding:16px;border:1px solid #c9ced6;border-radius:8px;background:#fff}
h1{margin:8px 0 16px;font-size:1.5rem}h2{margin:0 0 8px;font-size:1.125rem}
form fieldset{margin:0;padding:0;border:0}form label{display:block;padding:8px 0}form button{padding:10px 20px;font:inherit}
iframe{display:block;width:100%;height:34rem;border:0}`;
const HASH = createHash('sha256').update(STYLE).digest('base64');

/** Starts the portal. `key` opens the program at `base`. */
export async function portal(base, key) {
  const ask = async (path, more = {}) => {
    const answered = await fetch(new URL(path, base), { ...more, headers: { authorization: `Bearer ${key}`, ...more.headers } });
    if (!answered.ok) throw new Error(`${path}: ${answered.status} ${await answered.text()}`);
    return answered;
  };
  const server = createServer(async (request, response) => {
    const url = new URL(request.url, 'http://localhost');
    if (url.pathname !== '/ket-qua') return response.writeHead(404, { 'content-type': 'text/plain' }).end('không có trang này');
    try {
      const page = await confirmation(url.searchParams.get('ho-so'), new URL(request.url, origin).href);
      response.writeHead(200, {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': `default-src 'none'; style-src 'sha256-${HASH}'; img-src data:; frame-src ${base}; form-action ${base}; base-uri 'none'; frame-ancestors 'none'`,
      }).end(page);
    } catch (error) {
      response.writeHead(500, { 'content-type': 'text/plain' }).end(String(error));
    }
  });
  await new Promise(done => server.listen(0, '127.0.0.1', done));
  const origin = `http://localhost:${server.address().port}`;

  /** The page after a case was decided: the same invitation as a link, as a form and in a frame. */
  async function confirmation(number, here) {
    const made = await (await ask('/api/v1/invitations', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': `cong-${number}` },
      body: JSON.stringify({ case: number, procedure: '1.005092', unit: 'SGD-GL.MC', event: 'finished', channel: 'online', return: here }),
    })).json();
    const asked = await fetch(new URL(`/api/v1/invitations/${made.id}/question?return=${encodeURIComponent(here)}`, base),
      { headers: { authorization: `Bearer ${key}` } });
    // Gone: the case was rated already, or too late.
    const form = asked.status === 410 ? '<p>Quý vị đã đánh giá hồ sơ này.</p>' : await asked.text();
    return `<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Hồ sơ đã có kết quả</title><link rel="icon" href="data:,"><style>${STYLE}</style></head><body>
<header><p>Cổng dịch vụ công tỉnh (trang thử)</p></header><main><h1>Hồ sơ của quý vị đã có kết quả</h1>
<section id="lien-ket"><h2>Đánh giá bằng liên kết</h2><p><a href="${made.link.replaceAll('&', '&amp;')}">Đánh giá việc giải quyết hồ sơ</a></p></section>
<section id="bieu-mau"><h2>Đánh giá ngay trên trang</h2>${form}</section>
<section id="khung"><h2>Đánh giá trong khung</h2><iframe src="${made.frame.replaceAll('&', '&amp;')}" title="Đánh giá mức độ hài lòng"></iframe></section>
</main></body></html>`;
  }

  const close = () => new Promise(done => { server.closeAllConnections(); server.close(done); });
  return { origin, close, page: number => `${origin}/ket-qua?ho-so=${number}` };
}
