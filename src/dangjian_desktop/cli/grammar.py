"""All commands and their options; what stands here is a promise to scripts and stays."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Argument:
    """One option or positional; `type` is text, path, day, count or whole."""

    names: tuple[str, ...]
    help: str
    metavar: str = ""
    type: str = "text"
    nargs: str = ""
    flag: bool = False
    required: bool = False
    many: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Command:
    """One command: what it does in a sentence, how it is written, its own arguments."""

    help: str
    usage: str = ""
    arguments: tuple[Argument, ...] = ()


def _option(name: str, metavar: str, text: str, kind: str = "text") -> Argument:
    return Argument((name,), text, metavar, kind)


def _flag(name: str, text: str) -> Argument:
    return Argument((name,), text, flag=True)


def _word(name: str, metavar: str, text: str, nargs: str = "") -> Argument:
    return Argument((name,), text, metavar, nargs=nargs)


COMMON = (
    _option("--file", "PATH", "数据文件；不写就是上次用的那个", "path"),
    _option("--account", "NAME", "账户名；只有一个账户时可以不写，也可以放在环境变量 DANGJIAN_ACCOUNT 里"),
    _option("--password-file", "F", "放密码的文件，- 是标准输入；也可以放在环境变量 DANGJIAN_PASSWORD 里", "path"),
    _option("--recovery-key-file", "F", "放恢复密钥的文件，用它代替密码打开", "path"),
    _option("--on", "YYYY-MM-DD", "把这一天当作今天", "day"),
    _flag("--json", "只输出一个 JSON 对象"),
    _flag("--full", "证件号码和电话显示全文，要同时写 --reason"),
    _option("--reason", "TEXT", "查看全文、重新打开台账条目的原因，会留记录"),
    _flag("--version", "显示版本"),
)

_KIND = _word("kind", "KIND", "资料种类：organisation、member、post、meeting、ledger_entry")
_ID = _word("id", "ID", "记录的编号，list 会列出")
_VALUES = _word("values", "FIELD=VALUE", "字段和值，字段名见 fields", "*")
_SCOPE = _option("--scope", "ORG", "只看这个党组织和它的下级")
_SINCE = _option("--since", "DATE", "从哪天起这样，默认 --on")
_LIMIT = _option("--limit", "N", "最多列出多少条", "count")
_PERIOD = _option("--period", "P", "期间：2026、2026Q3 或 2026-09")
_ACTS = (
    "login 登录、reveal 查看完整信息、search 按号码查找、"
    "export 导出打印、backup 备份、clear 按期清除、account 账户和密码"
)
_ROLE = "administrator、secretary、clerk、grid_worker、reader"


def _output(metavar: str, text: str) -> Argument:
    return Argument(("-o", "--output"), text, metavar, "path", required=True)


def _new_password(text: str) -> Argument:
    return Argument(("--new-password-file",), text, "F", "path", required=True)


COMMANDS: dict[str, Command] = {
    "new": Command(
        "新建数据文件",
        "--file PATH --name NAME [--demo] [--members N] [--seed S] [--base-date D]",
        (
            Argument(("--name",), "街道党工委名称，也是最上级党组织", "NAME", required=True),
            _flag("--demo", "填入一个虚构的示例街道"),
            _option("--members", "N", "示例街道的党员数", "count"),
            _option("--seed", "S", "随机种子，相同则内容相同", "whole"),
            _option("--base-date", "D", "建账日，默认今天", "day"),
        ),
    ),
    "info": Command("数据文件的基本情况"),
    "check": Command(
        "检查数据文件是否完好", "[--repair]", (_flag("--repair", "先重新生成检索、统计等可以重算的数据"),)
    ),
    "fields": Command("某种资料有哪些字段", "KIND", (_word("kind", "KIND", "资料种类；台账写 ledger:KEY"),)),
    "import": Command(
        "导入表格",
        "KIND PATH [--sheet S] [--scope ORG] [--mapping M] [--dry-run] [--report OUT.xlsx] ...",
        (
            _word(
                "kind", "KIND", "roster、organisations、posts、meetings 或 ledger:KEY；台账的分项写 ledger:KEY.CHILD"
            ),
            Argument(("path",), "要导入的表格", "PATH", "path", nargs="?"),
            _option("--sheet", "S", "只读这个工作表"),
            _option("--scope", "ORG", "表里没写党组织时归到这里"),
            _option("--mapping", "M", "列对应：JSON 文件，或保存过的名称"),
            _flag("--dry-run", "只看会怎样，不写入"),
            _option("--report", "OUT.xlsx", "把退回的行和原因写成表格", "path"),
            _flag("--skip-hidden", "隐藏的工作表不读"),
            _option(
                "--arrived",
                "WAY",
                "早已建账的支部里新出现的人怎么来的：opening 建账时漏录（不写就是它）、"
                "transferred 本期转入、admitted 本期发展",
            ),
            _option("--since", "D", "本期转入、本期发展的人哪一天进入支部，不写就是今天"),
            _option("--member-class", "CLASS", "没有写人员类别的新党员是哪一类，如 正式党员"),
            _option("--create-orgs-under", "ORG", "没有的党组织建在这个党组织下面"),
            Argument(
                ("--unit",),
                "表里写的党组织是哪一个，可以写几次；等号右边写党组织、“新建”或“不导入”",
                "NAME=ORG",
                many=True,
            ),
            _flag("--allow-no-id", "没有公民身份号码的也收"),
            _option("--template", "OUT.xlsx", "不导入，只生成一张空表", "path"),
        ),
    ),
    "export": Command(
        "导出表格",
        "KIND [--scope ORG] -o OUT.xlsx|OUT.csv",
        (
            _word("kind", "KIND", "资料种类；台账写 ledger:KEY，台账的分项写 ledger:KEY.CHILD"),
            _SCOPE,
            _output("OUT", "写到哪个文件，.xlsx 或 .csv"),
        ),
    ),
    "list": Command(
        "列出资料",
        "KIND [--scope ORG] [--where FIELD=VALUE] [--limit N]",
        (
            _KIND,
            _SCOPE,
            Argument(("--where",), "只要符合的，可以写几次", "FIELD=VALUE", many=True),
            _LIMIT,
        ),
    ),
    "find": Command(
        "按姓名、拼音首字母或号码找党员", "TEXT [--limit N]", (_word("text", "TEXT", "要找的内容"), _LIMIT)
    ),
    "add": Command("新建一条资料", "KIND FIELD=VALUE ...", (_KIND, _VALUES, _SINCE)),
    "set": Command("修改一条资料", "KIND ID FIELD=VALUE ...", (_KIND, _ID, _VALUES, _SINCE)),
    "remove": Command("删除一条资料（进回收站，可撤销）", "KIND ID", (_KIND, _ID)),
    "figures": Command("统计指标", "[--scope ORG] [--period P]", (_SCOPE, _PERIOD)),
    "findings": Command(
        "规则现在说什么：到期、超期、要核对的",
        "[--scope ORG] [--rule CODE]",
        (_SCOPE, _option("--rule", "CODE", "只看这条规则说的，代码见 rules list")),
    ),
    "rules list": Command(
        "规则簿：每条规则的版次、施行日、依据和参数", "[--code C]", (_option("--code", "C", "只看这条规则，如 TERM"),)
    ),
    "rules set": Command(
        "本单位另定一条规则的门槛、提前天数或轻重，要写原因和文号",
        "CODE [NAME=VALUE ...] --reason TEXT --document D [--lead-days 15,7] [--severity S] [--since DATE]",
        (
            _word("code", "CODE", "规则的代码；台账的检查写 KEY.check"),
            _word("values", "NAME=VALUE", "参数和值，参数名见 rules list", "*"),
            _option("--document", "D", "依据的文号"),
            _option("--lead-days", "N,N", "提前几天提醒，逗号隔开"),
            _option("--severity", "S", "轻重：info、warning、error"),
            _option("--since", "DATE", "从哪天起这样；不写就是一直这样"),
        ),
    ),
    "rules reset": Command(
        "一条规则恢复成自带的", "CODE", (_word("code", "CODE", "规则的代码；台账的检查写 KEY.check"),)
    ),
    "holidays list": Command("已知哪些年份的放假安排"),
    "holidays set": Command(
        "录入某一年（或几年）的放假安排",
        "FILE",
        (Argument(("path",), "放假安排（TOML，写法同自带的）", "FILE", "path"),),
    ),
    "practices": Command("各项做法：记在哪里、怎么算、打印什么，做到没有"),
    "report": Command(
        "生成报表",
        "list | NAME [--scope ORG]... [--each] [--period P] [--id ID] [--format pdf,xlsx] [--paper PAPER]"
        " [--template T] [--words OUT.txt] -o DIR",
        (
            _word("name", "NAME", "报表名；写 list 列出全部"),
            Argument(("--scope",), "只看这个党组织和它的下级；写几次就每个各出一份", "ORG", many=True),
            _flag("--each", "范围内有本级党员的党组织，每个各出一份；Ctrl+C 停下，已写好的文件都完整"),
            _PERIOD,
            _option("--id", "ID", "针对哪条记录，如会议记录"),
            _option("--format", "pdf,xlsx", "要哪几种格式：pdf、xlsx；季报可加 docx，工作总结是 pdf、docx"),
            _option("--paper", "PAPER", "印在什么纸上：A4竖、A4横、A3竖、A3横；默认用报表自己的"),
            _option("--template", "T", "季报、工作总结从此改用这份文字（文本文件）；写 default 换回自带的"),
            _option("--words", "OUT.txt", "不生成报表，只把季报、工作总结的文字写出来改，改好用 --template 换上"),
            Argument(("-o", "--output"), "放到哪个文件夹", "DIR", "path"),
        ),
    ),
    "fill": Command(
        "填上级发来的表",
        "FORM.xlsx [--mapping M] [--scope ORG] [--period P] [--keep] -o OUT.xlsx",
        (
            Argument(("form",), "上级的空表，.xlsx", "FORM", "path", nargs="?"),
            _option("--mapping", "M", '哪个格子填什么：JSON 文件，或直接写 {"B5": "members"}'),
            _SCOPE,
            _PERIOD,
            _flag("--keep", "保存这张表和它的对应，下次直接填"),
            _flag("--correction-sheet", "不填表，生成一张给支部书记核对党员信息的表"),
            _output("OUT.xlsx", "填好的表写到哪个文件"),
        ),
    ),
    "ledger list": Command("有哪些台账"),
    "ledger show": Command("一个台账的样式和条目", "KEY [--limit N]", (_word("key", "KEY", "台账"), _SCOPE, _LIMIT)),
    "ledger add": Command("台账新增一条", "KEY FIELD=VALUE ...", (_word("key", "KEY", "台账"), _VALUES)),
    "ledger set": Command("改台账的一条", "KEY ID FIELD=VALUE ...", (_word("key", "KEY", "台账"), _ID, _VALUES)),
    "ledger rows": Command(
        "台账条目里的分项（联系记录、措施、成员）",
        "KEY ID CHILD [add FIELD=VALUE ... | set ROW FIELD=VALUE ... | remove ROW ...]",
        (
            _word("key", "KEY", "台账"),
            _ID,
            _word("child", "CHILD", "分项的键或名称，如 contacts 或 联系记录"),
            _word("words", "DO", "不写是列出；add 加一行，set ROW 改一行，remove ROW 删几行；ROW 是列出的行号", "*"),
        ),
    ),
    "ledger move": Command(
        "台账条目改状态",
        "KEY ID STATE [--since DATE] [--reason TEXT]",
        (
            _word("key", "KEY", "台账"),
            _ID,
            _word("state", "STATE", "状态；已办结的改回办理中，要用 --reason 写明原因"),
            _option("--since", "DATE", "哪天改的，默认是要填的那一天（销号日期），没有就是 --on"),
        ),
    ),
    "ledger figures": Command(
        "一本台账的统计数，可以分组；各条检查也是数",
        "KEY [--by GROUP] [--scope ORG] [--period P]",
        (
            _word("key", "KEY", "台账"),
            _option("--by", "GROUP", "怎样分组：month、quarter、unit（党组织），或一个选项列、党组织列、党员列的键"),
            _SCOPE,
            _PERIOD,
        ),
    ),
    "ledger clear": Command(
        "办结满期限、应当清除的内容：列出清单，看过后用 --confirm 清除，不能撤销",
        "[--confirm --reason TEXT]",
        (_flag("--confirm", "清单已看过，清除；要用 --reason 写明依据"),),
    ),
    "ledger expected": Command(
        "周期性的台账：哪些时候应当办、办了没有；可以预先生成",
        "KEY [--period P] [--scope ORG] [--make]",
        (
            _word("key", "KEY", "台账"),
            _SCOPE,
            _PERIOD,
            _flag("--make", "给还没有记录的每一次生成一条（值班表、例会）"),
        ),
    ),
    "ledger template": Command(
        "放入街道自己的台账模板，或取出一个来改",
        "FILE [--dry-run] | --key KEY -o FILE",
        (
            Argument(("path",), "模板文件（JSON）；键与自带台账相同的，代替自带的", "FILE", "path", nargs="?"),
            _flag("--dry-run", "只看会怎样，不放入"),
            _option("--key", "KEY", "不放入，取出这本台账现在的模板，改好再放入"),
            Argument(("-o", "--output"), "取出的模板写到哪个文件", "FILE", "path"),
        ),
    ),
    "scheme list": Command("有哪些考评方案"),
    "scheme show": Command(
        "一个考评方案：指标、满分、权重、分数段、等次", "KEY", (_word("key", "KEY", "考评方案的键或名称"),)
    ),
    "scheme score": Command(
        "一个考评方案的得分、等次、名次和缺分；有 --id 时是一份打分表",
        "KEY [--period P] [--scope ORG] [--id ID]",
        (
            _word("key", "KEY", "考评方案的键或名称"),
            _SCOPE,
            _PERIOD,
            _option("--id", "ID", "只看这一条打分，逐项列出算式"),
        ),
    ),
    "scheme put": Command(
        "放入街道自己的考评方案",
        "FILE [--dry-run]",
        (
            Argument(("path",), "方案文件（JSON）；键与自带方案相同的，代替自带的", "FILE", "path"),
            _flag("--dry-run", "只看会怎样，不放入"),
        ),
    ),
    "scheme drop": Command("取消街道自己的考评方案，自带的恢复", "KEY", (_word("key", "KEY", "考评方案的键"),)),
    "undo": Command(
        "撤销",
        "[--steps N | --operation ID]",
        (
            _option("--steps", "N", "撤销最近几步，默认1", "count"),
            _option("--operation", "ID", "撤销指定的操作，编号见 operations", "count"),
        ),
    ),
    "operations": Command(
        "操作记录",
        "[--text WORDS] [--limit N]",
        (_option("--text", "WORDS", "只列写着这些字的：操作、账户、日期，或者改到的人和组织"), _LIMIT),
    ),
    "audit": Command(
        "查阅登记：谁登录、看过全文、导出、清除（只有管理员能看）",
        "[--who NAME] [--act ACT] [--from DATE] [--to DATE] [--limit N] [-o OUT.xlsx]",
        (
            _option("--who", "NAME", "只看这个账户的"),
            _option("--act", "ACT", f"只看这类事项：{_ACTS}"),
            _option("--from", "DATE", "从哪天起", "day"),
            _option("--to", "DATE", "到哪天为止，含这一天", "day"),
            _LIMIT,
            Argument(("-o", "--output"), "写成表格：.xlsx 或 .csv", "OUT", "path"),
        ),
    ),
    "history": Command("一条资料的来历", "KIND ID", (_KIND, _ID)),
    "versions": Command(
        "一条资料的各稿；写两个稿号，并排对照",
        "KIND ID [A B]",
        (_KIND, _ID, _word("words", "A B", "要对照的两稿的稿号，从1起；不写是列出各稿", "*")),
    ),
    "backup": Command("备份成一个文件", "-o F", (_output("F", "备份文件"),)),
    "restore": Command(
        "从备份恢复",
        "F --to PATH",
        (
            Argument(("bundle",), "备份文件", "F", "path"),
            Argument(("--to",), "恢复成哪个数据文件", "PATH", "path", required=True),
        ),
    ),
    "account list": Command("有哪些账户"),
    "account add": Command(
        "新增账户",
        "NAME --role R [--scope ORG] --new-password-file F",
        (
            _word("name", "NAME", "账户名"),
            Argument(("--role",), f"角色：{_ROLE}", "R", required=True),
            _SCOPE,
            _new_password("放新密码的文件"),
        ),
    ),
    "account passwd": Command(
        "改密码", "NAME --new-password-file F", (_word("name", "NAME", "账户名", "?"), _new_password("放新密码的文件"))
    ),
    "account disable": Command(
        "停用账户",
        "NAME [--new-key]",
        (_word("name", "NAME", "账户名"), _flag("--new-key", "同时更换数据钥匙，得到新的恢复密钥")),
    ),
    "account role": Command(
        "改账户的角色",
        "NAME --role R [--scope ORG]",
        (_word("name", "NAME", "账户名"), Argument(("--role",), f"角色：{_ROLE}", "R", required=True), _SCOPE),
    ),
    "account reset": Command(
        "忘记密码：用恢复密钥重设",
        "NAME --recovery-key-file F --new-password-file G",
        (_word("name", "NAME", "账户名"), _new_password("放新密码的文件")),
    ),
    "recovery-key rotate": Command("换一个恢复密钥"),
    "votes check": Command(
        "表决够不够数：到会几人才能开，得几票才通过",
        "--kind K --due N --present P --for F --against A --abstain B [--written-for W --written-against V]",
        (
            Argument(("--kind",), "ordinary 一般议题、admission 接收和转正、election 选举", "K", required=True),
            Argument(("--due",), "应到会有表决权（选举权）的人数", "N", "whole", required=True),
            Argument(("--present",), "实到会有表决权的人数", "P", "whole", required=True),
            Argument(("--for",), "现场赞成票", "F", "whole", required=True),
            Argument(("--against",), "现场反对票", "A", "whole", required=True),
            Argument(("--abstain",), "现场弃权票", "B", "whole", required=True),
            _option("--written-for", "W", "会前书面赞成的份数", "whole"),
            _option("--written-against", "V", "会前书面反对的份数", "whole"),
        ),
    ),
    "dues compute": Command(
        "每月应交多少党费",
        "--category C [--base YUAN] [--local-rate YUAN] [--approved DOC]",
        (
            Argument(
                ("--category",),
                "employed 按月领工资、annual 年薪制、self_employed 不按月取得收入、retired 离退休、farmer 农民、"
                "student 学生、unemployed 下岗失业、relief 靠抚恤救济、low_income 低保、reduced 少交、exempt 免交",
                "C",
                required=True,
            ),
            _option("--base", "YUAN", "计算基数（元）；少交的写批准的每月数额"),
            _option("--local-rate", "YUAN", "当地定的农民党员数额（元）"),
            _option("--approved", "DOC", "少交、免交的批准文号"),
        ),
    ),
    "selfcheck": Command("自检：在临时文件夹里把每一步做一遍"),
}

GROUPS = frozenset(name.split()[0] for name in COMMANDS if " " in name)

LATER = frozenset(
    {
        "close",
        "reopen",
        "volume",
        "device",
        "package",
    }
)
"""Promised commands that this version does not have."""

LATER_KINDS = frozenset({"dues_payment", "admission_case", "transfer", "dues", "admission", "transfers", "appraisal"})
"""Kinds of record that this version does not keep."""

LATER_REPORTS = frozenset({"dues-summary", "admission-progress", "term-elections", "statistics"}) | {"reminder-letter"}
"""Promised reports that this version does not make."""
