/* Drafts: what a person typed and did not record, kept on this tablet per person, batch and phase.
   Only inputs with data-draft-of are kept; pages with donor identity have none. */
const drafts = (() => {
  const PREFIX = "evidence-draft:";

  const place = () => {
    const phase = document.getElementById("phase");
    return (phase ? phase.dataset.draft : document.body.dataset.draft) || "";
  };
  const read = (key) => JSON.parse(localStorage.getItem(PREFIX + key) || "{}");
  const write = (key, values) => {
    if (Object.keys(values).length) localStorage.setItem(PREFIX + key, JSON.stringify(values));
    else localStorage.removeItem(PREFIX + key);
  };
  const mine = () => {
    const start = `${PREFIX}${document.body.dataset.person}|`;
    return Object.keys(localStorage).filter((key) => key.startsWith(start));
  };

  return {
    here: () => (place() ? read(place()) : {}),
    put(code, text) {
      if (place()) write(place(), { ...read(place()), [code]: text });
    },
    drop(code) {
      if (!place()) return;
      const values = read(place());
      delete values[code];
      write(place(), values);
    },
    ofPerson() {
      return mine().flatMap((key) => {
        const where = key.slice(PREFIX.length).split("|").slice(1).join(", ");
        return Object.entries(JSON.parse(localStorage.getItem(key))).map(([code, text]) => `${where}: ${code} ${text}`);
      });
    },
    wipe() {
      for (const key of mine()) localStorage.removeItem(key);
    },
  };
})();
