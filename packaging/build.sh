#!/usr/bin/env bash
# Makes the packages of a release: `packaging/build.sh [OPTION]... [PACKAGE]...`
#
#   deb        a package for Debian and Ubuntu: program, manual, completions, systemd units
#   tarball    the program with manual, completions, documents: linked statically, for any Linux of this
#              machine's kind; on a Mac, for that Mac's kind
#   windows    a zip and an MSI for Windows on x86-64; the MSI is per user and asks for no administrator
#   all        these three [default]
#
#   --out DIR          where they go [default: target/packages]
#   --profile PROFILE  the Cargo profile they are built with [default: dist]
#   --place URL        where the release will be found, as https://github.com/OWNER/partner-import:
#                      writes the manifest by which `cargo binstall` finds the archives there
#   --install-tools    installs what is missing (on Debian and Ubuntu)
#
# SHA256SUMS is written beside the packages. Each is looked into before it is called made; the MSI is
# installed, run and removed under Wine, the .deb is held against lintian, where these are there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

fail() {
  echo "packaging/build.sh: $*" >&2
  exit 2
}

out=target/packages profile=dist place="" tools=ask packages=()
while [ $# -gt 0 ]; do
  case $1 in
    --out | --profile | --place)
      [ $# -gt 1 ] || fail "$1 needs a value"
      case $1 in --out) out=$2 ;; --profile) profile=$2 ;; --place) place=${2%/} ;; esac
      shift
      ;;
    --install-tools) tools=install ;;
    deb | tarball | windows) packages+=("$1") ;;
    all) packages+=(deb tarball windows) ;;
    -h | --help)
      sed -n '2,/^set /s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" | sed '$d'
      exit 0
      ;;
    *) fail "unknown: $1 (--help says what there is)" ;;
  esac
  shift
done
[ ${#packages[@]} -gt 0 ] || packages=(deb tarball windows)
case $place in "" | https://*) ;; *) fail "--place must be an https:// address, not $place" ;; esac

version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
mkdir -p "$out"
out=$(cd "$out" && pwd)
target_dir=${CARGO_TARGET_DIR:-$PWD/target}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
windows=x86_64-pc-windows-gnu

# need COMMAND PACKAGE...: the command is there, or its packages are installed, or it is said.
need() {
  local command=$1
  shift
  command -v "$command" >/dev/null && return
  [ "$tools" = install ] || fail "$command is missing: apt-get install $* (or --install-tools)"
  local as_root=()
  [ "$(id -u)" = 0 ] || as_root=(sudo)
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
  command -v "$command" >/dev/null || fail "$command is missing after installing $*"
}

need_target() {
  rustup target list --installed 2>/dev/null | grep -qx "$1" || rustup target add "$1"
}

# build [ARGUMENT...]: the program in the profile that was asked for; says where it is.
build() {
  cargo build --locked --profile "$profile" --bin partner-import "$@" >&2
}

folder_of_profile() {
  case $profile in dev) echo debug ;; *) echo "$profile" ;; esac
}

# What a machine of this kind cannot say, a program of the build machine does: the same for all.
extras() {
  local program=$1 to=$2 shell name
  mkdir -p "$to/man" "$to/completions"
  "$program" man --out "$to/man"
  for shell in bash fish zsh powershell elvish; do
    case $shell in
      bash) name=partner-import.bash ;;
      fish) name=partner-import.fish ;;
      zsh) name=_partner-import ;;
      powershell) name=partner-import.ps1 ;;
      elvish) name=partner-import.elv ;;
    esac
    "$program" completions "$shell" >"$to/completions/$name"
  done
}

# In `$(native)` a command that fails ends nothing by itself.
native() {
  build || return
  echo "$target_dir/$(folder_of_profile)/partner-import"
}

says_its_version() {
  local said
  said=$("$@" --version | tr -d '\r')
  [ "$said" = "partner-import $version" ] || fail "$* says \"$said\", not version $version"
}

documents() {
  cp README.md CHANGELOG.md LICENSE LICENSE-APACHE LICENSE-MIT "$1/"
  cp -R docs samples "$1/"
  mkdir "$1/packaging"
  cp -R packaging/{container,cron,kubernetes,systemd,windows,nightly.sh,profile.toml} "$1/packaging/"
}

