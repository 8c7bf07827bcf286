/* Drafts: what a person typed and did not record, kept on this tablet per person, batch and phase, with the
   words of its step and field, so that it can be named anywhere. Pages with donor identity keep none. */
const drafts = (() => {
  const PREFIX = "evidence-draft:";

  const place = () => {
    const phase = document.getElementById("phase");
    return (phase ? phase.dataset.draft : document.body.dataset.draft) || "";
  };
  const read = (key) => {
    const kept = Object.entries(JSON.parse(localStorage.getItem(PREFIX + key) || "{}"));
    // A draft of an earlier release is a bare text without the words of its field.
    return Object.fromEntries(kept.map(([code, one]) => [code, typeof one === "string" ? { text: one, field: code } : one]));
  };
  const write = (key, values) => {
    if (Object.keys(values).length) localStorage.setItem(PREFIX + key, JSON.stringify(values));
    else localStorage.removeItem(PREFIX + key);
  };
  const mine = () => {
    const start = `${PREFIX}${document.body.dataset.person}|`;
    return Object.keys(localStorage).filter((key) => key.startsWith(start));
  };

  const said = (selector) => document.querySelector(selector)?.textContent.trim().replace(/\s+/g, " ") || "";
  const step = () => [said(".title__step").split(" · ")[0], said("h1")].filter(Boolean).join(" ");

  function field(input) {
    const row = input.closest("form[data-record]");
    const label = row?.dataset.label || input.labels?.[0]?.textContent.trim() || "";
    return input.name === "quantity" ? `${label}, quantity` : label;
  }

  function words(key, draft) {
    const value = [draft.text, draft.unit].filter(Boolean).join(" ");
    const where = [key.split("|")[1], draft.step].filter(Boolean).join(", ");
    return `${where} – ${draft.field}: ${value}`;
  }

  return {
    here: () => (place() ? Object.entries(read(place())).map(([code, draft]) => [code, draft.text]) : []),
    put(input) {
      if (!place()) return;
      const unit = input.closest(".box")?.querySelector(".unit")?.textContent.trim() || "";
      const draft = { text: input.value, step: step(), field: field(input), unit };
      write(place(), { ...read(place()), [input.dataset.draftOf]: draft });
    },
    drop(code) {
      if (!place()) return;
      const values = read(place());
      delete values[code];
      write(place(), values);
    },
    ofPerson() {
      const keys = mine().map((key) => key.slice(PREFIX.length));
      return keys.flatMap((key) => Object.values(read(key)).map((draft) => words(key, draft)));
    },
    wipe() {
      for (const key of mine()) localStorage.removeItem(key);
    },
  };
})();
