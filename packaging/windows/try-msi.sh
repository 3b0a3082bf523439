#!/usr/bin/env bash
# Installs the MSI under Wine as a user would, looks at what it put where, runs the program, and
# removes it again: `try-msi.sh FILE.msi VERSION`. Wine is not Windows: what was seen on a real one is
# said in docs/reference/packages.md.
set -euo pipefail
msi=$(realpath "$1") version=$2
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
place=$(mktemp -d)
export WINEPREFIX=$place/wine WINEDEBUG=-all
# Wine's own windows for .NET and HTML are not needed, and ask.
export WINEDLLOVERRIDES="mscoree=;mshtml="
trap 'wineserver -k >/dev/null 2>&1 || true; rm -rf "$place"' EXIT

fail() {
  echo "try-msi.sh: $*" >&2
  exit 1
}

"$here/tests/wine/prefix.sh"
programs=$(find "$WINEPREFIX/drive_c/users" -maxdepth 3 -path '*AppData/Local' | head -n 1)/Programs/partner-import
menu=$WINEPREFIX/drive_c/users/$(basename "$(dirname "$(dirname "$(dirname "$(dirname "$programs")")")")")/AppData/Roaming/Microsoft/Windows/Start\ Menu/Programs
value() {
  wine reg query "$1" "${@:2}" 2>/dev/null | tr -d '\r'
}

wine msiexec /i "$(winepath --windows "$msi")" /qn || fail "it cannot be installed"
[ -f "$programs/partner-import.exe" ] || fail "no program in $programs"
said=$(wine "$programs/partner-import.exe" --version | tr -d '\r')
[ "$said" = "partner-import $version" ] || fail "the program says \"$said\""
find "$menu" -name 'partner-import.lnk' | grep -q . || fail "nothing in the Start menu: $menu"
value 'HKCU\Environment' /v Path | grep -q 'Programs\\partner-import' || fail "PATH does not lead to it"
value 'HKCU\Software\Classes\Applications\partner-import.exe\shell\open\command' /ve |
  grep -qF 'partner-import.exe" gui "%1"' || fail "\"Open with\" does not start the page"
value 'HKCU\Software\Classes\Applications\partner-import.exe\SupportedTypes' | grep -q '\.xlsx' ||
  fail "\"Open with\" is not offered for workbooks"
value 'HKLM\Software\partner-import' >/dev/null && fail "it wrote for all users"

# The main job, from where it was put.
cd "$place"
wine "$programs/partner-import.exe" run "$(winepath --windows "$programs/samples/first-import/customers.csv")" \
  --sandbox --yes --state-dir 'C:\state' --out 'C:\results' >run.txt 2>&1 || {
  cat run.txt >&2
  fail "the sample cannot be imported into the sandbox"
}
grep -q '"created": 12,' "$WINEPREFIX/drive_c/results/summary.json" || fail "not 12 created"

wine msiexec /x "$(winepath --windows "$msi")" /qn || fail "it cannot be removed"
[ ! -e "$programs" ] || fail "left behind: $(find "$programs" | head)"
[ -z "$(find "$menu" -name 'partner-import.lnk')" ] || fail "the Start menu still has it"
value 'HKCU\Environment' /v Path | grep -q 'partner-import' && fail "PATH still leads to it"
[ -f "$WINEPREFIX/drive_c/results/summary.json" ] || fail "results were removed with it"
echo "try-msi.sh: installed, run and removed under $(wine --version)"
