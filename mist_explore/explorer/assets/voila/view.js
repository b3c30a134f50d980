  // How a page is shown, before its first word: ?theme=dark, ?zoom=1.5, ?hide=nav,controls and
  // ?embed=1 of its link; the theme as chosen before, where the link names none.
  const remembered = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
  const remember = (key, value) => { try { localStorage.setItem(key, value); } catch { /* a frame may not */ } };
  const shown = document.body, asked = new URLSearchParams(location.search);
  const theme = asked.get("theme") || remembered("mist-theme");
  if (["light", "dark"].includes(theme)) shown.dataset.theme = theme;
  if (asked.get("hide")) shown.dataset.hide = asked.get("hide").replaceAll(",", " ");
  if (!["0", null].includes(asked.get("embed"))) shown.dataset.embed = "";
  const enlarge = (zoom) => {
    delete shown.dataset.zoom;
    if (zoom >= 0.5 && zoom <= 3 && zoom !== 1) shown.dataset.zoom = zoom;
    shown.style.setProperty("--zoom", zoom);
  };
  enlarge(Number(asked.get("zoom")) || 1);

  // While a page starts: the seconds that its server takes at present, and those that this browser took
  // after it last time; a second less each second.
  const sign = document.querySelector("#mist-skeleton .mist-starting"), place = `mist-seconds ${location.pathname}`;
  const served = Number(document.querySelector("#mist-skeleton")?.dataset.seconds) || 0;
  const usual = served + (Number(remembered(place)) || 5);
  const count = () => {
    const left = Math.ceil(usual - performance.now() / 1000);
    sign.lastChild.textContent = left > 0 ? `, about ${left} s` : ": it takes longer than usual";
  };
  if (sign) {
    sign.innerHTML = 'Starting<span aria-hidden="true"></span>';
    count();
    const clock = setInterval(() => {
      if (sign.isConnected) return count();
      clearInterval(clock);
      remember(place, Math.min(60, Math.max(1, Math.ceil(performance.now() / 1000 - served))));
    }, 500);
  }
