# run.ps1 和 test.ps1 共用：找到 Python 3.11，按锁定文件建立 .venv。只做一次。
$ErrorActionPreference = "Stop"
$Root = Split-Path -Parent $PSScriptRoot
$VenvPython = Join-Path $Root ".venv\Scripts\python.exe"
$env:PYTHONUTF8 = "1"

function Stop-Plainly([string]$Text) {
    Write-Host $Text
    exit 4
}

function Find-Python {
    # a command that complains on its error stream must not end the search
    $ErrorActionPreference = "Continue"
    foreach ($Candidate in @(@("py", "-3.11"), @("python3.11"), @("python"))) {
        $Command, $Options = $Candidate
        if (-not (Get-Command $Command -ErrorAction SilentlyContinue)) { continue }
        $Options = @($Options | Where-Object { $_ })
        & $Command @Options -c "import sys; sys.exit(sys.version_info[:2] != (3, 11))" 2>$null
        if ($LASTEXITCODE -eq 0) { return @($Command) + $Options }
    }
    Stop-Plainly "没有找到 Python 3.11（64 位），请先安装。"
}

function Install-Locked([string]$Name, [string[]]$Locks) {
    $Stamp = Join-Path $Root ".venv\stamp-$Name"
    $Want = ($Root, ($Locks | ForEach-Object { (Get-FileHash -Algorithm SHA256 $_).Hash })) -join " "
    if ((Test-Path $Stamp) -and ((Get-Content -Raw -Encoding UTF8 $Stamp).Trim() -eq $Want)) { return }
    Write-Host "安装锁定的组件（第一次需要几分钟）…"
    $Options = $Locks | ForEach-Object { "-r"; $_ }
    & $VenvPython -m pip install -qq --disable-pip-version-check --no-deps --require-hashes --only-binary=:all: @Options
    if ($LASTEXITCODE -ne 0) { Stop-Plainly "组件安装失败，请检查网络后再执行一次。" }
    Set-Content -Encoding UTF8 -Path $Stamp -Value $Want
}

function Initialize-Program {
    if (-not (Test-Path $VenvPython)) {
        $Python = @(Find-Python)
        $Options = @($Python | Select-Object -Skip 1)
        & $Python[0] @Options -m venv (Join-Path $Root ".venv")
        if ($LASTEXITCODE -ne 0) { Stop-Plainly "无法建立 .venv。" }
    }
    $Pth = Join-Path $Root ".venv\Lib\site-packages\dangjian-desktop.pth"
    # no byte order mark: Python would take it for a part of the path
    [IO.File]::WriteAllText($Pth, (Join-Path $Root "src") + "`n", (New-Object Text.UTF8Encoding $false))
    Install-Locked "program" @((Join-Path $Root "requirements\windows-amd64.txt"))
}
