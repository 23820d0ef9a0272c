// The pages of tickets as offices use them: every page on a desk and on a phone, the ledger taken out as a file, and a
// ticket found by keyboard alone.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { SIZES, demo, launch, newcomer, shot, signIn, sound } from './world.mjs';

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser?.close(); });

const REPORTS = [
  '欧景豪庭3号楼2单元501门口路灯不亮好几天了，我叫王建国，电话13800138000',
  '欧景豪庭2号楼电梯坏了，老人上不去',
  '物华兴洲苑5号楼东边消防通道被堵了',
  '小区门口垃圾没人收，臭得很',
  '灵武新村3号楼水管爆了',
];

/** A demo in which residents said something, and somebody signed in to its console. */
async function office(options) {
  const world = await demo();
  const { page, done } = await newcomer(browser, options);
  await page.goto(`${world.address}/`);
  const phones = JSON.stringify(await (await page.request.get(`${world.address}/demo/world`)).json());
  const resident = (phones.match(/"id":"(oResident[^"]+)"/) ?? phones.match(/"id":"([^"]+)"/))[1];
  for (const text of REPORTS) {
    const answer = await page.request.post(`${world.address}/demo/say`, { data: { phone: resident, text }, headers: { Origin: world.address } });
    assert.ok(answer.ok(), await answer.text());
  }
  await signIn(page, world, world.address);
  const at = (path) => page.goto(`${world.address}/console/${path}`);
  return { page, at, end: async () => { await done(); await world.end(); } };
}

/** A ticket handed to the demo's account, on its page. */
async function take(page, at) {
  await at('ledger');
  await page.click('tbody th a >> nth=0');
  await page.waitForSelector('.timeline');
  const no = (await page.textContent('h1')).match(/LX\d+/)[0];
  await page.click('.moves details:has(#hand_out-choice) summary');
  await page.selectOption('#hand_out-choice', '老丁');
  await page.fill('#hand_out-text', '请尽快去看');
  await Promise.all([page.waitForSelector('.answer'), page.click('.moves details:has(#hand_out-choice) button')]);
  return no;
}

/** The index is filled behind the replies: asks until it knows. */
async function found(page, at, words) {
  for (let tries = 0; tries < 100; tries += 1) {
    await at(`search?q=${encodeURIComponent(words)}`);
    if (await page.locator('tbody a').count()) return;
  }
  assert.fail(`${words} is not found`);
}

for (const [size, viewport] of Object.entries(SIZES)) {
  test(`every page of tickets on a ${size}`, async () => {
    for (const colorScheme of ['light', 'dark']) {
      const { page, at, end } = await office({ viewport, colorScheme });
      const see = async (name) => { await sound(page, name); await shot(page, `${size}-${colorScheme}-${name}`); };
      await at('');
      await see('home');
      await at('overview');
      await see('overview');
      await at('overview?from=2001-01-01&to=2001-01-31');
      await see('overview-none');
      for (const name of ['organisation', 'calendar', 'limits']) {
        await at(name);
        await see(name);
      }
      await at('ledger');
      await page.click('summary');
      await see('ledger');
      await at('ledger?from=2001-01-01&to=2001-01-31&only=overdue');
      await see('ledger-none');
      await found(page, at, '路灯');
      await see('search');
      await at('search');
      await see('search-blank');
      await at('search?q=没有这样的话');
      await see('search-none');
      await at('ledger');
      await page.click('tbody th a >> nth=0');
      await page.waitForSelector('.timeline');
      await page.click('summary');
      await see('ticket');
      await page.fill('#reason', '联系报事的人');
      await page.click('button:has-text("显示")');
      await page.waitForSelector('[role=status]');
      await see('ticket-plain');
      await at('errands');
      await see('errands');
      await page.fill('#line', '今天');
      await Promise.all([page.waitForSelector('.answer'), page.press('#line', 'Enter')]);
      await see('errands-said');
      await at('agenda');
      await see('agenda-none');
      await at('weekly');
      await see('weekly-none');
      const today = await page.evaluate(() => new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 10));
      await at(`weekly?day=${today}`);
      await see('weekly');
      await end();
    }
  });
}

test('the ledger as a file, masked and unmasked', async () => {
  const { page, at, end } = await office({ viewport: SIZES.desk, acceptDownloads: true });
  await at('ledger');
  const take = async (button) => {
    const [file] = await Promise.all([page.waitForEvent('download'), page.click(button)]);
    return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) };
  };
  const book = await take('button:has-text("导出 Excel")');
  assert.match(book.name, /^居民诉求办理台账（.+）\.xlsx$/);
  assert.equal(book.bytes.subarray(0, 2).toString(), 'PK');
  const text = (await take('button:has-text("导出 CSV")')).bytes.toString();
  assert.ok(text.includes('路灯') && !text.includes('13800138000'));
  await page.click('summary');
  await page.click('button:has-text("导出含个人信息的")');
  assert.ok(await page.evaluate(() => document.querySelector('#reason').matches(':invalid')));
  await page.fill('#reason', '区里督查要原件');
  await take('button:has-text("导出含个人信息的")');
  await end();
});

