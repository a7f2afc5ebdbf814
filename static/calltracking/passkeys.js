// A passkey that was not given, or that the browser cannot give, is said on the page; allauth tells it to the console.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const place = document.querySelector(".rs-door");
  place.querySelector(".rs-failed")?.remove();
  const note = document.createElement("p");
  note.className = "rs-error rs-failed";
  note.setAttribute("role", "alert");
  note.textContent = event.detail.exception?.name === "NotAllowedError"
    ? "No passkey was given. Try again, or use another way."
    : "This browser could not use a passkey here. Try again, or use another way.";
  place.append(note);
});
