#!/bin/sh
# One night where nothing else tries again (cron): runs `partner-import run` with the arguments
# given, and again while it ends with 5 (stopped, can be continued) or 6 (another run is at work).
# Everything else is final: 0 is done, 1 is done but for rows that wait for a person.
# Ends with the exit code of the last attempt.
#
#   PARTNER_IMPORT_BINARY  the program [default: partner-import]
#   ATTEMPTS               how often it is run at most [default: 6]
#   PAUSE                  seconds between two attempts [default: 900]
set -u
attempt=1
while :; do
  code=0
  "${PARTNER_IMPORT_BINARY:-partner-import}" run "$@" || code=$?
  case $code in
    5 | 6) ;;
    *) exit "$code" ;;
  esac
  if [ "$attempt" -ge "${ATTEMPTS:-6}" ]; then
    exit "$code"
  fi
  attempt=$((attempt + 1))
  sleep "${PAUSE:-900}"
done
