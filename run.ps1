# 第一条命令（Windows）：装好一切，在示例街道上打开窗口。带参数时执行命令行。
. (Join-Path $PSScriptRoot "scripts\prepare.ps1")
Initialize-Program
Set-Location $Root
if ($args.Count -gt 0) { & $VenvPython -m dangjian_desktop @args } else { & $VenvPython -m dangjian_desktop --sample }
exit $LASTEXITCODE
