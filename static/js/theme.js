/* Light, dim or as the tablet. The server writes the person's setting; a station may choose its own. */
(() => {
  const NAME = "evidence-theme";
  const root = document.documentElement;
  const given = document.currentScript.dataset.theme;
  const chosen = localStorage.getItem(NAME);
  if (chosen || given) root.dataset.theme = chosen || given;

  document.addEventListener("DOMContentLoaded", () => {
    const box = document.getElementById("themes");
    if (!box) return;
    box.hidden = false;
    for (const radio of box.querySelectorAll("input")) {
      radio.checked = radio.value === root.dataset.theme;
      radio.addEventListener("change", () => {
        root.dataset.theme = radio.value;
        localStorage.setItem(NAME, radio.value);
      });
    }
  });
})();
