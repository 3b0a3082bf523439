# One night on Windows: runs `partner-import run` with the arguments given, and again while it ends
# with 5 (stopped, can be continued) or 6 (another run is at work). Everything else is final: 0 is
# done, 1 is done but for rows that wait for a person. Ends with the exit code of the last attempt,
# and with 2 where the program cannot be started at all.
#
#   PARTNER_IMPORT_BINARY  the program [default: partner-import.exe beside this script]
#   ATTEMPTS               how often it is run at most [default: 6]
#   PAUSE                  seconds between two attempts [default: 900]
#   LOG_BYTES              above this size the log of the last nights is put aside [default: 10 MB]
# What was told goes to nightly.log in the current directory, the logs before it are nightly.1.log to
# nightly.5.log. For Windows PowerShell 5.1, which every Windows has, and newer ones.
$ErrorActionPreference = 'Stop'
$program = if ($env:PARTNER_IMPORT_BINARY) { $env:PARTNER_IMPORT_BINARY } else { Join-Path $PSScriptRoot 'partner-import.exe' }
$attempts = if ($env:ATTEMPTS) { [int]$env:ATTEMPTS } else { 6 }
$pause = if ($env:PAUSE) { [int]$env:PAUSE } else { 900 }
$most = if ($env:LOG_BYTES) { [long]$env:LOG_BYTES } else { 10MB }
$here = (Get-Location -PSProvider FileSystem).ProviderPath
$log = Join-Path $here 'nightly.log'

# A word of a command line as Windows programs take it apart: quotation marks where there is a space,
# a mark within is escaped, and backslashes count only before a mark, where each is doubled.
function Get-Word([string]$word) {
    if ($word -ne '' -and $word -notmatch '[\s"]') { return $word }
    $word = $word -replace '(\\*)"', '$1$1\"'
    $word = $word -replace '(\\+)$', '$1$1'
    return '"' + $word + '"'
}

# Runs the program once, without a shell between: no second reading of its command line, and its
# exit code as it is. What it writes is kept byte by byte: messages as they come, its results behind.
function Invoke-Night([string]$line, [IO.Stream]$to) {
    $start = New-Object Diagnostics.ProcessStartInfo
    $start.FileName = $program
    $start.Arguments = $line
    $start.WorkingDirectory = $here
    $start.UseShellExecute = $false
    $start.RedirectStandardOutput = $true
    $start.RedirectStandardError = $true
    $process = [Diagnostics.Process]::Start($start)
    $results = New-Object IO.MemoryStream
    $reading = $process.StandardOutput.BaseStream.CopyToAsync($results)
    $process.StandardError.BaseStream.CopyTo($to)
    $reading.Wait()
    $process.WaitForExit()
    $results.WriteTo($to)
    return $process.ExitCode
}

try {
    if ((Test-Path -LiteralPath $log) -and (Get-Item -LiteralPath $log).Length -gt $most) {
        for ($number = 4; $number -ge 1; $number--) {
            $older = Join-Path $here "nightly.$number.log"
            if (Test-Path -LiteralPath $older) { Move-Item -Force -LiteralPath $older -Destination (Join-Path $here "nightly.$($number + 1).log") }
        }
        Move-Item -Force -LiteralPath $log -Destination (Join-Path $here 'nightly.1.log')
    }
    $line = (@('run') + $args | ForEach-Object { Get-Word $_ }) -join ' '
    # Others may read the log meanwhile; nothing is held back in memory.
    $to = New-Object IO.FileStream($log, [IO.FileMode]::Append, [IO.FileAccess]::Write, [IO.FileShare]::Read, 1)
    for ($attempt = 1; ; $attempt++) {
        $code = Invoke-Night $line $to
        if (($code -ne 5 -and $code -ne 6) -or $attempt -ge $attempts) { break }
        Start-Sleep -Seconds $pause
    }
    $to.Dispose()
} catch {
    # PowerShell itself would end with 1, which here means that rows wait for a person.
    try { if ($to) { $to.Dispose() }; Add-Content -LiteralPath $log -Value "nightly.ps1: $_" } catch { }
    [Console]::Error.WriteLine("nightly.ps1: $_")
    exit 2
}
exit $code
