// Printed pieces as other programs see them: a PDF reader, a browser, a camera.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import jsQR from 'jsqr';
import { PNG } from 'pngjs';
import { DESK, PHONE, ROOT, account, demo, person, place, sideways, signIn, violations } from './lib.mjs';

const HOST = 'https://hl.gialai.gov.vn';
const tool = (name, ...args) => execFileSync(name, args, { encoding: 'utf8', timeout: 60_000, maxBuffer: 2 ** 26 });

test('paper leads to the form: PDF, SVG and PNG of every piece', async () => {
  const at = place();
  try {
    const data = name => join(ROOT, 'tests/data/department', name);
    at.run('import', 'units', data('units.csv'));
    at.run('import', 'procedures', data('procedures.csv'));
    at.run('import', 'questionnaire', data('questionnaires/procedure.xlsx'));
    const about = ['--unit', 'SGD-GL.MC', '--procedure', '1.012944', '--form', 'procedure', '--json'];
    const point = JSON.parse(at.run('issue', 'point', ...about, '--channel', 'counter', '--label', 'Quầy 1'));
    const slip = JSON.parse(at.run('issue', 'invitation', ...about, '--channel', 'case', '--case', 'H-1'));
    const address = issued => `HTTPS://HL.GIALAI.GOV.VN/Q/${issued.url.split('/').pop()}`;
    const print = (issued, piece, ending) => {
      const file = join(at.folder, `${piece}.${ending}`);
      at.run('qr', issued.typed_code, '--piece', piece, '--out', file, '--public-url', HOST);
      return file;
    };

    const procedure = /Thành lập hoặc cho phép thành lập trường trung học phổ thông/;
    for (const [issued, piece, size, dpi, ...words] of [
      [point, 'a4', /595\.\d+ x 841\.\d+ pts \(A4\)/, 75, 'Quý vị hài lòng', 'ở mức nào?', 'Chỉ 10 giây · không cần đăng nhập · không ghi tên', 'Quầy 1', procedure],
      [point, 'a5', /419\.\d+ x 595\.\d+ pts/, 100, 'Quý vị hài lòng', 'hl.gialai.gov.vn · mã', procedure],
      [slip, 'slip-58', /164\.\d+ x \d+\S* pts/, 203, 'Mời quý vị đánh giá', 'Không ghi tên người đánh giá.', 'Dùng đến hết ngày'],
      [slip, 'slip-80', /226\.\d+ x \d+\S* pts/, 203, 'Mời quý vị đánh giá', 'Please rate your visit', 'Dùng đến hết ngày'],
    ]) {
      const file = print(issued, piece, 'pdf');
      const facts = tool('pdfinfo', file);
      assert.match(facts, /Pages:\s+1\n/, piece);
      assert.match(facts, size, piece);
      assert.match(tool('pdffonts', file), /Inter-Bold .* yes yes yes/, 'embedded, cut, and text that can be searched');
      const text = tool('pdftotext', file, '-');
      assert.equal(text, text.normalize('NFC'), 'letters come out composed');
      const line = text.replace(/\s+/g, ' ');
      for (const said of [issued.typed_code, ...words]) assert.match(line, said instanceof RegExp ? said : new RegExp(said.replace(/[.?]/g, '\\$&')), piece);
      tool('pdftoppm', '-r', String(dpi), '-png', '-singlefile', file, join(at.folder, `seen-${piece}`));
      assert.equal(decode(readFileSync(join(at.folder, `seen-${piece}.png`))), address(issued), piece);
    }

    for (const piece of ['slip-58', 'slip-80']) assert.equal(decode(readFileSync(print(slip, piece, 'png'))), address(slip), piece);
    const svg = readFileSync(print(point, 'a5', 'svg'), 'utf8');
    await person(async page => {
      await page.setContent(`<body style="margin:0">${svg}`);
      const box = await page.locator('svg').boundingBox();
      assert.ok(Math.abs(box.width - 148 / 25.4 * 96) < 1 && Math.abs(box.height - 210 / 25.4 * 96) < 1, 'A5 at true size');
      assert.equal(decode(await page.screenshot({ fullPage: true })), address(point));
    }, { view: { viewport: { width: 800, height: 900 }, deviceScaleFactor: 1 } });
  } finally {
    at.remove();
  }
});

test('the programme office prints from the browser: what is shown is what the camera reads, and what the file holds', async () => {
  await person(async page => {
    await signIn(page, account('admin'));
    await page.getByRole('link', { name: 'In mã QR' }).click();
    assert.deepEqual(await violations(page), []);
    await page.getByRole('row', { name: /^Quầy 1 / }).getByRole('link', { name: 'In', exact: true }).click();
    assert.deepEqual(await violations(page), []);
    const shown = decode(await page.locator('img.sheet').screenshot());
    assert.equal(shown.toLowerCase(), demo().ready.point_url.toLowerCase());
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Tải tệp PDF' }).click();
    assert.match((await download).suggestedFilename(), /^ma-qr-a5-\d{8}\.pdf$/);
    assert.match(tool('pdftotext', await (await download).path(), '-'), /Quầy 1/);
    for (const path of ['/admin/codes', '/admin/codes/new', '/admin/codes/1/revoke']) {
      for (const lang of ['vi', 'en']) {
        await page.goto(new URL(`${path}?lang=${lang}`, demo().base).href);
        assert.deepEqual(await violations(page), [], path);
        await page.setViewportSize(PHONE.viewport);
        assert.ok(await sideways(page) <= 0, path);
        await page.setViewportSize(DESK.viewport);
      }
    }
  }, { view: DESK, js: true });
});

function decode(bytes) {
  const { data, width, height } = PNG.sync.read(bytes);
  return jsQR(new Uint8ClampedArray(data), width, height)?.data;
}
