/* Review: J next, K previous exception. Can be switched off; a scan that starts with J or K passes. */
(() => {
  const NAME = "evidence-keys";

  document.addEventListener("evidence:key", (event) => {
    document.querySelector(`[data-key="${event.detail}"]`)?.click();
  });

  document.addEventListener("DOMContentLoaded", () => {
    const box = document.getElementById("keys");
    if (!box) return;
    box.checked = localStorage.getItem(NAME) !== "off";
    box.addEventListener("change", () => localStorage.setItem(NAME, box.checked ? "on" : "off"));
  });
})();
