// What is decided while the page is open. Without this the page is complete after a reload.
'use strict';

const MOST = 200;
const rows = document.querySelector('[data-live]');
const refreshed = document.querySelector('[data-refresh]');

if (rows) {
  const pause = document.getElementById('pause');
  const count = document.getElementById('count');
  let waiting = [];
  let seen = 0;
  let due = false;

  const show = () => {
    due = false;
    if (pause.getAttribute('aria-pressed') === 'true') return;
    rows.insertAdjacentHTML('afterbegin', waiting.reverse().join(''));
    waiting = [];
    while (rows.rows.length > MOST) rows.deleteRow(-1);
    document.querySelector('.nothing')?.remove();
  };
  const source = new EventSource(rows.dataset.live);
  source.addEventListener('decision', (event) => {
    waiting.push(event.data);
    if (waiting.length > MOST) waiting.shift();
    seen += 1;
    if (!due) {
      due = true;
      requestAnimationFrame(show);
    }
  });
  // Told now and then, so that nobody who listens is talked to death.
  setInterval(() => {
    if (seen > 0) count.textContent = `${seen} new ${seen === 1 ? 'decision' : 'decisions'} since this page was opened`;
  }, 2000);
  pause.addEventListener('click', () => {
    const paused = pause.getAttribute('aria-pressed') !== 'true';
    pause.setAttribute('aria-pressed', String(paused));
    pause.textContent = paused ? 'Go on' : 'Pause';
    show();
  });
  document.getElementById('live').hidden = false;
}

if (refreshed) {
  let due = false;
  const refresh = async () => {
    due = false;
    const answer = await fetch(location.href);
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const fresh = page.querySelector('[data-refresh]');
    if (fresh) refreshed.replaceChildren(...fresh.childNodes);
  };
  new EventSource('/live').addEventListener('decision', () => {
    if (!due) {
      due = true;
      setTimeout(refresh, 1000);
    }
  });
}
