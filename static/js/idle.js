/* The station locks when nobody works at it. The server's clock decides; this only hides the page. */
(() => {
  const form = () => document.getElementById("lock-form");
  let timer = 0;

  function hide() {
    const overlay = document.getElementById("overlay");
    if (overlay.querySelector(".veil--opaque")) return;
    const veil = document.createElement("div");
    veil.className = "veil veil--opaque";
    overlay.replaceChildren(veil);
    form().requestSubmit();
  }

  function restart() {
    const seconds = Number(document.body.dataset.idle);
    clearTimeout(timer);
    if (seconds && form()) timer = setTimeout(hide, seconds * 1000);
  }

  function retry() {
    const overlay = document.getElementById("overlay");
    if (overlay.querySelector(".veil--opaque") && !overlay.querySelector("dialog")) form().requestSubmit();
  }

  document.addEventListener("DOMContentLoaded", restart);
  for (const name of ["pointerdown", "keydown", "input"]) {
    document.addEventListener(name, () => { restart(); retry(); }, { passive: true });
  }
})();
