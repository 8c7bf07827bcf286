/* One value at a time. Leaving a field only checks it; Enter, the tick or a scan records it.
   What is typed and not recorded says so, is kept, and stops the signing of the step. */
(() => {
  let leaving = false;

  const byId = (id) => document.getElementById(id);
  const rows = () => [...document.querySelectorAll("form[data-record].field--typed")];

  function tell(text) {
    const note = document.createElement("div");
    note.className = "notice notice--breach";
    note.setAttribute("role", "alert");
    note.append(document.createElement("p"));
    note.firstChild.textContent = text;
    byId("notices").replaceChildren(note);
    note.scrollIntoView({ block: "nearest" });
  }

  function count() {
    const typed = byId("typed");
    if (!typed) return;
    const names = rows().map((row) => row.dataset.label);
    typed.textContent = names.length ? ` · ${names.length} typed, not recorded: ${names.join(", ")}` : "";
  }

  function mark(input, typed) {
    const row = input.closest("form[data-record]");
    if (!row) return;
    const open = [...row.querySelectorAll("[data-draft-of]")].some((one) => one.value.trim() !== "");
    row.classList.toggle("field--typed", open);
    if (row.querySelector(".verdict--refused") && typed) return;  // why it was refused stays readable
    const verdict = row.querySelector(".field__verdict .verdict");
    if (!verdict) return;
    verdict.className = `verdict verdict--${open ? "typed" : "blank"}`;
    verdict.querySelector("use").setAttribute("href", open ? "#i-pen" : "#i-blank");
    verdict.querySelector("span").textContent = open ? "not recorded yet" : "not recorded";
    row.querySelector(".field__verdict .reads")?.remove();  // it was said of an earlier text
  }

  function restore() {
    for (const [code, text] of drafts.here()) {
      const input = document.querySelector(`[data-draft-of="${CSS.escape(code)}"]`);
      if (!input) {
        drafts.drop(code);
      } else {
        input.value = text;
        mark(input, true);
      }
    }
    count();
  }

  document.addEventListener("input", (event) => {
    const input = event.target.closest("[data-draft-of]");
    if (!input) return;
    const typed = input.value.trim() !== "";
    if (typed) drafts.put(input);
    else drafts.drop(input.dataset.draftOf);
    mark(input, typed);
    count();
  });

  document.addEventListener("click", (event) => {
    const now = event.target.closest("[data-now]");
    if (now) {
      const input = byId(now.dataset.now);
      const zone = document.body.dataset.zone || undefined;
      const parts = { timeZone: zone, dateStyle: "short", timeStyle: "short" };
      input.value = new Intl.DateTimeFormat("sv-SE", parts).format(new Date());
      input.dispatchEvent(new Event("input", { bubbles: true }));
      input.focus();
    }
    const typed = rows();
    if (event.target.closest("#complete") && typed.length) {
      event.preventDefault();
      event.stopImmediatePropagation();
      tell(`Not yet: ${typed.map((row) => row.dataset.label).join(", ")} is typed and not recorded.`);
      typed[0].querySelector("[data-draft-of]").focus();
    }
  }, true);

  document.addEventListener("submit", (event) => {
    leaving = true;
    setTimeout(() => { leaving = false; }, 2000);
    if (event.target.id === "logout-form" && !askBeforeLogOff()) event.preventDefault();
  }, true);

  function askBeforeLogOff() {
    const kept = drafts.ofPerson();
    const dialog = byId("leave");
    if (!kept.length || !dialog) return true;
    byId("leave-list").replaceChildren(...kept.map((text) => {
      const line = document.createElement("li");
      line.textContent = text;
      return line;
    }));
    byId("leave-stay").onclick = () => dialog.close();
    byId("leave-wipe").onclick = () => {
      drafts.wipe();
      leaving = true;
      byId("logout-form").submit();
    };
    dialog.showModal();
    return false;
  }

  window.addEventListener("beforeunload", (event) => {
    if (rows().length && !leaving) event.preventDefault();
  });

  const WORDS = {
    403: "You may not do this. Nothing was changed.",
    404: "This is not here any more. Load the page again.",
    429: "Too many attempts. Wait a moment, then try again.",
  };
  const words = (status) => WORDS[status] || "The server could not store this. Nothing was changed; what you typed is kept.";

  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, serverResponse } = event.detail;
    if (xhr.status >= 400 && xhr.status !== 401 && /^\s*<!doctype/i.test(serverResponse)) {
      event.detail.shouldSwap = false;
      tell(words(xhr.status));
    }
  });
  document.addEventListener("htmx:responseError", (event) => tell(words(event.detail.xhr.status)));
  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, () => { byId("offline").hidden = false; });
  }
  document.addEventListener("htmx:afterOnLoad", () => { byId("offline").hidden = true; });

  document.addEventListener("htmx:afterSettle", (event) => {
    if (!event.detail.elt.closest("#phase, #results") && event.detail.elt.id !== "phase") return;
    restore();
    const sent = event.detail.requestConfig?.elt.closest?.("[data-record]");
    if (sent) byId(`row-${sent.dataset.record}`)?.scrollIntoView({ block: "nearest" });  // never under the foot
    if (document.activeElement && document.activeElement !== document.body) return;
    // Without a field that waits, focus rests on the page: a scan reaches it there, and what a person types does not.
    const next = document.querySelector(".field--open [data-draft-of], .field--open input[type=file]") || byId("main");
    if (next) next.focus({ preventScroll: next.id === "main" });
  });
  document.addEventListener("DOMContentLoaded", restore);
})();
