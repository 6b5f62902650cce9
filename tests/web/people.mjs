// People who sign in: the first administrator, an invitation, a password chosen, and out; with a keyboard and no script.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DESK, NARROW, account, confirm, cursor, demo, forget, giveCode, person, place, sideways, signIn, start, violations } from './lib.mjs';

const PASSWORD = 'mưa rơi trên mái lá cọ';

test('an empty folder, the setup link, an administrator, an invitation, another person, and out', async () => {
  const at = place();
  const program = await start(at, 'serve');
  try {
    const link = program.said().match(/http\S+\/link\/\S+/)[0];
    let invitation;
    await person(async page => {
      await page.goto(link);
      assert.equal(await page.locator('h1').innerText(), 'Lập tài khoản quản trị đầu tiên');
      await page.keyboard.press('Tab');
      await page.locator('#name').fill('Trần Văn Bình');
      await page.keyboard.press('Tab');
      await page.keyboard.type('binh');
      await page.keyboard.press('Tab');
      await page.keyboard.type('ngắn');
      await page.keyboard.press('Enter');
      await page.locator('[role=alert]').waitFor();
      assert.match(await page.title(), /^Lỗi: /);
      await cursor(page, '#loi');
      assert.equal(await page.locator('#name').inputValue(), 'Trần Văn Bình');
      await page.locator('#password').fill(PASSWORD);
      await page.keyboard.press('Enter');
      await page.waitForURL('**/sign-in*');
      await signIn(page, { login: 'binh', password: PASSWORD }, program.base);
      assert.equal(await page.locator('h1').innerText(), 'Tài khoản của tôi');
      await page.getByRole('link', { name: 'Người dùng' }).click();
      await page.getByRole('link', { name: 'Mời người dùng' }).click();
      await page.locator('#name').fill('Lê Hoa');
      await page.locator('#login').fill('hoa');
      await page.locator('#role').selectOption('leader');
      await page.getByRole('button', { name: 'Lưu và tạo liên kết' }).click();
      invitation = await page.locator('#given-link').innerText();
      assert.ok(invitation.startsWith(program.base), invitation);
    }, { view: DESK, js: false });
    await person(async page => {
      await page.goto(invitation);
      assert.match(await page.locator('main').innerText(), /Lê Hoa/);
      await page.locator('#password').fill(PASSWORD);
      await page.getByRole('button', { name: 'Hiện mật khẩu' }).click();
      assert.equal(await page.locator('#password').getAttribute('type'), 'text');
      await page.getByRole('button', { name: 'Ẩn mật khẩu' }).click();
      await page.getByRole('button', { name: 'Lưu mật khẩu' }).click();
      await signIn(page, { login: 'hoa', password: PASSWORD }, program.base);
      assert.equal(new URL(page.url()).pathname, '/manage');
      assert.match(await page.locator('main').innerText(), /Chưa có đánh giá nào/);
      await page.getByRole('link', { name: 'Lê Hoa' }).click();
      assert.match(await page.locator('main').innerText(), /Lãnh đạo Sở: Tất cả đơn vị/);
      assert.equal(await page.getByRole('link', { name: 'Người dùng' }).count(), 0);
      forget('hoa', program.base);
      await page.getByRole('button', { name: 'Đăng xuất' }).click();
      await page.waitForURL('**/sign-in*');
      await page.goto(new URL('/account', program.base).href);
      assert.match(page.url(), /sign-in/);
      await page.goto(invitation);
      assert.match(await page.locator('h1').innerText(), /không dùng được nữa/);
    }, { view: DESK });
    assert.ok(!program.log().includes(link.split('/').pop()) && !program.log().includes(invitation.split('/').pop()), 'a token is in the log');
  } finally {
    await program.stop();
    at.remove();
  }
});

test('what was being typed when the session ended is kept and can be sent', () => person(async (page, context) => {
  const admin = account('admin');
  await signIn(page, admin);
  await page.goto(new URL('/admin/users/new', demo().base).href);
  await confirm(page, admin);
  await page.locator('#name').fill('Phạm Kiên');
  await page.locator('#login').fill('kien');
  await context.clearCookies();
  forget(admin.login);
  await page.getByRole('button', { name: 'Lưu và tạo liên kết' }).click();
  assert.equal(await page.locator('h1').innerText(), 'Đăng nhập');
  await page.locator('#login').fill(admin.login);
  await page.locator('#password').fill(admin.password);
  await page.locator('main button[type=submit]').click();
  // The page of the code keeps it too.
  await page.locator('#code').waitFor();
  await giveCode(page, admin);
  await page.getByRole('button', { name: 'Gửi phần đang nhập' }).click();
  await page.locator('#given-link').waitFor();
  assert.equal(await page.locator('h1').innerText(), 'Phạm Kiên');
}, { view: DESK }));

