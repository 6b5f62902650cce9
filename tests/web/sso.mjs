// Single sign-on with a provider that is certified to speak OpenID Connect, the whole way there and back.
import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { DESK, confirm, person, place, signIn, start } from './lib.mjs';

const PASSWORD = 'mưa rơi trên mái lá cọ';
const SECRET = 'a-secret-between-the-two-of-us';

/** A server whose address is known before what it serves. */
async function listening() {
  let answer = (_, response) => response.writeHead(503).end();
  const server = createServer((request, response) => answer(request, response));
  await new Promise(done => server.listen(0, '127.0.0.1', done));
  return { server, url: `http://127.0.0.1:${server.address().port}`, serve: handler => { answer = handler; } };
}

/** At the provider: who one is, and that one wants to. */
async function throughProvider(page, provider, login) {
  await page.waitForURL(url => url.href.startsWith(provider));
  if (await page.locator('input[name=login]').count()) {
    await page.locator('input[name=login]').fill(login);
    await page.locator('input[name=password]').fill('anything');
    await page.locator('button[type=submit]').click();
  }
  await page.waitForLoadState();
  if (page.url().startsWith(provider)) await page.locator('button[type=submit]').click();
  await page.waitForURL(url => !url.href.startsWith(provider));
}

test('single sign-on: unknown first, then linked by an administrator, there and back', async () => {
  const { default: Provider } = await import('oidc-provider');
  const provider = await listening();
  const at = place();
  const secret = join(at.folder, 'oidc-secret');
  writeFileSync(secret, SECRET);
  chmodSync(secret, 0o600);
  const program = await start(at, 'serve', '--oidc-issuer', provider.url, '--oidc-client-id', 'hai-long',
    '--oidc-client-secret-file', secret, '--oidc-name', 'Cổng tỉnh', '--oidc-second-factor', 'on');
  try {
    const oidc = new Provider(provider.url, {
      clients: [{ client_id: 'hai-long', client_secret: SECRET, redirect_uris: [`${program.base}/sign-in/sso/back`] }],
      pkce: { required: () => true },
      claims: { openid: ['sub'], auth_time: null },
    });
    provider.serve(oidc.callback());
    const setUp = program.said().match(/http\S+\/link\/\S+/)[0];
    const through = async page => {
      await page.goto(new URL('/sign-in', program.base).href);
      await page.getByRole('link', { name: 'Đăng nhập bằng Cổng tỉnh' }).click();
      await throughProvider(page, provider.url, 'hoa');
    };
    await person(async page => {
      await through(page);
      assert.match(await page.locator('h1').innerText(), /Chưa có tài khoản/);
      assert.equal(await page.locator('#subject').innerText(), 'hoa');
    }, { view: DESK, quiet: false });
    await person(async page => {
      const admin = { login: 'binh', password: PASSWORD };
      await page.goto(setUp);
      await page.locator('#name').fill('Trần Văn Bình');
      await page.locator('#login').fill(admin.login);
      await page.locator('#password').fill(PASSWORD);
      await page.keyboard.press('Enter');
      await page.waitForURL('**/sign-in*');
      await signIn(page, admin, program.base);
      await page.goto(new URL('/admin/users/new', program.base).href);
      await confirm(page, admin, program.base);
      await page.locator('#name').fill('Lê Hoa');
      await page.locator('#login').fill('hoa');
      await page.locator('#role').selectOption('inspector');
      await page.getByRole('button', { name: 'Lưu và tạo liên kết' }).click();
      await page.getByRole('link', { name: 'Liên kết đăng nhập một lần' }).click();
      await page.locator('#subject').fill('hoa');
      await page.getByRole('button', { name: 'Lưu liên kết' }).click();
      await page.waitForURL(url => /\/admin\/users\/\d+$/.test(url.pathname));
    }, { view: DESK });
    await person(async page => {
      await through(page);
      await page.waitForURL('**/account*');
      assert.match(await page.locator('main').innerText(), /Lê Hoa/);
      await page.goto(new URL('/admin/audit', program.base).href);
      assert.match(await page.locator('main').innerText(), /Liên kết đăng nhập một lần/, 'inside, without a code of ours');
    }, { view: DESK, quiet: false });
    assert.ok(!program.log().includes(SECRET), 'the secret is in the log');
  } finally {
    await program.stop();
    provider.server.closeAllConnections();
    provider.server.close();
    at.remove();
  }
});
