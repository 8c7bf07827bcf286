/* What lies above the page: signing and the time-out. The page behind is inert and comes back with
   focus where it was. */
(() => {
  let before = null;

  const overlay = () => document.getElementById("overlay");
  const frame = () => document.getElementById("frame");
  const locked = () => overlay().querySelector(".veil--opaque");

  function close() {
    overlay().replaceChildren();
  }

  function settle() {
    const dialog = overlay().querySelector("dialog, .veil");
    if (dialog && !frame().inert) {
      before = document.activeElement;
      frame().inert = true;
    }
    if (dialog) overlay().querySelector("[autofocus]")?.focus();
    if (!dialog && frame().inert) {
      frame().inert = false;
      if (before && before.isConnected) before.focus();
    }
  }

  function resume(mark) {
    for (const input of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) input.value = mark.dataset.csrf;
    close();
  }

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-close-overlay]") && before) {
      event.preventDefault();
      close();
    }
    const panel = event.target.closest("[data-close-panel]") && event.target.closest(".field-open");
    if (panel) {
      event.preventDefault();
      panel.replaceChildren();
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && before && overlay().firstElementChild && !locked()) close();
  });

  document.addEventListener("htmx:afterSwap", (event) => {
    const mark = document.getElementById("resumed");
    if (mark) resume(mark);
    else if (event.detail.target.id !== "overlay" && !locked()) close();
  });

  document.addEventListener("DOMContentLoaded", () => {
    new MutationObserver(settle).observe(overlay(), { childList: true, subtree: true });
  });
})();
