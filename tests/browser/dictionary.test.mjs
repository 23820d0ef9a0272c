// The dictionary pages as admins use them: the session of T11 with a mouse, one by keyboard alone, all of it without
// scripts, and every page on a desk and on a phone.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { SIZES, demo, launch, newcomer, shot, signIn, sound } from './world.mjs';

const AT = '/console/dictionary';
const PAGES = ['', '/edit', '/try', '/draft', '/dry-run', '/versions', '/versions/0', '/golden', '/suggestions', '/places', '/why', '/text'];

let browser;
before(async () => { browser = await launch(); });
after(async () => { await browser?.close(); });

/** A demo in which residents said something, and somebody signed in to its console. */
async function office(options) {
  const world = await demo();
  const { page, done } = await newcomer(browser, options);
  await page.goto(`${world.address}/`);
  const phones = await (await page.request.get(`${world.address}/demo/world`)).json();
  const resident = JSON.stringify(phones).match(/"id":"(oResident[^"]+)"/)?.[1] ?? JSON.stringify(phones).match(/"id":"([^"]+)"/)[1];
  const say = async (text) => {
    const answer = await page.request.post(`${world.address}/demo/say`, { data: { phone: resident, text }, headers: { Origin: world.address } });
    assert.ok(answer.ok(), await answer.text());
    return answer.text();
  };
  for (const text of ['欧景豪庭3号楼前面路灯不亮好几天了，我的电话13800138000', '欧景豪庭2号楼二单元楼道灯不亮']) await say(text);
  await signIn(page, world, world.address);
  const at = (path) => page.goto(`${world.address}${AT}${path}`);
  return { world, page, at, say, end: async () => { await done(); await world.end(); } };
}

async function add(page, words, label) {
  await page.fill('#words', words);
  await page.selectOption('#class', { label });
  await page.click('text=收进草稿并试跑');
  await page.waitForSelector('h1:has-text("收进草稿了")');
}

for (const [size, viewport] of Object.entries(SIZES)) {
  test(`every page of the dictionary on a ${size}`, async () => {
    for (const colorScheme of ['light', 'dark']) {
      const { page, at, end } = await office({ viewport, colorScheme });
      const see = async (name) => { await sound(page, name); await shot(page, `${size}-${colorScheme}-dictionary${name.replaceAll(/[/?=]/g, '-')}`); };
      await at('/draft');
      await see('/draft-none');
      await at('/edit');
      await add(page, '楼道灯不亮', '路灯');
      await see('/put');
      await at('/edit');
      await page.fill('#slip', '亭车');
      await page.fill('#meant', '停车');
      await page.click('text=加错字 >> nth=-1');
      await page.waitForSelector('h1:has-text("收进草稿了")');
      for (const path of PAGES) {
        await at(path);
        await see(path || '/terms');
      }
      await at('?q=路灯');
      await see('/search');
      await at('/dry-run');
      await page.click('text=开始试跑');
      await page.waitForSelector('h2:has-text("结果")');
      await see('/ran');
      await at('/try');
      await page.fill('#text', '亭车位那边2号楼楼道灯不亮，消防通道也堵了');
      await page.waitForSelector('#result .sentence');
      await see('/tried');
      await at('/why?no=LX');
      await see('/why-none');
      await at('/text');
      await page.fill('#text', '加词 路灯 路灯 +6\n加词 路灯 没有这类\n停词\n');
      await page.click('text=导入并试跑');
      await page.waitForSelector('[role=alert]');
      await see('/text-wrong');
      await at('/draft');
      await page.fill('#reason', '春季路灯报修多');
      await page.click('button:has-text("发布第1版")');
      await page.waitForSelector('[role=alert], [role=status]');
      await see('/published');
      await at('/versions');
      await see('/versions-some');
      await end();
    }
  });
}