// Each way leads somebody of a role to one page in one state.
const PAGES = [
  ['signing in', null, page => page.goto(at('/sign-in'))],
  ['signing in with an error', null, async page => {
    await page.goto(at('/sign-in'));
    await page.locator('main button[type=submit]').click();
    await page.locator('[role=alert]').waitFor();
  }],
  ['a link that is useless', null, page => page.goto(at('/link/AAAAAAAAAAAAAAAAAAAAAA'))],
  ['the code of the second factor', null, async page => {
    await page.goto(at('/sign-in'));
    await page.locator('#login').fill(account('inspector').login);
    await page.locator('#password').fill(account('inspector').password);
    await page.locator('main button[type=submit]').click();
    await page.locator('#code').waitFor();
  }],
  ['setting a second factor up', 'manager', page => page.goto(at('/account/second-factor'))],
  ['the audit log', 'inspector', page => page.goto(at('/admin/audit'))],
  ['one\'s own account', 'manager', page => page.goto(at('/account'))],
  ['changing the password', 'manager', page => page.goto(at('/account/password'))],
  ['a page that is not for the account', 'manager', page => page.goto(at('/admin/users'))],
  ['the password again', 'admin', page => page.goto(at('/sign-in/again?to=/admin/users/new'))],
  ['the people', 'inspector', page => page.goto(at('/admin/users'))],
  ['one of the people', 'admin', async page => {
    await page.goto(at('/admin/users'));
    await page.getByRole('link', { name: /Giám đốc Sở/ }).click();
  }],
  ['inviting', 'admin', page => page.goto(at('/admin/users/new'))],
  ['the keys of other systems', 'inspector', page => page.goto(at('/admin/keys'))],
  ['making a key', 'admin', page => page.goto(at('/admin/keys/new'))],
  ['revoking a key', 'admin', async page => {
    await page.goto(at('/admin/keys'));
    await page.getByRole('link', { name: 'Thu hồi khoá' }).first().click();
  }],
  ['days off', 'admin', page => page.goto(at('/admin/holidays'))],
  ['days off with errors', 'admin', async page => {
    await page.goto(at('/admin/holidays'));
    await page.locator('main button[type=submit]').click();
    await confirm(page, account('admin'));
    await page.locator('[role=alert]').waitFor();
    await page.locator('a[href="#name"]').waitFor();
  }],
  ['taking a day off the list', 'admin', async page => {
    await page.goto(at('/admin/holidays'));
    await page.getByRole('link', { name: 'Gỡ «Tết Nguyên đán»' }).click();
  }],
  ['the documentation for other systems', '', page => page.goto(at('/api/v1/docs'))],
  ['roles', 'admin', async page => {
    await page.goto(at('/admin/users'));
    await page.getByRole('link', { name: 'Trưởng đơn vị (mô phỏng)' }).click();
    await page.getByRole('link', { name: 'Đổi vai trò' }).click();
  }],
  ['disabling', 'admin', async page => {
    await page.goto(at('/admin/users'));
    await page.getByRole('link', { name: 'Trưởng đơn vị (mô phỏng)' }).click();
    await page.getByRole('link', { name: 'Khoá tài khoản' }).click();
  }],
];
const at = path => new URL(path, demo().base).href;

for (const [name, role, lead] of PAGES) {
  test(`${name}: no accessibility fault, no sideways scrolling, in both languages`, async () => {
    for (const [view, size] of [[NARROW, '100%'], [NARROW, '200%'], [DESK, '100%']]) {
      await person(async page => {
        if (role) await signIn(page, account(role));
        await lead(page);
        if (role && name !== 'the password again') await confirm(page, account(role));
        for (const lang of ['vi', 'en']) {
          if (lang === 'en') await page.getByRole('link', { name: 'English' }).first().click();
          await page.locator(`html[lang=${lang}]`).waitFor();
          const where = `at ${view.viewport.width} px, text ${size}, ${lang}`;
          if (size === '100%') assert.deepEqual(await violations(page), [], where);
          else await page.addStyleTag({ content: `html { font-size: ${size} !important }` });
          assert.equal(await sideways(page), 0, `pixels to scroll sideways ${where}`);
        }
      }, { view, bypassCSP: true });
    }
  });
}
