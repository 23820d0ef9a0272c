// What the browser tests share: a program of our own with data of its own, and a browser that talks to it.
import { spawn, execFileSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const { PROGRAM, CHROMIUM, SHOTS } = process.env;
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
