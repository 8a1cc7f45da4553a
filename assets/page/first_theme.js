// Runs before the first paint (a plain script, not a module), so that a dark page never flashes white.
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
