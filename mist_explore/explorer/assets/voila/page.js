{
  // The parts of a page that a kernel cannot know: its address, history, files and screen readers.
  const VIEW = ["hide", "embed", "zoom", "theme"];
  const only = (wanted) => {
    const found = new URLSearchParams(location.search);
    for (const key of [...found.keys()]) if (VIEW.includes(key) !== wanted) found.delete(key);
    return found.toString();
  };
  const link = (query) => "?" + [query, only(true)].filter(Boolean).join("&");

  // The address follows the state of the page, so that a reload or a bookmark shows it again. Changes
  // that follow each other quickly, as of a slider, are one step of Back and Undo; what changes before
  // the reader does anything belongs to the opening of the page, and the first thing done is a step.
  const PAUSE = 1000;
  let state = null, used = false, changed = -PAUSE, messages = 0;
  const use = () => {
    if (!used) [used, changed] = [true, -PAUSE];
  };
  for (const name of ["pointerdown", "keydown", "click"]) addEventListener(name, use, true);
  const steps = () => history.state?.step || 0;
  const follow = () => {
    const now = document.querySelector(".mist-address [data-state]")?.dataset.state;
    if (now === undefined || now === state) return;
    const first = state === null, quick = first || !used || performance.now() - changed < PAUSE;
    state = now;
    if (first) send();
    if (location.search === link(state)) return undoable();
    if (quick) history.replaceState({ step: steps() }, "", link(state));
    else history.pushState({ step: steps() + 1 }, "", link(state));
    changed = performance.now();
    undoable();
  };
  const undoable = () => {
    for (const undo of document.querySelectorAll("[data-do=undo]")) undo.disabled = !steps();
  };
  // A hidden field brings the kernel the address, and a state to show.
  const send = (query) => {
    const field = document.querySelector(".mist-link input");
    if (!field) return;
    field.value = `${location.origin}${location.pathname}#${++messages}${query === undefined ? "" : `?${query}`}`;
    for (const name of ["input", "change"]) field.dispatchEvent(new Event(name, { bubbles: true }));
  };
  addEventListener("popstate", () => { send(only(false)); undoable(); });

  const actions = {
    undo: () => history.back(),
    theme: () => {
      const dark = getComputedStyle(document.querySelector(".mist")).colorScheme === "dark";
      shown.dataset.theme = dark ? "light" : "dark";
      remember("mist-theme", shown.dataset.theme);
      tidy();
    },
    zoom: () => {
      const sizes = [1, 1.25, 1.5, 1.75];
      enlarge(sizes[(sizes.indexOf(Number(shown.dataset.zoom || 1)) + 1) % sizes.length]);
      dispatchEvent(new Event("resize"));
    },
    print: () => print(),
    frame: (button) => {
      const address = `${location.origin}${location.pathname}?${state}&embed=1`;
      navigator.clipboard.writeText(`<iframe src="${address.replaceAll("&", "&amp;")}" width="100%" height="640"></iframe>`);
      button.textContent = "Copied";
    },
    png: (button) => picture(button, "png"),
    svg: (button) => picture(button, "svg"),
    csv: (button) => save(button, table(figureOf(button))),
  };
  addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-do]");
    if (button) return actions[button.dataset.do](button);
    // Words that set controls: `data-set` keeps the other settings, `data-open` those of the first screen.
    const words = event.target.closest?.("a[data-set], a[data-open]");
    if (!words || state === null || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (words.dataset.open !== undefined) return send(words.dataset.open);
    const query = new URLSearchParams(state);
    for (const [key, value] of new URLSearchParams(words.dataset.set)) query.set(key, value);
    send(query.toString());
  });

  // The files of a figure.
  const figureOf = (button) => button.closest(".mist-figure");
  const nameOf = (figure) => `${document.body.querySelector("[aria-current]")?.textContent || "mist"} `
    .toLowerCase().replace(/\W+/g, "-") + (1 + [...document.querySelectorAll(".mist-figure")].indexOf(figure));
  const picture = (button, format) => {
    const figure = figureOf(button);
    figure._context.toImageButtonOptions = { format, filename: nameOf(figure), scale: 2 };
    figure.querySelector(".modebar-btn")?.dispatchEvent(new MouseEvent("click", { bubbles: true }));
    button.closest("details").open = false;
  };
  const table = (figure) => {
    const titles = ["x", "y"].map((axis) => figure.layout[`${axis}axis`]?.title?.text || axis);
    const rows = [["trace", ...titles, "value"]];
    figure._fullData.forEach((trace, number) => {
      const name = trace.name || `trace ${number + 1}`, { x = [], y = [], z } = trace;
      if (z?.[0]?.length === undefined) {
        for (let i = 0; i < Math.max(x.length, y.length); i++) rows.push([name, x[i], y[i], z?.[i]]);
      } else {
        z.forEach((line, j) => Array.from(line).forEach((value, i) => rows.push([name, x[i] ?? i, y[j] ?? j, value])));
      }
    });
    const cell = (value) => (/[",\n]/.test(value ?? "") ? `"${String(value).replaceAll('"', '""')}"` : value ?? "");
    return rows.map((row) => row.map(cell).join(",")).join("\n") + "\n";
  };
  const save = (button, text) => {
    const saved = document.createElement("a");
    saved.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
    saved.download = `${nameOf(figureOf(button))}.csv`;
    saved.click();
    button.closest("details").open = false;
  };
  const FILES = '<details class="mist-save"><summary>Save</summary>' + ["PNG", "SVG", "CSV"]
    .map((name) => `<button type="button" data-do="${name.toLowerCase()}">${name}</button>`).join("") + "</details>";

  // Sliders come without names, and read out their place instead of their value.
  const announce = (handle) => {
    const box = handle.closest(".widget-inline-hbox"), label = box?.querySelector(".widget-label")?.textContent;
    const readout = box?.querySelector(".widget-readout"), handles = [...(box?.querySelectorAll(".noUi-handle") || [])];
    if (!label || !readout) return;
    const values = readout.textContent.split(/\s+[–-]\s+/), value = values[handles.indexOf(handle)] ?? values[0];
    const unit = /^[\d,]+$/.test(value) && label.match(/^\w+s\b/)?.[0].toLowerCase();
    const wanted = { "aria-label": label, "aria-valuetext": unit ? `${value} ${unit}` : value };
    for (const [key, text] of Object.entries(wanted)) if (handle.getAttribute(key) !== text) handle.setAttribute(key, text);
    // A typed value moves only the sliders over numbers.
    if (!box.matches(".jupyter-widgets") && readout.isContentEditable) readout.removeAttribute("contenteditable");
    if (!readout.isContentEditable || readout.hasAttribute("role")) return;
    readout.setAttribute("role", "textbox");
    readout.setAttribute("aria-label", `${label}, value`);
  };
  // Plotly looks at the size of a figure where that of the window changes: the size of the text counts too.
  const widths = new WeakMap();
  const sizes = new ResizeObserver((entries) => {
    let changed = false;
    for (const { target, contentRect: { width } } of entries) {
      const before = widths.get(target);
      widths.set(target, width);
      if (before && width && Math.abs(width - before) > 1) changed = true;
    }
    if (changed) dispatchEvent(new Event("resize"));
  });
  const tidy = () => {
    follow();
    for (const handle of document.querySelectorAll(".mist .noUi-handle")) announce(handle);
    for (const name of ["title", "tabbable"]) {
      for (const empty of document.querySelectorAll(`[${name}="null"]`)) empty.removeAttribute(name);
    }
    for (const figure of document.querySelectorAll(".mist-figure")) {
      sizes.observe(figure);
      const height = figure.className.match(/mist-height-(\d+)/)?.[1];
      if (height && figure.style.getPropertyValue("--height") !== `${height}px`) {
        figure.style.setProperty("--height", `${height}px`);
        dispatchEvent(new Event("resize"));
      }
    }
    for (const figure of document.querySelectorAll(".mist-figure:not(:has(> .mist-save)):has(.main-svg)")) {
      figure.insertAdjacentHTML("beforeend", FILES);
    }
    const page = document.querySelector(".widget-vbox.mist");
    if (!page) return;
    const dark = getComputedStyle(page).colorScheme === "dark";
    for (const button of page.querySelectorAll("[data-do=theme]")) {
      const label = dark ? "Light" : "Dark";
      if (button.textContent !== label) button.textContent = label;
    }
    if (shown.dataset.embed !== undefined && !document.querySelector(".mist-whole")) {
      page.insertAdjacentHTML("beforeend", '<p class="mist-whole"><a target="_blank" href="">Open the whole page</a></p>');
    }
    const whole = document.querySelector(".mist-whole a");
    if (whole && state !== null && whole.search !== `?${state}`) whole.href = `?${state}`;
  };
  let waiting = false;
  new MutationObserver((changes) => {
    for (const { type, target } of changes) if (type === "attributes" && target.matches(".noUi-handle")) announce(target);
    if (waiting) return;
    waiting = true;
    setTimeout(() => { waiting = false; tidy(); }, 30);
  }).observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["aria-valuetext", "title", "data-state", "class"] });
  // The current page may be out of sight in the line of a phone.
  new MutationObserver((_, observer) => {
    const here = document.querySelector(".widget-vbox.mist .mist-pages [aria-current]");
    if (!here) return;
    observer.disconnect();
    const line = here.closest(".mist-groups");
    line.scrollLeft = here.offsetLeft - line.offsetLeft - 40;
  }).observe(document.body, { childList: true, subtree: true });
}
