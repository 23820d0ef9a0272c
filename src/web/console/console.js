// A button beside each password that shows it while it is typed; forms that answer while one types, and work under way
// that is seen to proceed: the same pages as without any script, of which only a part is put in place.
'use strict';

const { show, hide } = document.documentElement.dataset;

for (const input of document.querySelectorAll('input[type=password]')) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'eye';
  button.setAttribute('aria-pressed', 'false');
  button.setAttribute('aria-label', `${show}${document.querySelector(`label[for="${input.id}"]`).textContent}`);
  button.textContent = show;
  button.addEventListener('click', () => {
    const hidden = input.type === 'password';
    input.type = hidden ? 'text' : 'password';
    button.textContent = hidden ? hide : show;
    button.setAttribute('aria-pressed', String(hidden));
    input.focus();
  });
  input.form.addEventListener('submit', () => { input.type = 'password'; });
  const wrap = document.createElement('span');
  wrap.className = 'secret';
  const focused = document.activeElement === input;
  input.replaceWith(wrap);
  wrap.append(input, button);
  if (focused) input.focus();
}

/** Puts the part of that name of a page that was fetched in place of ours. */
async function renew(id, answer) {
  const part = document.getElementById(id);
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const fresh = page.getElementById(id);
  // Signed out meanwhile, most likely.
  if (!fresh) return location.reload();
  part.replaceChildren(...fresh.childNodes);
  part.toggleAttribute('data-poll', fresh.hasAttribute('data-poll'));
}

for (const form of document.querySelectorAll('form[data-live]')) {
  const id = form.dataset.live;
  let timer;
  let asked;
  const ask = async () => {
    clearTimeout(timer);
    asked?.abort();
    const mine = new AbortController();
    asked = mine;
    document.getElementById(id).setAttribute('aria-busy', 'true');
    try {
      const answer = await fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)), signal: mine.signal });
      if (asked === mine) await renew(id, answer);
    } catch (error) {
      if (error.name !== 'AbortError') form.submit();
    }
    if (asked === mine) document.getElementById(id).setAttribute('aria-busy', 'false');
  };
  const soon = () => { clearTimeout(timer); timer = setTimeout(ask, 250); };
  // What an input method has not put down yet is no text.
  form.addEventListener('input', (event) => { if (!event.isComposing) soon(); });
  form.addEventListener('compositionend', soon);
  form.addEventListener('submit', (event) => { event.preventDefault(); ask(); });
}

const run = document.querySelector('[data-poll]');
const look = async () => {
  try {
    await renew(run.id, await fetch(location.href));
  } catch {
    // The next look will tell.
  }
  if (run.hasAttribute('data-poll')) setTimeout(look, 700);
};
if (run) setTimeout(look, 300);
