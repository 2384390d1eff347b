# 第二条命令（Windows）：装好测试工具，检查代码，运行全部测试。其余参数交给 pytest。
. (Join-Path $PSScriptRoot "scripts\prepare.ps1")
Initialize-Program
Install-Locked "tools" @((Join-Path $Root "requirements\windows-amd64.txt"), (Join-Path $Root "requirements\dev.txt"))
Set-Location $Root
foreach ($Check in @(@("ruff", "check", "."), @("ruff", "format", "--check", "."), @("mypy"))) {
    & $VenvPython -m @Check
    if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }
}
& $VenvPython -m pytest -n 2 --cov=dangjian_desktop --cov-report=term:skip-covered @args
exit $LASTEXITCODE
