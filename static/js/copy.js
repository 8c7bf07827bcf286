/* A button that copies what a box holds and says so. Where the clipboard is closed, the text is selected by hand. */
(() => {
  const button = document.querySelector("[data-copy]");
  if (!button) return;
  const box = document.getElementById(button.dataset.copy);
  const note = document.getElementById(box.getAttribute("aria-describedby"));
  button.hidden = false;
  button.addEventListener("click", async () => {
    box.focus();
    box.select();
    try {
      await navigator.clipboard.writeText(box.value);
      note.textContent = button.dataset.copied;
    } catch {
      note.textContent = "Copying is closed in this browser. The text is selected: copy it with the keyboard.";
    }
  });
})();
