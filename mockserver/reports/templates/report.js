"use strict";
(() => {
  const page = document.documentElement;
  const groups = [...document.querySelectorAll(".group")];
  const search = document.getElementById("search");
  if (!search) return;
  page.classList.add("js");
  const severities = [...document.querySelectorAll("[name=severity]")];
  const operation = document.getElementById("operation");
  const rule = document.getElementById("rule");
  const shown = document.getElementById("shown");
  const texts = new Map();
  const text = (group) => {
    if (!texts.has(group)) texts.set(group, group.textContent.toLowerCase());
    return texts.get(group);
  };

  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = new Set(severities.filter((box) => box.checked).map((box) => box.value));
    let count = 0;
    for (const group of groups) {
      const { severity, operation: own, rule: id } = group.dataset;
      const fits = wanted.has(severity) && (operation.selectedIndex < 1 || operation.value === own)
        && (rule.selectedIndex < 1 || rule.value === id) && words.every((word) => text(group).includes(word));
      group.hidden = !fits;
      count += fits;
    }
    shown.textContent = count === groups.length ? `All ${count} groups` : `${count} of ${groups.length} groups`;
  };

  let waiting;
  search.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(filter, 120); });
  for (const control of [...severities, operation, rule]) control.addEventListener("change", filter);
  document.getElementById("expand").addEventListener("click", (event) => {
    const open = event.target.getAttribute("aria-pressed") !== "true";
    event.target.setAttribute("aria-pressed", String(open));
    event.target.textContent = open ? "Close all" : "Open all";
    for (const group of groups) if (!group.hidden) group.open = open;
  });
  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName);
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) { event.preventDefault(); search.focus(); }
    if (event.key === "Escape" && document.activeElement === search) { search.value = ""; filter(); }
  });

  let closed = [];
  window.addEventListener("beforeprint", () => {
    closed = groups.filter((group) => !group.open);
    for (const group of closed) group.open = true;
  });
  window.addEventListener("afterprint", () => { for (const group of closed) group.open = false; });
  filter();
})();
