// Webhooks as their receivers see them: checked by the libraries of Standard Webhooks; and the page that looks after them.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { DESK, PHONE, account, confirm, demo, person, place, sideways, signIn, start, violations } from './lib.mjs';

/** A receiver that keeps what it is sent. */
async function receiver() {
  const taken = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', part => { body += part; });
    request.on('end', () => { taken.push({ headers: request.headers, body }); response.writeHead(204).end(); });
  });
  await new Promise(done => server.listen(0, '127.0.0.1', () => done(undefined)));
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  const sent = async n => {
    for (let i = 0; taken.length < n; i++) {
      assert.ok(i < 900, `${taken.length} of ${n} came`);
      await new Promise(done => setTimeout(done, 50));
    }
    return taken;
  };
  return { url: `http://127.0.0.1:${address.port}/tin`, sent, close: () => server.close() };
}

/** What the library in Python says of a message: nothing when it is ours. */
function inPython(secret, { headers, body }) {
  const script = 'import json, sys\nfrom standardwebhooks.webhooks import Webhook\n'
    + 'one = json.load(sys.stdin)\nWebhook(one["secret"]).verify(one["body"], one["headers"])\n';
  const python = spawnSync('python3', ['-c', script], {
    input: JSON.stringify({ secret, headers, body }), encoding: 'utf8', timeout: 20_000,
    env: { ...process.env, PYTHONPATH: process.env.HAILONG_STANDARDWEBHOOKS ?? '' },
  });
  return python.status === 0 ? '' : python.stderr;
}

test('the libraries of Standard Webhooks know our messages, and no changed one', async () => {
  const [at, two] = [place(), await receiver()];
  const here = ['--webhook-networks', '127.0.0.1/32'];
  const secret = at.run('webhook', 'add', '--label', 'Trục tỉnh', '--url', two.url, '--topic', 'report.published', ...here).trim();
  at.run('publish', '2026', '--live', '--did', 'Đã đọc');
  const program = await start(at, 'serve', ...here);
  try {
    const [one] = await two.sent(1);
    const told = /** @type {{ type: string }} */ (new Webhook(secret).verify(one.body, one.headers));
    assert.equal(told.type, 'report.published');
    assert.equal(inPython(secret, one), '');
    const changed = { ...one, body: one.body.replace('2026', '2025') };
    assert.throws(() => new Webhook(secret).verify(changed.body, changed.headers));
    assert.match(inPython(secret, changed), /WebhookVerificationError/);
    assert.ok(!program.log().includes(secret) && !program.said().includes(secret), 'the secret is in the log');
  } finally {
    await program.stop();
    two.close();
    at.remove();
  }
});

const WIDE = { ...DESK, viewport: { width: 1280, height: 800 } };
for (const [name, view, js] of [['phone', PHONE, true], ['desk', WIDE, true], ['no script', PHONE, false]]) {
  test(`the page of webhooks, by keyboard (${name})`, () => person(async page => {
    // axe is a script itself.
    const faultless = async () => {
      if (js) assert.deepEqual(await violations(page), []);
      assert.equal(await sideways(page), 0);
    };
    await signIn(page, account('admin'));
    await page.goto(new URL('/admin/webhooks', demo().base).href);
    await page.getByRole('link', { name: 'Đăng ký địa chỉ' }).click();
    await confirm(page, account('admin'));
    assert.equal(await page.locator('h1').innerText(), 'Đăng ký địa chỉ');
    await page.locator('#url').fill('https://10.0.0.1/tin');
    await page.keyboard.press('Enter');
    await page.locator('[role=alert]').waitFor();
    assert.match(await page.locator('[role=alert]').innerText(), /mạng nội bộ/);
    await faultless();
    await page.locator('#label').fill(`Trục tích hợp, chia sẻ dữ liệu của tỉnh (${name})`);
    // A public address by its numbers: no name is asked for, and no test sends anything there.
    await page.locator('#url').fill('https://93.184.216.34/mot-duong-dan-rat-dai/den-cho-nhan-tin');
    await page.locator('#topic-report-published').focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('Enter');
    assert.match(await page.locator('#webhook-secret').innerText(), /^whsec_/);
    await faultless();
    await page.getByRole('link', { name: 'Xem địa chỉ này' }).click();
    await faultless();
    await page.getByRole('link', { name: 'Tắt địa chỉ này' }).click();
    await faultless();
    await page.getByRole('button', { name: 'Tắt địa chỉ này' }).press('Enter');
    assert.match(await page.locator('[role=status]').innerText(), /Đã tắt/);
    await page.goto(new URL('/admin/webhooks', demo().base).href);
    assert.match(await page.locator('main').innerText(), new RegExp(`\\(${name}\\)`));
    await faultless();
    await page.getByRole('link', { name: 'Hồ sơ một cửa' }).click();
    await page.locator('#field-unit').fill('MaHoSo');
    await page.keyboard.press('Enter');
    await page.locator('[role=alert]').waitFor();
    await faultless();
    await page.getByRole('button', { name: 'Dùng lại cách gọi mặc định' }).press('Enter');
    await page.locator('[role=status]').waitFor();
    assert.equal(await page.locator('#field-unit').inputValue(), 'DonViXuLy');
    await faultless();
  }, { view, js, bypassCSP: true }));
}
