// A button beside each password that shows it, and the try-out as one types. Everything works without any script.
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

// The try-out, as one types; without this the button does the same.
for (const input of document.querySelectorAll('input[data-try]')) {
  const box = document.getElementById(input.getAttribute('aria-describedby'));
  let asked = 0;
  let timer;
  input.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const mine = ++asked;
      const answer = await fetch(`${input.dataset.try}?text=${encodeURIComponent(input.value)}`);
      const part = await answer.text();
      // A slower answer to an earlier word is no longer wanted.
      if (mine === asked && answer.ok) box.innerHTML = part;
    }, 180);
  });
}