# --- Debian ---

# What Debian asks for; what has changed stands in CHANGELOG.md, beside it.
debian_changelog() {
  local maintainer when
  maintainer=$(sed -n 's/^maintainer = "\(.*\)"/\1/p' Cargo.toml)
  when=$(git log -1 --format=%cD 2>/dev/null || date -R)
  printf 'partner-import (%s) stable; urgency=medium\n\n  * See CHANGELOG.md.\n\n -- %s  %s\n' \
    "$version-1" "$maintainer" "$when"
}

package_deb() {
  need dpkg-deb dpkg
  command -v cargo-deb >/dev/null || {
    [ "$tools" = install ] || fail "cargo-deb is missing: cargo install cargo-deb --locked"
    cargo install cargo-deb --locked --quiet
  }
  local program deb
  program=$(native)
  says_its_version "$program"
  extras "$program" "$work/deb"
  # Where Cargo.toml's [package.metadata.deb] looks for them.
  local parts=target/packaging/deb
  rm -rf "$parts"
  mkdir -p target/packaging
  mv "$work/deb" "$parts"
  gzip -9n "$parts"/man/*.1
  gzip -9nc CHANGELOG.md >"$parts/changelog.gz"
  debian_changelog | gzip -9n >"$parts/changelog.Debian.gz"
  deb=$out/partner-import_${version}_$(dpkg --print-architecture).deb
  cargo deb --locked --no-build --no-strip --profile "$profile" --output "$deb" >&2
  if command -v lintian >/dev/null; then
    # Left out: a first package in Debian's own archive would close a request for it.
    lintian --allow-root --fail-on error,warning \
      --suppress-tags initial-upload-closes-no-bugs "$deb"
  fi
}

# --- any Linux, and the Mac ---

package_tarball() {
  local host target
  host=$(rustc -vV | sed -n 's/^host: //p')
  target=$host
  if [ "$(uname -s)" = Linux ]; then
    target=$(uname -m)-unknown-linux-musl
    need musl-gcc musl-tools
    need readelf binutils
    need_target "$target"
  fi
  build --target "$target"
  local name=partner-import-$version-$target
  local to=$work/$name
  mkdir "$to"
  cp "$target_dir/$target/$(folder_of_profile)/partner-import" "$to/"
  says_its_version env -i "$to/partner-import"
  if [ "$(uname -s)" = Linux ]; then
    if readelf --program-headers --wide "$to/partner-import" | grep -q INTERP; then
      fail "the program in the tarball is not linked statically"
    fi
  fi
  extras "$to/partner-import" "$to"
  documents "$to"
  tar -C "$work" -czf "$out/$name.tar.gz" "$name"
}

# --- Windows ---

# The icon in the sizes that Windows shows, drawn from the one the page has.
icon() {
  local size sizes=(16 24 32 48 64 128 256) files=()
  for size in "${sizes[@]}"; do
    rsvg-convert --width "$size" --height "$size" --output "$work/icon-$size.png" src/gui/page/icon.svg
    files+=("--raw=$work/icon-$size.png")
  done
  # All as PNG, which Windows reads since Vista.
  icotool --create --output "$1" "${files[@]}"
}

# Icon, version and manifest, which become part of the program.
resources() {
  local numbers
  numbers=$(echo "${version%%[-+]*}" | tr . ,),0
  icon "$work/partner-import.ico"
  cp packaging/windows/partner-import.manifest "$work/"
  sed -e "s/@VERSION@/$version/g" -e "s/@NUMBERS@/$numbers/g" packaging/windows/partner-import.rc >"$work/partner-import.rc"
  (cd "$work" && x86_64-w64-mingw32-windres --output-format=coff partner-import.rc partner-import.res.o)
}

# Icon (14), version (16) and manifest (24) are in the program.
holds_resources() {
  local kind
  for kind in 14 16 24; do
    [ -n "$(wrestool --list --type=-$kind "$1" 2>/dev/null)" ] || fail "$1 has no resource of type $kind"
  done
  wrestool --extract --raw --type=-16 "$1" | tr -d '\0' | grep -aqF "ProductVersion$version" ||
    fail "the version in $1 is not $version"
}

# What the installer does beside copying files stands in its tables.
installs() {
  local table
  has() {
    table=$(msiinfo export "$1" "$2")
    grep -qF -- "$3" <<<"$table" || fail "the table $2 of $1 lacks $3"
  }
  has "$1" File partner-import.exe
  has "$1" Shortcut '[INSTALLDIR]partner-import.exe'
  has "$1" Environment '[~];[INSTALLDIR]'
  has "$1" Registry '"[INSTALLDIR]partner-import.exe" gui "%1"'
  has "$1" Registry .xlsx
}

# The names below a folder as components of an installer: wixl has no wildcards.
fragment() {
  (cd "$1" && find "$2" -type f | sort | wixl-heat --prefix "$2/" --directory-ref "$3" \
    --component-group "$4" --var "var.$4" --win64) >"$work/$4.wxs"
}

package_windows() {
  need x86_64-w64-mingw32-gcc gcc-mingw-w64-x86-64
  need rsvg-convert librsvg2-bin
  need icotool icoutils
  need wixl wixl
  need msibuild msitools
  need msiinfo msitools
  need zip zip
  need_target "$windows"
  resources
  # Only the program itself gets the resources, not the build scripts of what it is made of.
  cargo rustc --locked --profile "$profile" --bin partner-import --target "$windows" -- \
    -C link-arg="$work/partner-import.res.o" >&2
  local name=partner-import-$version-$windows
  local to=$work/$name
  mkdir "$to"
  cp "$target_dir/$windows/$(folder_of_profile)/partner-import.exe" "$to/"
  holds_resources "$to/partner-import.exe"
  local program
  program=$(native)
  extras "$program" "$to"
  documents "$to"
  rm -f "$out/$name.zip"
  (cd "$work" && zip -qrX9 "$out/$name.zip" "$name")
  installer "$to" "$out/$name.msi"
  installs "$out/$name.msi"
  if command -v wine >/dev/null; then
    packaging/windows/try-msi.sh "$out/$name.msi" "$version"
  else
    echo "packaging/build.sh: wine is missing, so the MSI was not tried" >&2
  fi
}

installer() {
  local from=$1 msi=$2
  fragment "$from" samples SAMPLES samples
  fragment "$from" docs DOCS docs
  rm -f "$msi"
  # wixl takes paths below the current directory only.
  cp packaging/windows/partner-import.wxs "$work/"
  from=${from#"$work/"}
  (cd "$work" && wixl --arch x64 --output "$msi" -D Win64=yes -D Version="${version%%[-+]*}" \
    -D From="$from" -D Icon=partner-import.ico -D samples="$from/samples" -D docs="$from/docs" \
    partner-import.wxs samples.wxs docs.wxs)
  # wixl knows no changes of the environment: the user's PATH (`=-` sets and removes, `[~];` appends).
  msibuild "$msi" \
    -q "CREATE TABLE \`Environment\` (\`Environment\` CHAR(72) NOT NULL, \`Name\` CHAR(255) NOT NULL LOCALIZABLE, \`Value\` CHAR(255) LOCALIZABLE, \`Component_\` CHAR(72) NOT NULL PRIMARY KEY \`Environment\`)" \
    -q "INSERT INTO \`Environment\` (\`Environment\`, \`Name\`, \`Value\`, \`Component_\`) VALUES ('Path', '=-Path', '[~];[INSTALLDIR]', 'Program')" \
    -q "INSERT INTO \`InstallExecuteSequence\` (\`Action\`, \`Sequence\`) VALUES ('WriteEnvironmentStrings', 5200)" \
    -q "INSERT INTO \`InstallExecuteSequence\` (\`Action\`, \`Sequence\`) VALUES ('RemoveEnvironmentStrings', 3300)"
}

# --- all ---

for package in "${packages[@]}"; do
  "package_$package"
done
if [ -n "$place" ]; then
  sed "s|^repository = .*||; s|^\[package\]$|[package]\nrepository = \"$place\"|" Cargo.toml >"$out/binstall.Cargo.toml"
fi
sum() {
  if command -v sha256sum >/dev/null; then sha256sum "$@"; else shasum -a 256 "$@"; fi
}
(cd "$out" && rm -f SHA256SUMS && for one in *; do sum "$one"; done >"$work/sums" && mv "$work/sums" SHA256SUMS)
cat "$out/SHA256SUMS"
