// What the pages need beyond htmx: the CSRF token, and evidence that lights up wherever it is touched.
(() => {
  const cookie = (name) => document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`))?.split("=")[1];

  document.addEventListener("htmx:configRequest", (event) => {
    const token = document.querySelector('meta[name="csrf-token"]')?.content || cookie("csrftoken");
    if (token) event.detail.headers["X-CSRFToken"] = token;
  });

  // The theme's script looks for a text field beside every file field, and fails where there is none.
  document.addEventListener("change", (event) => {
    if (event.target.matches(".rs-field input[type=file]")) event.stopPropagation();
  }, true);

  // A request that fails says so where it was made; what was typed stays in its field.
  const failed = (event) => {
    const place = event.detail.elt.closest(".rs-card") || document.querySelector("#content");
    if (!place) return;
    place.querySelector(".rs-failed")?.remove();
    const note = document.createElement("p");
    note.className = "rs-note rs-note-bad rs-failed";
    note.setAttribute("role", "alert");
    note.textContent = event.detail.xhr?.status === 403
      ? "Your role does not allow this. Nothing was changed."
      : "That did not reach us. Nothing you typed is lost; try again in a moment.";
    place.prepend(note);
  };
  document.addEventListener("htmx:responseError", failed);
  document.addEventListener("htmx:sendError", failed);
  document.addEventListener("htmx:beforeRequest", (event) => {
    event.detail.elt.closest(".rs-card")?.querySelector(".rs-failed")?.remove();
  });

  // A fact, a reason and a line of the conversation stand for the same moment: touching one lights all of it.
  const light = (turn) => {
    document.querySelectorAll("[data-turn]").forEach((element) => {
      element.classList.toggle("is-lit", element.dataset.turn === turn);
    });
  };
  document.addEventListener("click", (event) => {
    const closing = event.target.closest("[data-close]");
    if (closing) closing.closest(closing.dataset.close)?.remove();
    const touched = event.target.closest("[data-turn]");
    if (!touched) return;
    light(touched.dataset.turn);
    if (touched.matches("a")) {
      event.preventDefault();
      const line = document.getElementById(`turn-${touched.dataset.turn}`);
      history.replaceState(null, "", `#turn-${touched.dataset.turn}`);
      const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
      line?.scrollIntoView({ block: "center", behavior: still ? "auto" : "smooth" });
    }
  });
  document.addEventListener("DOMContentLoaded", () => {
    const turn = location.hash.match(/^#turn-(\d+)$/);
    if (turn) light(turn[1]);
  });
})();
