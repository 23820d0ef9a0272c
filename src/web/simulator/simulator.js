// The behaviour of the demo page: it draws the phones of /demo/world, posts what people say,
// and appends the lines that /demo/events streams. Server text only ever goes into text nodes.
'use strict';

const TEXTS = {
  bot: '连心',
  at: '@连心',
  unplaced: '公众号私聊',
  members: (n) => `${n} 人`,
  chat: (name) => `${name}的聊天记录`,
  writeTo: (name) => `${name}说的话`,
  unread: ' 条未读',
  newer: (n) => `${n} 条新消息`,
  pushed: '推送',
  sending: '发送中……',
  sent: (ms) => `已送到 · ${ms} 毫秒`,
  speed: (ms) => `${ms} 毫秒`,
  offline: '连不上了，刷新试试',
  refused: '没发出去',
  notImage: '这个文件不是照片',
  tooLarge: '照片超过 2 MB，换一张小些的',
  photo: '照片',
  openPhoto: '看大图',
  location: (label) => `[位置] ${label}`,
  againSent: '同一条消息又发了一次（像微信重试那样）',
  againSame: '再发一次，回的还是这一句',
  againOther: '再发一次的回复',
  callback: { url: '回调地址', token: 'Token', app_id: 'AppID', encoding_aes_key: 'EncodingAESKey', mode: '消息加解密方式' },
  console: { name: '账号名', password: '密码' },
  copy: '复制',
  copied: '已复制',
};

const PHOTO_LIMIT = 2 * 1024 * 1024;
const PAUSES_MS = [1000, 2000, 4000, 8000];
const TONES = 6;
const phones = new Map();
const tones = new Map();

const $ = (selector, root = document) => root.querySelector(selector);
const stamp = (id) => $(`#${id}`).content.firstElementChild.cloneNode(true);
const matches = (query) => matchMedia(query).matches;
const narrow = () => matches('(max-width: 719px)');
const glide = () => (matches('(prefers-reduced-motion: reduce)') ? 'auto' : 'smooth');
const pause = (attempt) => PAUSES_MS[Math.min(attempt, PAUSES_MS.length - 1)];
const bare = (text) => (text || '').replace(/^@连心[\s\u2005]*/, '').trim();

function make(tag, className, text) {
  const node = document.createElement(tag);
  if (tag === 'button') node.type = 'button';
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

// ---- the server ----

function trouble(on) { $('#trouble').hidden = !on; }

async function call(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    trouble(true);
    throw new Error(TEXTS.offline);
  }
  trouble(false);
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(body.error || TEXTS.refused);
  if (typeof body.ms === 'number') $('#speed').textContent = TEXTS.speed(body.ms);
  return body;
}

const post = (path, body) =>
  call(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

/** Opens the event stream; a stream that the browser gave up on is opened anew, with growing pauses. */
function listen(attempt = 0) {
  const source = new EventSource('/demo/events');
  source.addEventListener('line', (event) => {
    const { phone, line } = JSON.parse(event.data);
    phones.get(phone)?.receive(line, true);
  });
  source.addEventListener('clock', (event) => showClock(JSON.parse(event.data).clock));
  source.onopen = () => {
    attempt = 0;
    phones.forEach((phone) => phone.catchUp().catch(() => {}));
  };
  source.onerror = () => {
    trouble(true);
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, pause(attempt), attempt + 1);
  };
}

// ---- text: tickets marked, invisible direction marks made visible, choices found ----

const MARKS = /(LX(?:\d{9,}|…\d{3})|@连心|[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069])/;

function write(node, text) {
  node.replaceChildren(...text.split(MARKS).map((part, i) => {
    if (i % 2 === 0) return document.createTextNode(part);
    if (part.startsWith('LX')) return make('span', 'ticket', part);
    if (part === TEXTS.at) return make('span', 'mention', part);
    return make('span', 'mark', `U+${part.charCodeAt(0).toString(16).toUpperCase()}`);
  }));
}