test('the session of T11', async () => {
  const { page, at, end } = await office({ viewport: SIZES.desk });
  // As one types, without pressing anything.
  await at('/try');
  await page.locator('#text').pressSequentially('欧景豪庭3号楼路灯不亮', { delay: 20 });
  await page.waitForSelector('#result .verdict b:has-text("路灯")');
  await page.locator('#text').fill('楼道里垃圾没人收');
  await page.waitForSelector('#result .verdict b:not(:has-text("路灯"))');
  // 加词, and what it would do.
  await at('/edit');
  await page.fill('#words', '路灯不亮');
  await page.selectOption('#class', { label: '路灯' });
  await page.fill('#weight', '+6');
  await page.check('input[value=word]');
  await page.click('text=收进草稿并试跑');
  await page.waitForSelector('h1:has-text("收进草稿了")');
  const result = await page.textContent('main');
  assert.match(result, /一条也不会变/);
  assert.ok(!result.includes('13800138000'), 'a phone number is masked');
  await page.click('text=看草稿');
  await page.waitForSelector('.differences:has-text("路灯不亮")');
  // The dry run is seen to proceed, and its result stays.
  await page.click('.tabs >> text=试跑');
  await page.click('text=开始试跑');
  await page.waitForSelector('h2:has-text("结果")');
  assert.match(await page.textContent('#run'), /一条也不会变/);
  // 发布 wants a reason.
  await page.click('.tabs >> text=草稿');
  await page.click('button:has-text("发布第1版")');
  assert.ok(await page.evaluate(() => document.querySelector('#reason').matches(':invalid')));
  await page.fill('#reason', '春季路灯报修多');
  await page.click('button:has-text("发布第1版")');
  await page.waitForSelector('[role=status]:has-text("第1版已经生效")');
  // 回滚
  await page.click('text=全部版本');
  await page.click('a:has-text("看第0版")');
  await page.click('a:has-text("和生效的比")');
  await page.waitForURL(/with=live/);
  await page.fill('#reason', '试试退回');
  await page.click('button:has-text("退回第0版")');
  await page.waitForSelector('[role=status]:has-text("第2版已经生效")');
  await page.click('text=全部版本');
  assert.match(await page.textContent('tbody tr:first-child'), /第2版.*生效中.*试试退回.*退回第0版/s);
  await end();
});

test('a phrase added and taken back by keyboard alone', async () => {
  const { page, at, end } = await office({ viewport: SIZES.desk });
  const reach = async (what) => {
    for (let tabs = 0; !(await page.evaluate((what) => document.activeElement.matches(what), what)); tabs += 1) {
      assert.ok(tabs < 80, `${what} is not reached`);
      await page.keyboard.press('Tab');
    }
  };
  await at('/edit');
  await reach('#words');
  await page.keyboard.type('楼道灯坏');
  await reach('#class');
  const chosen = () => page.evaluate(() => document.activeElement.selectedOptions[0].textContent);
  for (let presses = 0; (await chosen()) !== '楼道灯'; presses += 1) {
    assert.ok(presses < 200, 'the class is not reached');
    await page.keyboard.press('ArrowDown');
  }
  await reach('form[action$="/edit"] button');
  await Promise.all([page.waitForSelector('h1:has-text("收进草稿了")'), page.keyboard.press('Enter')]);
  await reach('form[action$="/drop"] button');
  await Promise.all([page.waitForURL(/done=draft_taken_back/), page.keyboard.press('Enter')]);
  await reach('form[action$="/discard"] button');
  await Promise.all([page.waitForURL(/done=draft_discarded/), page.keyboard.press('Enter')]);
  await end();
});

test('without scripts the same is done with buttons', async () => {
  const { page, at, end } = await office({ viewport: SIZES.phone, javaScriptEnabled: false });
  await at('/try');
  await page.fill('#text', '3号楼路灯不亮');
  await page.click('form[data-live] button');
  await page.waitForSelector('#result .verdict');
  await at('/edit');
  await add(page, '楼道灯坏', '楼道灯');
  await at('/dry-run');
  await page.click('text=开始试跑');
  await page.waitForSelector('h2:has-text("结果")', { timeout: 20_000 });
  await at('/golden');
  await page.fill('#text', '楼道灯坏了三天');
  await page.selectOption('#class', { label: '楼道灯' });
  await page.click('text=加金样本');
  await page.waitForURL(/done=golden_added/);
  await page.click('button:has-text("去掉")');
  await page.waitForURL(/done=golden_dropped/);
  await end();
});

test('terms that try to be more than terms stay terms', async () => {
  const { page, at, end } = await office({ viewport: SIZES.desk });
  const odd = '<img/src=x/onerror=alert(1)>';
  for (const words of [odd, '"><svg/onload=alert(1)>', '{{7*7}}']) {
    await at('/edit');
    await add(page, words, '路灯');
    assert.ok((await page.textContent('h1 + .edit-line')).includes(words));
  }
  for (const path of ['/draft', '', '/try']) {
    await at(path);
    if (path === '/try') await page.fill('#text', `${odd}路灯`);
    await page.waitForTimeout(path === '/try' ? 1_000 : 0);
    assert.equal(await page.locator('main img, main svg').count(), 0, path);
  }
  await shot(page, 'desk-dictionary-odd-terms');
  await end();
});
