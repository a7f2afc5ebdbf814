// The side panel: a link with data-panel opens its call beside the list. The address keeps it, Esc and «back» close it.
(() => {
  const panel = () => document.querySelector("dialog.rs-panel");
  const asked = () => new URL(location).searchParams.get("call");
  const keep = (pk, how) => {
    const url = new URL(location);
    if (pk) url.searchParams.set("call", pk);
    else url.searchParams.delete("call");
    history[how](history.state, "", url);
  };

  const show = (pk) => {
    const dialog = panel();
    const body = dialog.querySelector(".rs-panel-body");
    dialog.dataset.call = pk;
    body.innerHTML = '<p class="rs-note" role="status">Loading…</p>';
    if (!dialog.open) dialog.showModal();
    dialog.querySelector("[data-panel-close]").focus();
    htmx.ajax("GET", dialog.dataset.address.replace(/\/0\/$/, `/${pk}/`), { source: body, target: body, swap: "innerHTML" });
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-panel]");
    if (link && panel() && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      keep(link.dataset.panel, "pushState");
      show(link.dataset.panel);
    }
    // A click beside the panel meets the dialog itself.
    if (event.target.closest("[data-panel-close]") || event.target === panel()) panel()?.close();
  });

  // However it was closed: the address forgets the call, and the keyboard goes on where it was.
  document.addEventListener("close", (event) => {
    if (event.target !== panel()) return;
    if (asked()) keep("", "replaceState");
    document.querySelector(`a[data-panel="${panel().dataset.call}"]`)?.focus();
  }, true);

  const follow = () => {
    const pk = asked();
    if (pk && /^\d+$/.test(pk)) show(pk);
    else if (panel()?.open) panel().close();
  };
  window.addEventListener("popstate", follow);
  document.addEventListener("DOMContentLoaded", () => { if (panel() && asked()) follow(); });
})();