test('a ticket is found and read by keyboard alone', async () => {
  const { page, at, end } = await office({ viewport: SIZES.desk });
  await found(page, at, '消防通道');
  await at('search');
  const reach = async (what) => {
    for (let tabs = 0; !(await page.evaluate((what) => document.activeElement.matches(what), what)); tabs += 1) {
      assert.ok(tabs < 80, `${what} is not reached`);
      await page.keyboard.press('Tab');
    }
  };
  await reach('#q');
  await page.keyboard.type('消防通道');
  await Promise.all([page.waitForSelector('mark'), page.keyboard.press('Enter')]);
  await reach('tbody a');
  await Promise.all([page.waitForSelector('.timeline'), page.keyboard.press('Enter')]);
  assert.match(await page.textContent('.timeline'), /报事.*居民.*受理.*派单/s);
  await end();
});

for (const [size, viewport] of Object.entries(SIZES)) {
  test(`work on a ticket, what waits and its slip on a ${size}`, async () => {
    for (const colorScheme of ['light', 'dark']) {
      const it = await office({ viewport, colorScheme });
      const { page, at, end } = it;
      const see = async (name) => { await sound(page, name); await shot(page, `${size}-${colorScheme}-${name}`); };
      const no = await take(page, at);
      await see('act');
      await at('agenda');
      await see('agenda');
      await page.click(`a:has-text("${no}")`);
      await page.waitForSelector('.timeline');
      await Promise.all([page.waitForSelector('.answer'), page.click('button[value=sign_for]')]);
      assert.match(await page.textContent('.answer'), new RegExp(no));
      assert.match(await page.textContent('h1'), /办理中/);
      await see('act-signed');
      for (const summary of await page.$$('.moves summary')) await summary.click();
      await see('act-open');
      await page.fill('#note-text', '已经联系物业\n明天上午来人');
      await page.click('.moves details:has(#note-text) button');
      await page.waitForSelector('.timeline:has-text("已经联系物业")');
      assert.match(await page.textContent('.timeline'), /已经联系物业 明天上午来人/);
      await page.click('a:has-text("打印交办单")');
      await page.waitForSelector('.slip');
      await see('slip');
      if (size === 'desk') await page.pdf({ path: join(process.env.SHOTS, `${colorScheme}-slip.pdf`), preferCSSPageSize: true });
      await end();
    }
  });
}

test('a ticket is signed for and done by keyboard alone, without scripts', async () => {
  const it = await office({ viewport: SIZES.desk, javaScriptEnabled: false });
  const { page, at, end } = it;
  const no = await take(page, at);
  await at('agenda');
  const reach = async (what) => {
    for (let tabs = 0; !(await page.locator(`${what}:focus`).count()); tabs += 1) {
      assert.ok(tabs < 80, `${what} is not reached`);
      await page.keyboard.press('Tab');
    }
  };
  await reach(`a[href$="${no}"]`);
  await Promise.all([page.waitForSelector('.timeline'), page.keyboard.press('Enter')]);
  await reach('button[value=sign_for]');
  await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
  await reach('.moves details:has(#note-text) summary');
  await page.keyboard.press('Enter');
  await reach('#note-text');
  await page.keyboard.type('到现场看过了');
  await page.keyboard.press('Tab');
  await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
  assert.match(await page.textContent('.timeline'), /签收.*办理情况.*到现场看过了/s);
  await end();
});

for (const [size, viewport] of Object.entries(SIZES)) {
  test(`a table of people is looked at, mended and taken in on a ${size}`, async () => {
    const { page, at, end } = await office({ viewport });
    const see = async (name) => { await sound(page, name); await shot(page, `${size}-light-${name}`); };
    const send = async (kind, text) => {
      await at('organisation');
      await page.selectOption('#kind', kind);
      await page.setInputFiles('#file', { name: 'table.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
      await Promise.all([page.waitForSelector('h1:has-text("先看看")'), page.click('button:has-text("先看看")')]);
    };
    await send('people', '姓名,岗位,社区,网格\n小新,网格长,育才街社区,\n小马,社区工作人员,天上社区,\n');
    await see('import-bad');
    await send('people', '姓名,岗位,社区,网格\n小新,网格员,育才街社区,育才街第1网格\n小孙,社区工作人员,西苑社区,\n');
    await see('import');
    await Promise.all([page.waitForSelector('.notice.good'), page.click('button:has-text("就这样导入")')]);
    assert.match(await page.textContent('main'), /小新/);
    await see('imported');
    await end();
  });
}
