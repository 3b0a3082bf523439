# One night on Windows: runs `partner-import run` with the arguments given, and again while it ends
# with 5 (stopped, can be continued) or 6 (another run is at work). Everything else is final: 0 is
# done, 1 is done but for rows that wait for a person. Ends with the exit code of the last attempt.
#
#   PARTNER_IMPORT_BINARY  the program [default: partner-import.exe beside this script]
#   ATTEMPTS               how often it is run at most [default: 6]
#   PAUSE                  seconds between two attempts [default: 900]
# What was told goes to nightly.log in the current directory.
$program = if ($env:PARTNER_IMPORT_BINARY) { $env:PARTNER_IMPORT_BINARY } else { Join-Path $PSScriptRoot 'partner-import.exe' }
$attempts = if ($env:ATTEMPTS) { [int]$env:ATTEMPTS } else { 6 }
$pause = if ($env:PAUSE) { [int]$env:PAUSE } else { 900 }
for ($attempt = 1; ; $attempt++) {
    # cmd appends what the program writes byte by byte; PowerShell would make error records of it.
    $words = @('run') + $args | ForEach-Object { if ($_ -match '[\s"]') { '"' + ($_ -replace '"', '\"') + '"' } else { $_ } }
    cmd /d /s /c "`"`"$program`" $($words -join ' ') >>nightly.log 2>&1`""
    $code = $LASTEXITCODE
    if (($code -ne 5 -and $code -ne 6) -or $attempt -ge $attempts) { exit $code }
    Start-Sleep -Seconds $pause
}