const NUMBERED = /(?:^|[\s,。?:;])(\d)(?:[ \u3000]+|[.、]\s*)([^\s\d,。;、.][^\s,。;?]{0,17})/g;
const ANSWER_NUMBER = /([^\s,。;?!:、“”「」]{0,9}?)请?回复?[ \u3000]*(\d)(?![\d个户件])/g;
const ANSWER_QUOTED = /(^|.)(?:回复?|发)[ \u3000]*((?:[“「"][^”」"\n]{1,16}[”」"](?:或者?|[、/和])?)+)/gm;

/** The answers that a bot text offers: `1 好了 2 没好`, `要分开登记回 1`, `回“附议”或“改”`; `…` means: finish it yourself. */
function choices(wide) {
  const text = wide.replace(/[\uff01-\uff5e]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) - 0xfee0));
  const found = new Map();
  let run = [];
  for (const [, n, label] of text.matchAll(NUMBERED)) {
    if (n === '1') run = [];
    if (n === '0' || Number(n) === run.length + 1) run.push([n, label]);
  }
  if (run.length > 1) run.forEach(([n, label]) => found.set(n, `${n} ${label}`));
  for (const [, before, n] of text.matchAll(ANSWER_NUMBER)) {
    if (!/[撤退驳收]$/.test(before) && !found.has(n)) found.set(n, `${n} ${before}`.trim());
  }
  for (const [, before, quoted] of text.matchAll(ANSWER_QUOTED)) {
    if (/[撤退驳收]/.test(before)) continue;
    for (const [, word] of quoted.matchAll(/[“「"]([^”」"]+)[”」"]/g)) found.set(word, word);
  }
  return [...found].slice(0, 6).map(([say, label]) => ({ say, label }));
}

// ---- one phone ----

class Phone {
  constructor(info, index) {
    Object.assign(this, { info, group: info.kind === 'group', seen: new Set(), waiting: [], unread: 0, below: 0, follow: true, top: 0 });
    const node = (this.node = stamp('t-phone'));
    node.id = `phone-${index}`;
    node.classList.add(this.group ? 'is-group' : 'is-person');
    node.setAttribute('aria-label', `${info.name} ${info.role_name}`);
    this.tone = this.group ? 'group' : toneOf(info.name);
    face($('.who .avatar', node), info.name, this.tone);
    $('.name', node).textContent = info.name;
    $('.place bdi', node).textContent = info.hint || (this.group ? TEXTS.members(info.members.length) : TEXTS.unplaced);
    $('.role', node).textContent = info.role_name;
    this.log = $('.log', node);
    this.log.setAttribute('aria-label', TEXTS.chat(info.name));
    this.text = $('textarea', node);
    this.text.setAttribute('aria-label', TEXTS.writeTo(info.name));
    this.as = $('select', node);
    this.at = $('.at', node);
    this.wire(node);
    this.tab = this.makeTab();
    this.showSamples(true);
  }

  wire(node) {
    for (const member of this.info.members || []) this.as.add(new Option(member.name, member.id));
    $('.as', node).hidden = this.at.hidden = !this.group;
    this.as.onchange = () => this.log.childNodes.forEach((line) => this.takeSides(line));
    this.at.onclick = () => this.at.setAttribute('aria-pressed', String(!this.mentions()));
    const locate = $('.locate', node);
    locate.hidden = !this.info.location;
    locate.onclick = () => this.send({ text: TEXTS.location(this.info.location.label) }, () => post('/demo/location', { phone: this.info.id }));
    $('.file', node).onchange = (event) => {
      const [file] = event.target.files;
      if (file) this.sendPhoto(file);
      event.target.value = '';
    };
    const composer = $('.composer', node);
    composer.onsubmit = (event) => {
      event.preventDefault();
      this.sendText(this.text.value);
      this.fill('');
    };
    this.text.oninput = () => this.grow();
    this.text.onkeydown = (event) => {
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      composer.requestSubmit();
    };
    for (const sample of this.info.samples || []) {
      const button = make('button', 'sample', sample);
      button.onclick = () => this.sendText(sample);
      $('.samples', node).append(button);
    }
    const hints = $('.hints', node);
    hints.hidden = !this.info.samples?.length;
    hints.onclick = () => this.showSamples(hints.getAttribute('aria-expanded') !== 'true');
    this.log.onscroll = () => this.scrolled();
    $('.newer', node).onclick = () => this.toEnd();
    new ResizeObserver(() => { if (this.follow) this.toEnd(true); }).observe(this.log);
    new IntersectionObserver(([entry]) => {
      this.inView = entry.isIntersecting;
      this.tab.classList.toggle('in-view', this.inView);
      if (this.inView) this.countUnread(0);
    }, { threshold: 0.5 }).observe(node);
  }

  makeTab() {
    const tab = make('button', 'tab');
    const avatar = make('span', 'avatar');
    face(avatar, this.info.name, this.tone);
    avatar.setAttribute('aria-hidden', 'true');
    tab.append(avatar, make('span', 'tab-name', this.info.name), make('span', 'badge'));
    tab.setAttribute('aria-controls', this.node.id);
    tab.onclick = () => this.show();
    return tab;
  }

  show() {
    for (const phone of phones.values()) {
      phone.node.classList.toggle('current', phone === this);
      phone.tab.setAttribute('aria-current', String(phone === this));
    }
    for (const node of [this.node, this.tab]) node.scrollIntoView({ behavior: glide(), inline: 'center', block: 'nearest' });
    if (narrow()) this.toEnd(true);
  }

  mentions() { return this.group && this.at.getAttribute('aria-pressed') === 'true'; }
  speaker() { return this.group ? this.as.selectedOptions[0]?.text : this.info.name; }

  fill(text) { this.text.value = text; this.grow(); }
  grow() {
    this.text.style.height = 'auto';
    this.text.style.height = `${this.text.scrollHeight + 2}px`;
    this.node.classList.toggle('typing', this.text.value.trim() !== '');
  }

  showSamples(open) {
    open = open && Boolean(this.info.samples?.length);
    $('.samples', this.node).hidden = !open;
    $('.hints', this.node).setAttribute('aria-expanded', String(open));
  }

  // -- saying something --

  sendText(raw) {
    const text = this.group ? bare(raw) : raw.trim();
    if (!text) return;
    const body = { phone: this.info.id, text, at_bot: !this.group || this.mentions() || text !== raw.trim() };
    if (this.group) body.as = this.as.value;
    this.send({ text: this.group && body.at_bot ? `${TEXTS.at} ${text}` : text }, () => post('/demo/say', body));
  }

  async sendPhoto(file) {
    if (!file.type.startsWith('image/')) return this.note(TEXTS.notImage);
    const photo = file.size > PHOTO_LIMIT ? await shrink(file).catch(() => file) : file;
    if (photo.size > PHOTO_LIMIT) return this.note(TEXTS.tooLarge);
    const query = new URLSearchParams({ phone: this.info.id, ...(this.group && { as: this.as.value }) });
    this.send({ image: URL.createObjectURL(photo) }, () =>
      call(`/demo/photo?${query}`, { method: 'POST', headers: { 'content-type': photo.type }, body: photo }));
  }

  /** Shows the own bubble at once; the line from the server takes its place when it arrives. */
  send(said, deliver) {
    const line = this.draw({ from: 'me', who: this.speaker(), ...said });
    rise(line);
    const wait = { line, said, message: null };
    this.waiting.push(wait);
    this.clearChips();
    this.showSamples(false);
    this.append(line);
    $('.latest', this.log)?.classList.remove('latest');
    line.classList.add('latest');
    const attempt = async () => {
      line.classList.remove('failed');
      state(line, TEXTS.sending);
      this.toEnd();
      try {
        const { message, ms } = await deliver();
        wait.message = message;
        this.settle(line, message);
        state(line, typeof ms === 'number' ? TEXTS.sent(ms) : '');
      } catch (error) {
        if (line.dataset.seq) return state(line, ''); // it did arrive: the stream was quicker
        line.classList.add('failed');
        state(line, error.message, attempt);
      }
      if (this.follow) this.toEnd();
    };
    attempt();
  }

  /** Marks an own line as taken by the server; from now on it can be sent once more. */
  settle(line, message) {
    if (!message) return;
    line.dataset.message = message;
    const again = $('.again', line);
    again.hidden = false;
    again.onclick = async () => {
      again.disabled = true;
      this.retried = message;
      this.note(TEXTS.againSent);
      await post('/demo/retry', { message }).catch((error) => { this.retried = null; this.note(error.message); });
      again.disabled = false;
    };
  }

  // -- hearing something --

  async catchUp() {
    const { lines } = await call(`/demo/history?phone=${encodeURIComponent(this.info.id)}`);
    const last = Math.max(0, ...lines.map((line) => line.seq));
    if (last < Math.max(0, ...this.seen)) { // the server started over: so do we
      this.seen.clear();
      this.log.querySelectorAll('[data-seq], .note').forEach((node) => node.remove());
    }
    const fresh = this.seen.size > 0;
    lines.forEach((line) => this.receive(line, fresh));
  }

  receive(line, fresh) {
    if (this.seen.has(line.seq)) return;
    this.seen.add(line.seq);
    if (line.from !== 'bot' && this.adopt(line)) return this.tidy();
    const node = this.draw(line);
    if (line.from === 'bot') this.compareRetry(node, line);
    if (fresh) rise(node);
    this.append(node, line.seq);
    if (line.from === 'bot') this.offer(node, line.text);
    else this.clearChips();
    this.showSamples(false);
    this.tidy();
    if (this.follow || !fresh) this.toEnd(!fresh);
    else this.countBelow(this.below + 1);
    if (fresh && (!this.inView || document.hidden)) this.countUnread(this.unread + 1);
  }

  /** Finds the bubble already on the screen that this line of the server is the echo of. */
  adopt(line) {
    const shown = line.message && [...this.log.children].find((node) => node.dataset.message === line.message);
    if (shown?.dataset.seq) return true; // the echo of a repeated message
    const open = this.waiting.filter((wait) => !wait.message);
    const wait = this.waiting.find((w) => w.message && w.message === line.message)
      || open.find((w) => (line.image ? w.said.image : w.said.text && bare(w.said.text) === bare(line.text)))
      || open.find((w) => !line.image && w.said.text?.startsWith(TEXTS.location('')));
    if (!wait) return false;
    this.waiting = this.waiting.filter((other) => other !== wait);
    const node = wait.line;
    node.dataset.seq = line.seq;
    $('.time', node).textContent = line.at;
    if (line.text && !wait.said.image) write($('.bubble', node), line.text);
    if (node.classList.contains('failed')) state(node, '');
    node.classList.remove('failed');
    this.settle(node, line.message);
    return true;
  }

  draw(line) {
    const node = stamp('t-line');
    const bot = line.from === 'bot';
    const who = bot ? TEXTS.bot : line.who || (line.from === 'me' ? this.speaker() : line.from);
    node.classList.add(bot ? 'bot' : 'human');
    node.dataset.who = who;
    if (line.seq) node.dataset.seq = line.seq;
    $('.time', node).textContent = line.at || '';
    $('.from bdi', node).textContent = who;
    face($('.avatar', node), who, bot ? 'bot' : toneOf(who));
    const bubble = $('.bubble', node);
    write(bubble, line.text || '');
    if (line.image) bubble.prepend(picture(line.image, () => { if (this.follow) this.toEnd(true); }));
    if (line.pushed) tag(node, TEXTS.pushed, 'is-pushed');
    if (!bot) this.settle(node, line.message);
    this.takeSides(node);
    return node;
  }

  /** In a group the chosen member is "me"; in a private chat everyone but the bot is. */
  takeSides(node) {
    if (node.classList.contains('human')) node.classList.toggle('mine', !this.group || node.dataset.who === this.speaker());
  }

  append(node, seq) {
    const later = seq && [...this.log.children].find((other) => Number(other.dataset.seq) > seq);
    this.log.insertBefore(node, later || null);
  }

  compareRetry(node, line) {
    if (!this.retried || line.pushed) return;
    let first = [...this.log.children].find((other) => other.dataset.message === this.retried);
    do first = first?.nextElementSibling; while (first && !first.matches('.bot:not(.is-pushed)'));
    tag(node, first && $('.bubble', first).textContent === $('.bubble', node).textContent ? TEXTS.againSame : TEXTS.againOther, 'is-again');
    this.retried = null;
  }

  /** A time stands above a line only where it changes. */
  tidy() {
    let last = '';
    for (const time of this.log.querySelectorAll('.time')) {
      time.hidden = time.textContent === last;
      last = time.textContent || last;
    }
  }

  offer(node, text) {
    const found = choices(text || '');
    if (!found.length) return;
    this.clearChips();
    const chips = make('div', 'chips');
    for (const { say, label } of found) {
      const button = make('button', 'chip', label);
      button.onclick = () => {
        if (matches('(hover: hover)') || say.includes('…')) this.text.focus();
        if (say.includes('…')) this.fill(say.replace(/\s*….*$/, ' '));
        else this.sendText(say);
      };
      chips.append(button);
    }
    $('.said', node).append(chips);
  }

  clearChips() { $('.chips', this.log)?.remove(); }
  note(text) { this.log.append(make('p', 'note', text)); this.toEnd(); }

  /** New lines are followed until the reader scrolls up, and again once the end is reached. */
  scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.log;
    if (scrollHeight - scrollTop - clientHeight < 40) { this.follow = true; this.countBelow(0); }
    else if (scrollTop < this.top) this.follow = false;
    this.top = scrollTop;
  }
  /** To the newest line; to its beginning if it is an answer taller than the screen. */
  toEnd(atOnce) {
    const { lastElementChild: last, scrollHeight, clientHeight } = this.log;
    this.follow = !last?.matches('.bot') || last.offsetHeight < clientHeight;
    const top = this.follow ? scrollHeight : last.offsetTop - 8;
    this.log.scrollTo({ top, behavior: atOnce ? 'auto' : glide() });
    this.countBelow(0);
  }
  countBelow(n) {
    this.below = n;
    $('.newer', this.node).hidden = !n;
    $('.newer span', this.node).textContent = TEXTS.newer(n);
  }
  countUnread(n) {
    this.unread = n;
    $('.badge', this.tab).replaceChildren(...(n ? [n > 99 ? '99+' : String(n), make('span', 'aside', TEXTS.unread)] : []));
  }
}

// ---- small pieces ----

function face(node, name, tone) {
  node.textContent = [...name][0] || '';
  node.classList.add(`tone-${tone}`);
}

/** The same person has the same colour everywhere. */
function toneOf(name) {
  if (!tones.has(name)) tones.set(name, tones.size % TONES);
  return tones.get(name);
}

/** Only a line that has just come moves, and only once. */
function rise(node) {
  node.classList.add('rising');
  node.onanimationend = () => node.classList.remove('rising');
}

function tag(node, text, className) {
  node.classList.add(className);
  $('.tag', node).textContent = text;
  $('.tag', node).hidden = false;
}

function state(line, text, redo) {
  $('.state', line).hidden = !text;
  $('.state span', line).textContent = text;
  Object.assign($('.redo', line), { hidden: !redo, onclick: redo || null });
}

function picture(source, onload) {
  const link = Object.assign(make('a', 'picture'), { href: source, target: '_blank', rel: 'noopener', title: TEXTS.openPhoto });
  link.append(Object.assign(make('img'), { src: source, alt: TEXTS.photo, onload }));
  return link;
}

/** A photo straight from a camera is too large to upload: make it 1600 px at most. */
async function shrink(file) {
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, 1600 / Math.max(bitmap.width, bitmap.height));
  const canvas = Object.assign(make('canvas'), { width: bitmap.width * scale, height: bitmap.height * scale });
  canvas.getContext('2d').drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob((blob) => done(blob || file), 'image/jpeg', 0.85));
}

