#!/bin/sh
# Writes cronjob.yaml once for each tenant named, in their own names and at a minute of their own:
#   ./per-tenant.sh psa north west | kubectl apply -f -
# The profile in each ConfigMap is the one of cronjob.yaml; with PROFILES=DIR it is DIR/TENANT.toml.
# Needs sh, sed, awk and cksum.
set -eu
here=$(dirname "$0")
if [ $# -eq 0 ]; then
  echo "usage: $0 TENANT..." >&2
  exit 2
fi
for tenant in "$@"; do
  # As a part of the names of objects: lower case, at most 32 characters (a CronJob may have 52).
  case $tenant in
    *[!a-z0-9-]* | -* | *- | '') echo "$0: $tenant: only a-z, 0-9 and - within" >&2 && exit 2 ;;
  esac
  if [ "${#tenant}" -gt 32 ]; then
    echo "$0: $tenant: at most 32 characters" >&2
    exit 2
  fi
  profile=${PROFILES:+$PROFILES/$tenant.toml}
  if [ -n "$profile" ] && [ ! -r "$profile" ]; then
    echo "$0: $profile cannot be read" >&2
    exit 2
  fi
done
for tenant in "$@"; do
  minute=$(($(printf %s "$tenant" | cksum | cut -d ' ' -f 1) % 60))
  echo "---"
  sed -e "s/partner-import-psa/partner-import-$tenant/g" \
    -e "s/instance: psa\$/instance: $tenant/" \
    -e "s/psa\.toml/$tenant.toml/g" -e "s/psa\.prom/$tenant.prom/g" \
    -e "s/^  schedule: .*/  schedule: \"$minute 2 * * *\"/" \
    -e '/^#/d' "$here/cronjob.yaml" |
    awk -v profile="${PROFILES:+$PROFILES/$tenant.toml}" '
      profile != "" && /^  [a-z0-9-]+\.toml: \|/ {
        print
        while ((getline line < profile) > 0) print (line == "" ? "" : "    " line)
        skip = 1
        next
      }
      skip && /^(    |$)/ { next }
      { skip = 0; print }
    '
done
