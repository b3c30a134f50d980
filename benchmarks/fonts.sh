#!/usr/bin/env bash
# The typeface of the pages: Inter, cut down to the characters that the pages use (`make fonts`).
#
# Takes one package of the npm registry, and fonttools in an environment that is thrown away. The
# result is committed, as nothing is fetched at run time.
set -euo pipefail

package=inter-ui@4.1.1
sum=e392e4d71f18a7c1f23dfecd833d68fa05eeab41862686584e80fd2b5d87e9c0
here="$(cd "$(dirname "$0")/.." && pwd)"
target="$here/mist_explore/explorer/assets/fonts"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"

npm pack --silent "$package" > name
echo "$sum  $(cat name)" | sha256sum --check --quiet
tar xzf "$(cat name)"
"${PYTHON:-python3}" -m venv tools
tools/bin/pip install --disable-pip-version-check --quiet fonttools==4.60.1 brotli==1.2.1

# Latin with its accents (Basic, Latin-1, Extended-A), Greek, spaces, dashes, quotes, raised and
# lowered figures, arrows, the operators of formulas, and the marks of legends.
characters="U+0020-007E,U+00A0-017F,U+0391-03A9,U+03B1-03C9,U+2009-200A,U+2010-2014,U+2018-201A"
characters+=",U+201C-201E,U+2020-2022,U+2026,U+202F,U+2030,U+2032-2033,U+2039-203A,U+2044"
characters+=",U+2070-208E,U+20AC,U+2113,U+2122,U+2190-2193,U+2202,U+2206,U+220F,U+2211-2212"
characters+=",U+2215,U+2217,U+221A,U+221E,U+222B,U+2248,U+2260,U+2264-2265,U+25A0-25A1,U+25B2,U+25BC,U+25C6"
characters+=",U+25CB,U+25CF,U+2605,U+2713,U+2717"

# The weights of page.css, and both optical sizes: text at 14, headings at 32.
tools/bin/fonttools varLib.instancer --quiet --no-recalc-timestamp \
  package/variable/InterVariable.woff2 wght=400:750 --output inter.ttf
tools/bin/pyftsubset inter.ttf --unicodes="$characters" \
  --layout-features=kern,mark,mkmk,ccmp,locl,tnum --flavor=woff2 --output-file=inter.woff2

mkdir -p "$target"
cp inter.woff2 "$target/inter.woff2"
cp package/LICENSE.txt "$target/LICENSE.txt"
ls -l "$target"
