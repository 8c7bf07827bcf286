/* A wedge scanner types a code in one burst and ends it with Enter or Tab. Outside a field such a burst is a
   scan, wherever the focus is. What a person types there is slower: it is never kept, shown or sent. Within a
   field nothing is touched, and where the page asks for a secret nothing is taken as a scan. */
(() => {
  const GAP = 38;      // ms between the keys of a scanner; people are slower
  const LEAST = 4;     // shorter bursts are people
  const HELD = 90;     // ms to tell a shortcut from the first letter of a scan
  const FIELD = "input, textarea, select, [contenteditable]";
  const COVERED = "dialog[open], #frame[inert]";
  const SECRET = "input[type=password]";
  const burst = { text: "", at: 0 };
  let held = 0;

  const box = () => document.getElementById("scan");
  const shortcutsOn = () => document.getElementById("keys")?.checked;
  const goesOn = (event) => burst.text !== "" && event.timeStamp - burst.at < GAP;

  function forget() {
    burst.text = "";
    clearTimeout(held);
  }

  function send(code) {
    box().value = code;
    document.getElementById("scan-form").requestSubmit();
    box().value = "";  // read already; a code is not left standing on the screen
  }

  function end(event) {
    const code = goesOn(event) && burst.text.length >= LEAST ? burst.text : "";
    forget();
    if (!code || document.querySelector(SECRET)) return;  // a person's Enter does what the focus says
    event.preventDefault();
    event.stopPropagation();
    send(code);
  }

  function shortcut(key) {
    if (!shortcutsOn() || (key !== "j" && key !== "k")) return;
    held = setTimeout(() => {
      forget();
      document.dispatchEvent(new CustomEvent("evidence:key", { detail: key }));
    }, HELD);
  }

  function letter(event) {
    const first = !goesOn(event);
    if (first) forget();
    else clearTimeout(held);
    burst.text += event.key;
    burst.at = event.timeStamp;
    if (first) shortcut(event.key.toLowerCase());
    else if (event.key === " ") event.preventDefault();  // it would press the button that has focus
  }

  // In the scan box the browser does the rest; only a scanner that ends with Tab would leave its code there.
  function inBox(event) {
    const ended = event.key === "Tab" && goesOn(event) && burst.text.length >= LEAST;
    if (ended) {
      event.preventDefault();
      document.getElementById("scan-form").requestSubmit();
    }
    if (event.key === "Tab" || event.key === "Enter") return forget();
    if (event.key.length !== 1) return;
    burst.text = goesOn(event) ? burst.text + event.key : event.key;
    burst.at = event.timeStamp;
  }

  document.addEventListener("keydown", (event) => {
    if (event.target === box()) return inBox(event);
    if (event.target.closest?.(FIELD) || !box() || document.querySelector(COVERED)) return forget();
    if (event.key === "Enter" || event.key === "Tab") return end(event);
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.isComposing) return forget();
    if (event.key.length === 1) letter(event);
  }, true);

  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt.id === "scan-form" && event.detail.xhr?.status) box().value = "";
  });
})();
