// Pages before log-in follow the theme chosen inside, or the system's.
(() => {
  const chosen = JSON.parse(localStorage.getItem("_x_adminTheme") || '"auto"');
  const prefersDark = matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.classList.toggle("dark", chosen === "dark" || (chosen !== "light" && prefersDark));
})();
