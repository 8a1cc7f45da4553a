// Runs before the first paint (a plain script, not a module): a dark page must never flash white, a Chinese one never
// show English first, and a page whose modules cannot start must say so.
(function chooseAppearance() {
  const fromAddress = (name) => new URLSearchParams(location.hash.slice(1) || document.documentElement.dataset.view).get(name);
  const remembered = (name) => {
    try {
      return localStorage.getItem(`graphscope:${name}`);
    } catch {
      return null; // storage is switched off in this browser: the system's preference decides
    }
  };
  const firstOf = (known, values) => values.find((value) => known.includes(value));
  const root = document.documentElement;
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  const themes = ['light', 'dark', 'system'];
  root.dataset.themeChoice = firstOf(themes, [fromAddress('theme'), remembered('theme')]) ?? 'system';
  root.dataset.theme = firstOf(['light', 'dark'], [root.dataset.themeChoice]) ?? (dark ? 'dark' : 'light');
  // The first language of the browser that we speak.
  const preferred = navigator.languages.map((tag) => tag.toLowerCase().split('-')[0]);
  const spoken = (root.dataset.languages ?? 'en').split(' ');
  const language = firstOf(spoken, [fromAddress('lang'), remembered('language'), ...preferred]) ?? 'en';
  root.lang = language === 'zh' ? 'zh-CN' : 'en';
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
