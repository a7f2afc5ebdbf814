// Choosing calls in a list: many by Shift, a page by its heading, all that match; and telling what a row became.
(() => {
  const boxes = () => [...document.querySelectorAll('input[name="call"][form="choose"]')];
  const page = () => document.querySelector("[data-choose-page]");
  const all = () => document.querySelector("[data-choose-all]");
  let last = null;

  const show = () => {
    const bar = document.getElementById("choose");
    if (!bar) return;
    const every = boxes();
    const chosen = every.filter((box) => box.checked).length;
    const isAll = Boolean(all()?.checked);
    bar.hidden = !chosen && !isAll;
    const words = isAll ? all().dataset.count : `${chosen} call${chosen === 1 ? "" : "s"}`;
    bar.querySelector("[data-chosen]").textContent = `${words} chosen`;
    bar.querySelector("[data-choose-none]").hidden = false;
    if (page()) {
      page().checked = isAll || (chosen > 0 && chosen === every.length);
      page().indeterminate = !isAll && chosen > 0 && chosen < every.length;
    }
  };

  document.addEventListener("click", (event) => {
    const box = event.target;
    if (box.matches?.('input[name="call"][form="choose"]')) {
      const every = boxes();
      const from = every.indexOf(last);
      const to = every.indexOf(box);
      if (event.shiftKey && from >= 0) {
        every.slice(Math.min(from, to), Math.max(from, to) + 1).forEach((each) => { each.checked = box.checked; });
      }
      last = box;
      if (!box.checked && all()) all().checked = false;
    } else if (box.matches?.("[data-choose-page]")) {
      boxes().forEach((each) => { each.checked = box.checked; });
      if (!box.checked && all()) all().checked = false;
    } else if (box.matches?.("[data-choose-all]")) {
      boxes().forEach((each) => { each.checked = box.checked; });
    } else if (box.closest?.("[data-choose-none]")) {
      [...boxes(), all()].filter(Boolean).forEach((each) => { each.checked = false; });
      page()?.focus();
    } else {
      return;
    }
    show();
  });

  document.addEventListener("htmx:load", (event) => {
    const said = event.detail.elt.dataset?.said;
    const place = document.getElementById("open-said");
    if (said && place) place.textContent = said;
    show();
  });
  document.addEventListener("DOMContentLoaded", show);
  // A page that comes back from the browser's memory keeps its boxes as they were.
  window.addEventListener("pageshow", show);
})();