function showClock(clock) {
  Object.assign($('#clock'), { textContent: clock, dateTime: clock.replace(' ', 'T') });
}

function showPairs(list, names, values) {
  for (const [key, name] of Object.entries(names)) {
    if (!values[key]) continue;
    const value = key === 'url' ? new URL(values[key], location.origin).href : values[key];
    const code = make('code', '', value);
    const button = make('button', 'plain', TEXTS.copy);
    button.setAttribute('aria-label', `${TEXTS.copy} ${name}`);
    button.onclick = async () => {
      getSelection().selectAllChildren(code); // still of use where the clipboard is closed to us
      await navigator.clipboard?.writeText(value).then(() => { button.textContent = TEXTS.copied; }, () => {});
    };
    const answer = make('dd');
    answer.append(code, button);
    list.append(make('dt', '', name), answer);
  }
}

/** A step of 三步试试: go to the phone it is for and say its sentence there. */
function takeStep(step) {
  const { role, nth, text } = step.dataset;
  const fitting = [...phones.values()].filter(({ info }) => info.kind === role || info.role?.toLowerCase().startsWith(role));
  const phone = fitting[nth] || fitting[fitting.length - 1];
  if (!phone) return;
  phone.show();
  phone.at.setAttribute('aria-pressed', 'true');
  phone.sendText(text);
  step.classList.add('done');
}

