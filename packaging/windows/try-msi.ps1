# Installs the MSI for this user, looks at what it put where, runs the sample in the sandbox, and removes
# it again: try-msi.ps1 FILE.msi. For Windows PowerShell 5.1; try-msi.sh does the same under Wine.
param([Parameter(Mandatory = $true)][string]$Msi)
$ErrorActionPreference = 'Stop'

function Invoke-Installer([string]$what) {
    $done = Start-Process msiexec.exe -Wait -PassThru -ArgumentList "$what `"$Msi`" /qn"
    if ($done.ExitCode -ne 0) { throw "msiexec $what ends with $($done.ExitCode)" }
}
function Assert-That([bool]$holds, [string]$otherwise) {
    if (-not $holds) { throw $otherwise }
}
function Get-UserPath { [Environment]::GetEnvironmentVariable('Path', 'User') }

$programs = Join-Path $env:LOCALAPPDATA 'Programs\partner-import'
$program = Join-Path $programs 'partner-import.exe'
$menu = Join-Path $env:APPDATA 'Microsoft\Windows\Start Menu\Programs\partner-import.lnk'
$classes = 'HKCU:\Software\Classes\Applications\partner-import.exe'
$place = Join-Path ([IO.Path]::GetTempPath()) ([guid]::NewGuid())
$null = New-Item -ItemType Directory $place

Invoke-Installer '/i'
Assert-That (Test-Path $program) "no program in $programs"
Assert-That (Test-Path $menu) "nothing in the Start menu: $menu"
Assert-That ((Get-UserPath) -like '*\Programs\partner-import*') 'PATH does not lead to it'
$open = (Get-Item "$classes\shell\open\command").GetValue('')
Assert-That ($open -eq "`"$program`" gui `"%1`"") "`"Open with`" starts $open"
Assert-That ((Get-Item "$classes\SupportedTypes").Property -contains '.xlsx') '"Open with" is not offered for workbooks'
Assert-That ((Get-Item $program).VersionInfo.ProductName -eq 'partner-import') 'no version resource'

& $program run (Join-Path $programs 'samples\first-import\customers.csv') --sandbox --yes --no-progress `
    --state-dir (Join-Path $place 'state') --out (Join-Path $place 'results')
Assert-That ($LASTEXITCODE -eq 0) "the sample ends with $LASTEXITCODE"
$summary = Get-Content (Join-Path $place 'results\summary.json') -Raw | ConvertFrom-Json
Assert-That ($summary.counts.created -eq 12) "$($summary.counts.created) of 12 created"

Invoke-Installer '/x'
Assert-That (-not (Test-Path $programs)) "left behind: $programs"
Assert-That (-not (Test-Path $menu)) 'the Start menu still has it'
Assert-That ((Get-UserPath) -notlike '*\Programs\partner-import*') 'PATH still leads to it'
Assert-That (Test-Path (Join-Path $place 'results\summary.json')) 'results were removed with it'
'installed, run and removed'
