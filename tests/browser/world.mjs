// What the browser tests share: a program of our own with data of its own, and a browser that talks to it.
import assert from 'node:assert/strict';
import { spawn, execFileSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const { PROGRAM, CHROMIUM, SHOTS } = process.env;
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const SIZES = { desk: { width: 1366, height: 768 }, phone: { width: 360, height: 740 } };

mkdirSync(SHOTS, { recursive: true });

/** `lianxin demo` on a port that the system chooses. */
export async function demo() {
  const data = mkdtempSync(join(tmpdir(), 'lianxin-'));
  const child = spawn(PROGRAM, ['demo', '--port', '0', '--data', data], { env: { ...process.env, LIANXIN_LOG: 'off' } });
  let said = '';
  const [, address, name, password] = await new Promise((done, failed) => {
    child.stdout.on('data', (text) => {
      said += text;
      const found = said.match(/(http:\/\/\S+)\/console\/\s+\S+ (\S+)\s+\S+ (\S+)/);
      if (found) done(found);
    });
    child.on('exit', () => failed(new Error(`the demo ended: ${said}`)));
  });
  return { address, name, password, end: () => end(child, data) };
}

async function end(child, data) {
  child.removeAllListeners('exit');
  const ended = new Promise((done) => child.on('exit', done));
  child.kill('SIGTERM');
  await ended;
  rmSync(data, { recursive: true });
}

/** `lianxin serve` with its console, and an account for each role; TLS is the browser's to forgo on loopback. */
export async function service(roles) {
  const data = mkdtempSync(join(tmpdir(), 'lianxin-'));
  const [door, admin] = [await freePort(), await freePort()];
  const config = join(data, 'lianxin.toml');
  writeFileSync(config, `
[server]
listen = "127.0.0.1:${door}"
admin_listen = "127.0.0.1:${admin}"
[store]
path = "${join(data, 'lianxin.db')}"
[office]
name = "城区街道党群服务中心"
duty_phone = "0951-0000000"
[official_account]
token = "browserTestToken"
app_id = "wx0test0test0test0"
encoding_aes_key = "ZGVtb2RlbW9kZW1vZGVtb2RlbW9kZW1vZGVtb2RlbW8"
`);
  for (const [role, { name, password }] of Object.entries(roles)) {
    execFileSync(PROGRAM, ['user', 'add', name, '--role', role, '--password-stdin', '--config', config], { input: password });
  }
  const child = spawn(PROGRAM, ['serve', '--config', config], { stdio: 'ignore' });
  const address = `http://localhost:${admin}`;
  for (let tries = 0; ; tries += 1) {
    try {
      await fetch(`${address}/console/login`);
      break;
    } catch (error) {
      if (tries > 200) throw error;
      await new Promise((done) => setTimeout(done, 50));
    }
  }
  return { address, end: () => end(child, data) };
}

function freePort() {
  return new Promise((done) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

export function launch() {
  return chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] });
}

export function shot(page, name) {
  return page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: true });
}

/** A page that fails its test when a dialog opens, the policy is broken or a script fails. */
export async function newcomer(browser, options = {}) {
  const context = await browser.newContext({ locale: 'zh-CN', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const wrongs = [];
  page.on('dialog', (dialog) => { wrongs.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on('pageerror', (error) => wrongs.push(`script: ${error.message}`));
  page.on('console', (message) => { if (/Content Security|Refused to/.test(message.text())) wrongs.push(message.text()); });
  return { page, wrongs, done: async () => { await context.close(); assert.deepEqual(wrongs, []); } };
}

export async function signIn(page, { name, password }, address) {
  await page.goto(`${address}/console/login`);
  await page.fill('#name', name);
  await page.fill('#password', password);
  await Promise.all([page.waitForURL('**/console/'), page.press('#password', 'Enter')]);
}

/** No serious finding of axe, no sideways scrolling, no small print. */
export async function sound(page, what) {
  // Our own policy forbids foreign scripts; the tester's is put in from outside it.
  const found = await page.evaluate(`${AXE}; axe.run(document, { resultTypes: ['violations'] })`);
  const serious = found.violations.filter((v) => ['serious', 'critical', 'moderate'].includes(v.impact));
  assert.deepEqual(serious.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(' ')}`), [], `axe on ${what}`);
  const layout = await page.evaluate(() => ({
    wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    small: [...document.querySelectorAll('body *')]
      .filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
      .filter((e) => !e.closest('.unseen, script') && !e.matches('.hidden-char, code'))
      .filter((e) => parseFloat(getComputedStyle(e).fontSize) < 16).map((e) => e.outerHTML.slice(0, 80)),
  }));
  assert.deepEqual(layout, { wide: 0, small: [] }, `layout of ${what}`);
}
