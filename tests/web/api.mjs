// The served document, proved: Schemathesis calls every operation with what the document allows and with what it does
// not; programs in two languages, made from it by public generators, are type-checked and make a portal's whole trip.
// PYTHONPATH leads to what api/requirements.txt names.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { place, start } from './lib.mjs';

const HERE = fileURLToPath(new URL('./', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'hailong-api-'));
const at = place();
let program, base, key;

/** Runs a command to its end; fails with all that it said. */
async function run(command, args, env = {}, cwd = folder) {
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env, PYTHONDONTWRITEBYTECODE: '1' } });
  const said = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', data => said.push(data));
  const code = await new Promise((done, failed) => child.on('error', failed).on('close', done));
  const text = Buffer.concat(said).toString();
  assert.equal(code, 0, `${command} ${args.join(' ')}\n${text}`);
  return text;
}
const python = (args, env) => run('python3', args, env);

before(async () => {
  program = await start(at, 'demo');
  ({ base } = program);
  key = program.ready.api_key;
  const document = await (await fetch(new URL('/api/v1/openapi.json?lang=en', base))).text();
  writeFileSync(join(folder, 'openapi.json'), document);
  cpSync(join(HERE, 'api'), folder, { recursive: true });
  symlinkSync(join(HERE, 'node_modules'), join(folder, 'node_modules'));
});
after(async () => {
  await program?.stop();
  at.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** Answers an invitation as a citizen's browser does. */
async function answer(link) {
  const page = await (await fetch(link)).text();
  const value = before => page.split(before)[1].split('"')[0];
  const body = new URLSearchParams({ visit: value('name="visit" value="'), [value('type="radio" name="')]: '5' });
  const sent = await fetch(link, { method: 'POST', body, redirect: 'manual' });
  assert.equal(sent.status, 303, await sent.text());
}

test('every example of the page, and that of the README, works in a shell as it stands', async () => {
  const document = await (await fetch(new URL('/api/v1/openapi.json', base))).json();
  const examples = Object.values(document.paths).flatMap(path => Object.values(path)).map(operation => operation['x-codeSamples'][0].source);
  assert.equal(examples.length, 11);
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const own = readme.split('```sh\n').map(part => part.split('```')[0]).find(part => part.includes('api/v1/invitations"'));
  examples.push(own.split('\n').filter(line => !line.startsWith('export ')).join('\n').trim());
  // Before anybody else makes an invitation of these cases. Which invitation is asked about is what the first one answered; it is revoked last.
  const rank = example => (example.includes('/revoke') ? 1 : example.includes('--data') ? -1 : 0);
  examples.sort((a, b) => rank(a) - rank(b));
  const env = { HAILONG_URL: base, HAILONG_KEY: key };
  for (const example of examples) {
    const said = await run('sh', ['-c', `${example} --write-out '\\n%{http_code}' --silent`], env);
    const [status, ...rest] = said.trimEnd().split('\n').reverse();
    assert.ok(['200', '201'].includes(status), `${example}\n${said}`);
    if (example.includes('/api/v1/invitations"')) env.ID ??= JSON.parse(rest.reverse().join('\n')).id;
  }
});

test('every operation holds to the document, whatever is sent', async () => {
  const made = await fetch(new URL('/api/v1/invitations', base), {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'idempotency-key': 'st' },
    body: JSON.stringify({ case: '000.00.12.H21-261124-6001', procedure: '1.005092', unit: 'SGD-GL.MC', event: 'finished' }),
  });
  assert.equal(made.status, 201);
  const said = await python(['-m', 'schemathesis.cli', '--config-file', 'schemathesis.toml', 'run', `${base}/api/v1/openapi.json`,
    '--url', base, '--header', `Authorization: Bearer ${key}`, '--checks', 'all', '--max-examples', '10', '--seed', '1'],
  { HAILONG_ID: (await made.json()).id });
  assert.match(said, /Tested: 11\n/);
  assert.doesNotMatch(said, /Missing test data/, 'every operation is reached');
});

test('a TypeScript client made from the document makes the trip', async () => {
  const tool = name => join(HERE, 'node_modules/.bin', name);
  await run(tool('openapi-typescript'), ['openapi.json', '-o', 'api.d.ts']);
  await run(tool('tsc'), ['--noEmit', '--strict', '--allowJs', '--checkJs', '--skipLibCheck', '--target', 'es2022', '--module', 'es2022',
    '--moduleResolution', 'bundler', '--lib', 'es2022,dom,dom.iterable', 'client.mjs']);
  const { trip } = await import(pathToFileURL(join(folder, 'client.mjs')).href);
  const { n, ...rest } = await trip(base, key, '000.00.12.H21-261124-6002', answer);
  assert.deepEqual(rest, { before: 'open', after: 'used', wrong: 'api-value-unknown' });
  assert.ok(n > 1000, `${n}`);
});

test('a Python client made from the document makes the trip', async () => {
  const said = await python(['-m', 'openapi_python_client', 'generate', '--path', 'openapi.json', '--output-path', 'hailong_client',
    '--meta', 'none', '--config', 'client.yml']);
  // It knows no lines of JSON; all else it understands.
  assert.deepEqual(said.match(/^WARNING.*|^(Uns|Cannot).*/gm), ['cases', 'invitations'].flatMap(of => [`WARNING parsing POST /api/v1/${of} within default.`, 'Unsupported content type application/x-ndjson']));
  await python(['-m', 'mypy', '--strict', '--no-error-summary', 'client.py']);
  const { n, ...rest } = JSON.parse(await python(['client.py', base, key, '000.00.12.H21-261124-6003']));
  assert.deepEqual(rest, { before: 'open', after: 'used' });
  assert.ok(n > 1000, `${n}`);
});
