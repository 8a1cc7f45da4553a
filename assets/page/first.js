// Runs before the first paint (a plain script, not a module): a dark page must never flash white, and a page whose
// modules cannot start must say so.
(function chooseTheme() {
  const fromAddress = /(?:^#|&)theme=(light|dark)(?:&|$)/.exec(location.hash);
  let remembered = null;
  try {
    remembered = localStorage.getItem('graphscope:theme');
  } catch {
    remembered = null; // storage is switched off in this browser: the system's preference decides
  }
  const system = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  const chosen = fromAddress ? fromAddress[1] : remembered;
  document.documentElement.dataset.theme = chosen === 'light' || chosen === 'dark' ? chosen : system;
})();

(function watchStart() {
  addEventListener('error', (event) => {
    const script = event.target instanceof HTMLScriptElement && event.target.id === 'page-script';
    if (window.graphscope || !(script || event instanceof ErrorEvent)) return;
    const box = document.getElementById('message');
    if (!box) return;
    const reason = document.createElement('p');
    reason.textContent = script ? 'The script of this page did not arrive.' : event.message;
    const remedy = document.createElement('p');
    remedy.textContent = 'The installation may be damaged, or the browser too old. Reload the page, or reinstall keras-graphscope.';
    box.replaceChildren(reason, remedy);
    box.hidden = false;
    document.getElementById('skeleton').hidden = true;
  }, true);
})();
