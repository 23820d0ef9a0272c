// The console as people use it: by keyboard, on a desk and on a phone, without scripts, without barriers, and with
// names that try to be more than names. Nothing may open a dialog, break the policy or fall off the screen.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { SIZES, demo, launch, newcomer, service, shot, signIn as signInAt, sound } from './world.mjs';

const PASSWORD = '清水河边有2棵老槐树';
const WHO = {
  system_admin: { name: '王芳', password: PASSWORD },
  auditor: { name: '赵明', password: PASSWORD },
  dictionary_editor: { name: '李建国', password: PASSWORD },
  supervisor: { name: '马秀英', password: PASSWORD },
};
const PAGES = {
  system_admin: { home: '/console/', accounts: '/console/accounts', account: '/console/accounts/2', own: '/console/accounts/1', password: '/console/password' },
  auditor: { audit: '/console/audit', 'not-yours': '/console/accounts' },
  dictionary_editor: { 'editor-home': '/console/' },
  supervisor: { 'errands-unbound': '/console/errands', 'agenda-unbound': '/console/agenda', 'weekly-none': '/console/weekly' },
};

let browser;
let office;
before(async () => { [browser, office] = await Promise.all([launch(), service(WHO)]); });
after(async () => { await browser?.close(); await office?.end(); });

const visitor = (options) => newcomer(browser, options);
const signIn = (page, who, address = office.address) => signInAt(page, who, address);

for (const [size, viewport] of Object.entries(SIZES)) {
  for (const scheme of ['light', 'dark']) {
    test(`every page on a ${size}, ${scheme}`, async () => {
      const options = { viewport, colorScheme: scheme };
      const outside = await visitor(options);
      await outside.page.goto(`${office.address}/console/login`);
      await sound(outside.page, 'login');
      await shot(outside.page, `${size}-${scheme}-login`);
      await outside.page.goto(`${office.address}/console/nowhere`);
      await sound(outside.page, 'nowhere');
      await outside.done();
      for (const [role, pages] of Object.entries(PAGES)) {
        const { page, done } = await visitor(options);
        await signIn(page, WHO[role]);
        for (const [name, path] of Object.entries(pages)) {
          await page.goto(office.address + path);
          await sound(page, name);
          await shot(page, `${size}-${scheme}-${name}`);
        }
        await done();
      }
    });
  }
}

test('signing in and out by keyboard alone', async () => {
  const { page, done } = await visitor({ viewport: SIZES.desk });
  await page.goto(`${office.address}/console/login`);
  assert.equal(await page.evaluate(() => document.activeElement.id), 'name');
  await page.keyboard.type(WHO.auditor.name);
  await page.keyboard.press('Tab');
  await page.keyboard.type(PASSWORD);
  await Promise.all([page.waitForURL('**/console/'), page.keyboard.press('Enter')]);
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.className), 'skip');
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'main');
  for (let tabs = 0; !(await page.evaluate(() => document.activeElement.closest('form[action="/console/logout"]'))); tabs += 1) {
    assert.ok(tabs < 30, 'signing out is not reached');
    await page.keyboard.press('Shift+Tab');
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
    assert.notEqual(outline, 'none', 'the focus is seen');
  }
  await Promise.all([page.waitForURL(/done=logout/), page.keyboard.press('Enter')]);
  await done();
});

test('without scripts: an account is made, given another post and closed', async () => {
  const { page, done } = await visitor({ viewport: SIZES.phone, javaScriptEnabled: false });
  await signIn(page, WHO.system_admin);
  await page.click('nav a[href="/console/accounts"]');
  await page.fill('#name', '马小军');
  await page.selectOption('#post', 'auditor');
  await page.fill('#password', PASSWORD);
  await page.click('form[action="/console/accounts"] button[type=submit]');
  await page.waitForURL(/done=account_added/);
  await page.click('tr:has-text("马小军") a');
  await page.selectOption('#post', 'community_admin');
  await page.click('form[action$="/post"] button');
  await page.waitForURL(/done=account_post/);
  await page.click('form[action$="/disabled"] button');
  await page.waitForURL(/done=account_disabled/);
  await shot(page, 'phone-closed');
  await done();
});

test('what is wrong is told beside the form', async () => {
  const { page, done } = await visitor({ viewport: SIZES.desk });
  await page.goto(`${office.address}/console/login`);
  await page.fill('#name', '没有这个人');
  await page.fill('#password', 'not a password');
  await page.press('#password', 'Enter');
  await page.waitForSelector('[role=alert]');
  await sound(page, 'wrong password');
  await shot(page, 'desk-wrong');
  await done();
});

test('names that try to be more than names stay names', async () => {
  const payloads = [
    '<script>alert(1)</script>', '<img src=x onerror=alert(1)>', '"><svg onload=alert(1)>', "'-alert(1)-'",
    '{{ 7*7 }}{% raw %}', '<a href=javascript:alert(1)>', '</title><script>a()', '&lt;b&gt;',
  ];
  const { page, done } = await visitor({ viewport: SIZES.desk });
  await signIn(page, WHO.system_admin);
  for (const name of payloads) {
    await page.goto(`${office.address}/console/accounts`);
    await page.fill('#name', name);
    await page.fill('#password', PASSWORD);
    await page.click('form[action="/console/accounts"] button[type=submit]');
    await page.waitForURL(/done=account_added/);
    const row = page.locator('bdi', { hasText: name });
    assert.equal(await row.first().textContent(), name);
    await page.locator('tr', { has: row }).locator('a').first().click();
    await page.waitForURL(/accounts\/\d+$/);
  }
  await page.goto(`${office.address}/console/accounts`);
  await sound(page, 'accounts with odd names');
  await shot(page, 'desk-odd-names');
  await page.setViewportSize(SIZES.phone);
  await sound(page, 'accounts with odd names on a phone');
  await shot(page, 'phone-odd-names');
  await done();
});

test('the demo leads to its console', async () => {
  const world = await demo();
  try {
    const { page, done } = await visitor({ viewport: SIZES.desk });
    await page.goto(`${world.address}/`);
    await page.waitForSelector('.phone');
    await shot(page, 'demo-desk');
    await page.click('.facts a[href="/console/"]');
    await page.waitForURL('**/console/login');
    assert.ok((await page.textContent('.aside')).includes(world.password));
    await sound(page, 'demo login');
    await shot(page, 'demo-login');
    await signIn(page, world, world.address);
    await shot(page, 'demo-home');
    await page.setViewportSize(SIZES.phone);
    await page.goto(`${world.address}/`);
    await page.waitForSelector('.phone');
    await shot(page, 'demo-phone');
    await done();
  } finally {
    await world.end();
  }
});
