// Figures that stay fresh: the page asks for them again and replaces only the parts that changed, so that the place,
// the focus and what is open stay. A hidden tab asks nothing; once it is seen again it does at once.
(() => {
  const root = document.querySelector("[data-refresh]");
  if (!root) return;
  const every = 1000 * Number(root.dataset.refresh);
  let asked = Date.now();
  let isAsking = false;

  const swap = (old, fresh) => {
    const open = new Set([...old.querySelectorAll("details[open]")].map((details) => details.id));
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    const scrolled = [...old.querySelectorAll(".rs-scroll")].map((part) => part.scrollTop);
    // The same element in the same place: what the keyboard was on.
    const path = [];
    for (let at = focused; at && at !== old; at = at.parentElement) path.unshift([...at.parentElement.children].indexOf(at));
    old.innerHTML = fresh.innerHTML;
    old.querySelectorAll("details").forEach((details) => { details.open = open.has(details.id); });
    old.querySelectorAll(".rs-scroll").forEach((part, nth) => { part.scrollTop = scrolled[nth] || 0; });
    if (focused) path.reduce((at, nth) => at?.children[nth], old)?.focus({ preventScroll: true });
  };

  const show = (text) => {
    const fresh = new DOMParser().parseFromString(text, "text/html").body;
    const names = (parent) => [...parent.querySelectorAll("[data-part]")].map((part) => part.dataset.part).join();
    if (names(fresh) !== names(root)) {
      root.innerHTML = fresh.innerHTML;
      window.htmx?.process(root);
      return;
    }
    root.querySelectorAll("[data-part]").forEach((old) => {
      const part = fresh.querySelector(`[data-part="${old.dataset.part}"]`);
      if (part.innerHTML !== old.innerHTML && !part.isEqualNode(old)) swap(old, part);
    });
  };

  const ask = async () => {
    if (isAsking || document.hidden) return;
    isAsking = true;
    asked = Date.now();
    root.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(location.href, { headers: { "X-Part": "figures" }, credentials: "same-origin" });
      if (!answer.ok || answer.redirected) throw new Error(answer.status);
      show(await answer.text());
      root.dispatchEvent(new Event("refreshed"));
    } catch {
      const note = root.querySelector("[data-fresh]");
      if (note && !note.classList.contains("is-old")) {
        note.classList.add("is-old");
        note.append(", not refreshed since; trying again");
      }
    } finally {
      isAsking = false;
      root.removeAttribute("aria-busy");
    }
  };

  setInterval(ask, every);
  document.addEventListener("visibilitychange", () => { if (!document.hidden && Date.now() - asked >= every) ask(); });
})();
