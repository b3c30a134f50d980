#!/usr/bin/env bash
# Tests on computers unlike this one (`make test-elsewhere`). Those with a browser: where DejaVu is
# the only font, and where there is none. A few of each kind: in another place and language, with a
# home that cannot be written, no shared memory, another Jupyter server, one core.
# Each line of the summary is one computer; names as arguments choose among them.
set -uo pipefail
cd "$(dirname "$0")/.."

python="$PWD/.venv/bin/python"
work="$(mktemp -d)"
trap 'rm -rf "$work"; [ -z "${lab:-}" ] || kill "$lab"' EXIT
failed=0 ran=0

every=tests/browser/test_every_page.py
few=(
  tests/explorer/test_typeface.py tests/cli/test_cli.py tests/evaluation/test_sweep.py tests/test_packaging.py
  tests/browser/test_app.py
  "$every::test_words_fit_into_narrow_windows_in_any_typeface_and_size[train]"
)
# All that a browser draws.
drawn=(-n 3 --dist loadfile --no-loadscope-reorder tests/browser --ignore=tests/browser/test_server.py)

# wanted NAME: whether a computer was chosen.
wanted() { [ ${#chosen[@]} -eq 0 ] || [[ " ${chosen[*]} " == *" $1 "* ]]; }

# tried NAME COMMAND...: run the tests with the command before them.
tried() {
  local name="$1" began=$SECONDS
  shift
  wanted "$name" || return 0
  ran=1
  if timeout 3600 "$@" "$python" -m pytest -q -p no:cacheprovider "${tests[@]}" > "$work/$name" 2>&1; then
    echo "$name: $(tail -n 1 "$work/$name") ($((SECONDS - began)) s)"
  else
    cat "$work/$name"
    echo "$name: FAILED"
    failed=1
  fi
}

# fonts NAME DIRECTORY: a configuration in which only the fonts of a directory exist.
fonts() {
  mkdir -p "$work/cache"
  printf '<?xml version="1.0"?><fontconfig><dir>%s</dir><cachedir>%s</cachedir></fontconfig>' \
    "$2" "$work/cache" > "$work/$1.conf"
  echo "$work/$1.conf"
}

# A command, its first word the options of the file system that /dev/shm is for it.
shm=(unshare --mount sh -c 'mount -t tmpfs -o "$0" tmpfs /dev/shm && exec "$@"')

chosen=("$@")
export OMP_NUM_THREADS=1
mkdir "$work/empty"
tests=("${drawn[@]}")
tried dejavu env FONTCONFIG_FILE="$(fonts dejavu /usr/share/fonts/truetype/dejavu)"
tried no-fonts env FONTCONFIG_FILE="$(fonts none "$work/empty")"
tests=("${few[@]}")
tried kathmandu env TZ=Asia/Kathmandu LANG=C LC_ALL=C
tried ascii env TZ=Pacific/Apia LANG=C LC_ALL=C PYTHONUTF8=0 PYTHONCOERCECLOCALE=0
tried no-home env -u XDG_RUNTIME_DIR -u XDG_CACHE_HOME -u XDG_CONFIG_HOME HOME=/proc/nobody
tried one-core taskset --cpu-list 0 env
if [ "$(id -u)" = 0 ]; then
  tried small-shm "${shm[@]}" size=1m
  # Where no semaphore can be made, joblib runs on threads, and has no Dask.
  tried read-only-shm env PYTEST_ADDOPTS='-k "not dask"' "${shm[@]}" ro
fi

if wanted beside-jupyter; then
  "$python" -m jupyterlab --no-browser --allow-root --port 8866 --ServerApp.root_dir="$work/empty" \
    > "$work/lab.txt" 2>&1 &
  lab=$!
  tried beside-jupyter env
fi
if [ "$ran" = 0 ]; then
  echo "expected names among: $(grep -o '^ *tried [a-z-]*' "tests/elsewhere.sh" | awk '{ printf "%s ", $2 }'); got: $*"
  exit 2
fi
exit "$failed"
