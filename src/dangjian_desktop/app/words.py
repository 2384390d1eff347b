"""Qt's own words in Chinese: dialogs for files, menus of text fields, dates."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator


class _FileKinds(QTranslator):
    """Names for kinds of files, which Qt asks for under a name that its Chinese translation does not have."""

    def isEmpty(self) -> bool:
        """Never empty: Qt leaves out empty translators."""
        return False

    def translate(self, context: str, source: str, disambiguation: str | None = None, n: int = -1) -> str:
        """The word from where the translation does have it; empty for everything else."""
        if context != "QAbstractFileIconProvider":
            return ""
        return QCoreApplication.translate("QFileDialog", source, disambiguation, n)


def speak_chinese(app: QCoreApplication) -> None:
    """Have Qt speak Chinese, whatever the language of the system."""
    QLocale.setDefault(QLocale(QLocale.Language.Chinese, QLocale.Country.China))
    words = QTranslator(app)
    if words.load("qtbase_zh_CN", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        # The one installed last is asked first; the small one hears only of what the large one does not know.
        app.installTranslator(_FileKinds(app))
        app.installTranslator(words)
