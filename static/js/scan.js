/* The scan box has focus when no field has. A wedge scanner types fast and ends with Enter: where a
   number field has focus, such a burst is taken out again and sent where it belongs. */
(() => {
  const GAP = 40;      // ms between the keys of a scanner; people are slower
  const LEAST = 6;     // shorter bursts are people
  const HELD = 90;     // ms to tell a shortcut from the first letter of a scan
  const TAKES_CODE = new Set(["material", "equipment", "sample", "text"]);
  const burst = { text: "", at: 0, before: "" };
  let held = "";

  const box = () => document.getElementById("scan");
  const editable = (el) => el && el.matches("input:not([type=radio]):not([type=checkbox]), textarea, select");
  const shortcutsOn = () => document.getElementById("keys")?.checked;

  function send(code) {
    box().value = code;
    document.getElementById("scan-form").requestSubmit();
  }

  function inField(event) {
    const field = event.target;
    const row = field.closest("form[data-record]");
    if (!row || TAKES_CODE.has(row.dataset.kind)) return;
    const now = event.timeStamp;
    if (event.key === "Enter") {
      if (burst.text.length >= LEAST && now - burst.at < GAP * 2) {
        event.preventDefault();
        field.value = burst.before;
        field.dispatchEvent(new Event("input", { bubbles: true }));
        send(burst.text);
      }
      burst.text = "";
    } else if (event.key.length === 1) {
      if (now - burst.at > GAP) {
        burst.text = "";
        burst.before = field.value;
      }
      burst.text += event.key;
      burst.at = now;
    }
  }

  function outside(event) {
    if (event.key.length !== 1 || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === " " && event.target !== document.body) return;
    const key = event.key.toLowerCase();
    if (!held && shortcutsOn() && (key === "j" || key === "k")) {
      held = event.key;
      event.preventDefault();
      setTimeout(() => {
        if (held) document.dispatchEvent(new CustomEvent("evidence:key", { detail: key }));
        held = "";
      }, HELD);
      return;
    }
    box().focus();
    box().value += held;
    held = "";
  }

  document.addEventListener("keydown", (event) => {
    if (!box() || document.querySelector("dialog[open]")) return;
    if (editable(event.target)) inField(event);
    else outside(event);
  });

  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt.id === "scan-form" && event.detail.successful) box().value = "";
  });
})();
