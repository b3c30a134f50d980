"""The words of a page in another typeface or size, and the boxes that they do not fit into."""

from __future__ import annotations

import ctypes
from base64 import b64encode
from contextlib import suppress

from playwright.sync_api import Error, Page

from mist_explore.explorer.typeface import font_file, font_url

__all__ = [
    "FITTED",
    "TEXTS",
    "foreign_words",
    "has_fonts",
    "lend_typeface",
    "misfits",
    "set_text",
]

TEXTS = {
    "shipped": ("", 16),
    "missing": ("sans-serif", 16),
    "wide": ("Wide", 16),
    "large": ("", 24),
}
"""Family (empty: the page's) and default size, in pixels, that a browser may draw the words in."""

# The shipped typeface, each of its letters 20 % wider.
WIDE = f"""@font-face {{ font-family: Wide; font-weight: 400 750; size-adjust: 120%;
  src: url({font_url()}) format("woff2"); }}"""
SET_FAMILY = """async family => {
  const wide = weight => document.fonts.load(`${weight} 1em Wide`);
  if (family === "Wide") await Promise.all([400, 700].map(wide));
  for (const page of document.querySelectorAll(".mist")) {
    if (family) page.style.setProperty("--font", family);
    else page.style.removeProperty("--font");
  }
}"""
# Every figure in sight is as wide as its place.
FITTED = """() => [...document.querySelectorAll(".mist .mist-figure")]
  .filter(figure => figure.offsetParent)
  .every(figure => [...figure.querySelectorAll(".main-svg")]
    .every(svg => svg.getBoundingClientRect().width <= figure.clientWidth + 1))"""
MISFITS = """() => {
  const kept = box => !box.matches(".mist")
    && (getComputedStyle(box).overflowX !== "visible" || kept(box.parentElement));
  const beyond = [...document.querySelectorAll(".mist *")].filter(box =>
    box.getBoundingClientRect().right > innerWidth + 1 && !box.closest("svg")
    && !kept(box.parentElement));
  const scrolling = [...document.querySelectorAll("html, body, #rendered_cells, .mist")].filter(
    box => box.scrollWidth > innerWidth + 1);
  const labels = ".mist :is(button, summary, label, .widget-label, td, th, a)";
  const cut = [...document.querySelectorAll(labels)].filter(box => box.clientWidth
    && (box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 2));
  const name = box => `${box.tagName} ${box.className} ${box.textContent.trim().slice(0, 40)}`;
  return [...[...beyond, ...scrolling].map(box => `beyond the window: ${name(box)}`),
          ...cut.map(box => `cut off: ${name(box)}`)];
}"""
# Marks elements with words of their own, other than code: each costs a question about its font.
MARK_WORDS = """() => {
  const selector = ".mist :not(path, pre, code, :has(> :is(pre, code)))";
  const generated = box => ["::before", "::after"].some(
    part => !["none", "normal", '""'].includes(getComputedStyle(box, part).content));
  const written = box => [...box.childNodes].some(
    node => node.nodeType === Node.TEXT_NODE && node.data.trim());
  for (const box of document.querySelectorAll(selector))
    if (written(box) || box.matches("input, select, textarea, summary, li") || generated(box))
      box.setAttribute("data-words", "");
}"""

LENT = """{
  const bytes = Uint8Array.from(atob("%s"), letter => letter.charCodeAt(0));
  document.fonts.add(new FontFace("Lent", bytes.buffer));
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("* { font-family: Lent !important }");
  document.adoptedStyleSheets = [sheet];
}"""


def has_fonts() -> bool:
    """Return whether this computer has any font.

    Chromium crashes where it needs one and there is none.
    """
    try:
        fontconfig = ctypes.CDLL("libfontconfig.so.1")
    except OSError:  # only Linux can be without
        return True
    fontconfig.FcConfigGetFonts.restype = ctypes.POINTER(ctypes.c_int)
    fontconfig.FcConfigGetFonts.argtypes = [ctypes.c_void_p, ctypes.c_int]
    fonts = fontconfig.FcConfigGetFonts(None, 0)
    return bool(fonts) and fonts[0] > 0


def lend_typeface(page: Page) -> None:
    """Draw foreign pages, such as JupyterLab, in the shipped typeface where there is no font."""
    if not has_fonts():
        page.add_init_script(LENT % b64encode(font_file()).decode())


def set_text(page: Page, text: str) -> None:
    """Draw the words of a page in a typeface and size of `TEXTS`.

    The size is the one that a reader chooses in the settings of the browser.
    """
    family, size = TEXTS[text]
    if family == "Wide" and not page.locator("style#wide").count():
        page.evaluate(
            """rule => document.head.append(
              Object.assign(document.createElement("style"), { id: "wide", textContent: rule }))""",
            WIDE,
        )
    session = page.context.new_cdp_session(page)
    session.send("Page.setFontSizes", {"fontSizes": {"standard": size, "fixed": size - 3}})
    session.detach()
    page.evaluate(SET_FAMILY, family)


def misfits(page: Page) -> list[str]:
    """Boxes that reach beyond the window, or that cut off the words in them."""
    return [str(box) for box in page.evaluate(MISFITS)]


def foreign_words(page: Page) -> list[str]:
    """Words, other than code, that are drawn in a font of this computer, each with that font."""
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    page.evaluate(MARK_WORDS)
    root = session.send("DOM.getDocument", {"depth": 0})["root"]["nodeId"]
    query = {"nodeId": root, "selector": "[data-words]"}
    drawn, foreign = 0, []
    for node in session.send("DOM.querySelectorAll", query)["nodeIds"]:
        with suppress(Error):  # the page has replaced it meanwhile
            fonts = session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
            drawn += bool(fonts)
            if any(not font["isCustomFont"] for font in fonts):
                html = session.send("DOM.getOuterHTML", {"nodeId": node})["outerHTML"]
                foreign.append(f"{[font['familyName'] for font in fonts]}: {html[:200]}")
    session.detach()
    assert drawn, "expected words on the page"
    return foreign
