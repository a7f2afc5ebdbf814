// What keeps open pages current: the bell and the title ask for their numbers, and a list for its rows, every half minute
// while somebody looks, and at once after something was changed here or in another window of this browser.
(() => {
  const EVERY = 30_000;
  const windows = "BroadcastChannel" in window ? new BroadcastChannel("ringside") : null;
  let timer = 0;
  let title = "";

  const count = async () => {
    const bell = document.querySelector("[data-bell]");
    if (!bell) return;
    // The browser keeps the answer with its tag: mostly it hears that nothing changed.
    const answer = await fetch(bell.dataset.bell, { headers: { Accept: "application/json" }, cache: "no-cache" });
    if (!answer.ok || answer.redirected) return;
    const { unread, live } = await answer.json();
    const badge = bell.querySelector(".rs-bell-count");
    badge.hidden = !unread;
    badge.textContent = unread > 99 ? "99+" : unread;
    bell.setAttribute("aria-label", unread ? `Notifications, ${unread > 99 ? "more than 99" : unread} unread` : "Notifications");
    title ||= document.title;
    document.title = live ? `(${live}) ${title.trim()}` : title;
  };

  // ---- a list that is current: rows change in their place, new ones wait above until they are asked for

  const rows = (place) => new Map([...place.querySelectorAll("tr[data-row]")].map((row) => [row.dataset.row, row]));
  const isBusy = (row) => {
    const chosen = document.getSelection();
    return row.contains(document.activeElement) || (!chosen.isCollapsed && chosen.containsNode(row, true));
  };

  const tell = (list, fresh) => {
    const line = document.querySelector(`[data-fresh="${list.id}"]`);
    if (!line) return;
    line.hidden = !fresh;
    const words = fresh ? `${fresh} new ${list.dataset.noun || "row"}${fresh === 1 ? "" : "s"}` : "";
    if (line.querySelector("[data-fresh-count]").textContent !== words) line.querySelector("[data-fresh-count]").textContent = words;
  };

  const refresh = async (list) => {
    if (list.querySelector(".htmx-request") || list.classList.contains("htmx-request")) return;
    const address = location.href;
    const answer = await fetch(address, { headers: { "HX-Request": "true" }, cache: "no-store" });
    // Meanwhile somebody may have filtered, or gone on: the answer is to another question.
    if (!answer.ok || answer.redirected || location.href !== address) return;
    const there = document.createElement("template");
    there.innerHTML = await answer.text();
    const now = rows(there.content);
    const shown = rows(list);
    if (!shown.size) {
      if (now.size) show(list);
      return;
    }
    for (const [key, row] of shown) {
      const fresh = now.get(key);
      if (fresh && fresh.innerHTML !== row.innerHTML && !isBusy(row)) {
        row.innerHTML = fresh.innerHTML;
        htmx.process(row);
      }
    }
    // What would stand among the rows is new; after the last of them the page's end has moved and nothing more.
    const keys = [...now.keys()];
    const last = keys.findLastIndex((key) => shown.has(key));
    tell(list, last < 0 ? keys.length : keys.slice(0, last).filter((key) => !shown.has(key)).length);
  };

  const show = (list) => {
    tell(list, 0);
    htmx.ajax("GET", location.href, { source: list, target: list, swap: "innerHTML" });
  };

  const all = () => {
    clearTimeout(timer);
    if (document.visibilityState === "visible") {
      const asked = [count(), ...[...document.querySelectorAll("[data-live]")].map(refresh)];
      // Without the network the page stays as it is; the next round finds it again.
      Promise.allSettled(asked).then(() => { clearTimeout(timer); timer = setTimeout(all, EVERY); });
    }
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-fresh-show]");
    if (!button) return;
    const list = document.getElementById(button.closest("[data-fresh]").dataset.fresh);
    show(list);
    list.focus?.();
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.requestConfig?.verb === "get" || !event.detail.successful) return;
    windows?.postMessage("changed");
    all();
  });
  // A plain form leaves the page; other windows are told by the page that follows.
  document.addEventListener("submit", (event) => {
    if (event.target.method === "post" && !event.defaultPrevented) sessionStorage.setItem("ringside-changed", "1");
  });
  // A list that was asked for anew says itself what there is.
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.matches?.("[data-live]")) tell(event.target, 0);
  });
  windows?.addEventListener("message", all);
  document.addEventListener("visibilitychange", all);
  window.addEventListener("pageshow", (event) => { if (event.persisted) all(); });
  document.addEventListener("DOMContentLoaded", () => {
    if (sessionStorage.getItem("ringside-changed")) {
      sessionStorage.removeItem("ringside-changed");
      windows?.postMessage("changed");
    }
    count().catch(() => {});
    timer = setTimeout(all, EVERY);
  });
})();
