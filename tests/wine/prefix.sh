#!/usr/bin/env bash
# Makes the Wine prefix of WINEPREFIX ready for programs that Rust has made.
set -euo pipefail

mkdir -p "$WINEPREFIX"
wineboot --init >/dev/null 2>&1

# Wine before version 9 lacks the library from which Rust's standard library takes random bytes.
system="$WINEPREFIX/drive_c/windows/system32"
if [ ! -e "$system/bcryptprimitives.dll" ]; then
  source=$(mktemp --suffix .c)
  trap 'rm -f "$source"' EXIT
  cat >"$source" <<'C'
#include <windows.h>
BOOLEAN NTAPI SystemFunction036(PVOID, ULONG);
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE bytes, SIZE_T length) {
  return SystemFunction036(bytes, (ULONG)length);
}
C
  x86_64-w64-mingw32-gcc -shared -o "$system/bcryptprimitives.dll" "$source" -ladvapi32
fi
