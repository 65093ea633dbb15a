// Runs before the first paint, so that the page never flashes the other theme. Dark tokens hang on one attribute only.
(function () {
  const media = matchMedia("(prefers-color-scheme: dark)");
  function apply() {
    let choice = null;
    try {
      choice = localStorage.getItem("rtclens.theme");
    } catch {
      // Storage may be blocked; the system theme then applies.
    }
    const dark = choice === "dark" || (choice !== "light" && media.matches);
    document.documentElement.dataset.theme = dark ? "dark" : "light";
  }
  apply();
  media.addEventListener("change", apply);
  addEventListener("rtclens-theme", apply);
})();