async function start(attempt = 0) {
  let world;
  try {
    world = await call('/demo/world');
  } catch (error) {
    $('#waiting').textContent = error.message;
    setTimeout(start, pause(attempt), attempt + 1);
    return;
  }
  document.title = world.title || document.title;
  $('#office').textContent = world.office || '';
  showClock(world.clock);
  showPairs($('#callback'), TEXTS.callback, world.callback);
  showPairs($('#console'), TEXTS.console, world.console);
  world.phones.forEach((info, index) => phones.set(info.id, new Phone(info, index)));
  const all = [...phones.values()];
  const stage = $('#stage');
  stage.replaceChildren(...all.map((phone) => phone.node));
  $('#rail').replaceChildren(...all.map((phone) => phone.tab));
  new ResizeObserver(() => {
    document.body.classList.toggle('overflowing', narrow() || stage.scrollWidth > stage.clientWidth + 4);
  }).observe(stage);
  all[0]?.show();
  listen();
}

for (const step of document.querySelectorAll('.step')) step.onclick = () => takeStep(step);
const details = $('#details');
$('#reload').onclick = () => location.reload();
$('#open-details').onclick = () => details.showModal();
$('#close-details').onclick = () => details.close();
details.onclick = (event) => { if (event.target === details) details.close(); };
start();
