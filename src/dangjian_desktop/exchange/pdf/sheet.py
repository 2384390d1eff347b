"""One page being drawn: PDF operators gathered as text, in points from the lower left corner."""

from __future__ import annotations

from dangjian_desktop.exchange.pdf.faces import TextFace

MM = 72 / 25.4
# The optical middle of a Chinese character above its base line, in em.
MIDDLE = 0.38
RED = "0.86 0 0"


class PdfPage:
    """A page's texts, rules, shades and drawings; shades lie under drawings, these under rules, rules under text."""

    def __init__(self, width: float, height: float) -> None:
        self.width = width
        self.height = height
        self.number = 0
        self._shades: list[str] = []
        self._art: list[str] = []
        self._rules: dict[tuple[float, bool], list[str]] = {}
        self._texts: list[str] = []
        self._font = ""

    def text(self, face: TextFace, size: float, x: float, y: float, encoded: str, spacing: float = 0.0) -> None:
        """Draw encoded text with its base line at `y`; `spacing` (em) is added after each character."""
        self._use(face)
        around = (f"{spacing:.4f} Tc ", " 0 Tc") if spacing else ("", "")
        self._texts.append(f"{size:g} 0 0 {size:g} {x:.2f} {y:.2f} Tm {around[0]}<{encoded}> Tj{around[1]}")

    def upright(self, face: TextFace, size: float, x: float, y: float, encoded: str) -> None:
        """Draw encoded text that runs from bottom to top, its base line at `x`."""
        self._use(face)
        self._texts.append(f"0 {size:g} {-size:g} 0 {x:.2f} {y:.2f} Tm <{encoded}> Tj")

    def texts(self, face: TextFace, size: float, placed: list[tuple[float, float, str]]) -> None:
        """Draw many encoded texts, each as (x, y, text), in one face and size: the fast road for tables."""
        self._use(face)
        scale = f"{size:g} 0 0 {size:g}"
        self._texts.extend([f"{scale} {x:.2f} {y:.2f} Tm <{encoded}> Tj" for x, y, encoded in placed])

    def line(self, face: TextFace, size: float, x: float, y: float, shown: str) -> None:
        """Draw a line that `TextFace.spaced` has made."""
        self._use(face)
        self._texts.append(f"{size:g} 0 0 {size:g} {x:.3f} {y:.3f} Tm {shown}")

    def mark(self, face: TextFace, size: float, x: float, y: float, encoded: str, narrow: float) -> None:
        """Draw a red text, its characters narrowed to a share of their width: the name in a red head."""
        self._use(face)
        self._texts.append(f"{RED} rg {size * narrow:g} 0 0 {size:g} {x:.3f} {y:.3f} Tm <{encoded}> Tj 0 g")

    def rule(self, x1: float, y1: float, x2: float, y2: float, weight: float = 0.4, *, red: bool = False) -> None:
        """Draw a straight line."""
        self._rules.setdefault((weight, red), []).append(f"{x1:.2f} {y1:.2f} m {x2:.2f} {y2:.2f} l")

    def draw(self, operators: str) -> None:
        """Add a drawing as PDF operators; it stands by itself and leaves the state as it was."""
        self._art.append(f"q {operators} Q")

    def shade(self, x: float, y: float, width: float, height: float, grey: float = 0.93) -> None:
        """Fill a rectangle with grey (1 is white)."""
        self._shades.append(f"{grey:g} g {x:.2f} {y:.2f} {width:.2f} {height:.2f} re f")

    def settle(self) -> None:
        """Join what was drawn: a full page takes a third of the memory then. More may still be drawn."""
        self._texts = ["\n".join(self._texts)] if self._texts else []
        self._rules = {kind: ["\n".join(paths)] for kind, paths in self._rules.items()}

    def operators(self) -> str:
        """The page's content stream."""
        parts = [*self._shades, "0 g 0 G", *self._art]
        for (weight, red), paths in self._rules.items():
            parts += [f"{RED if red else '0 0 0'} RG {weight:g} w", *paths, "S"]
        parts += ["BT", *self._texts, "ET"]
        return "\n".join(parts)

    def _use(self, face: TextFace) -> None:
        if face.font.name != self._font:
            self._font = face.font.name
            self._texts.append(f"/{self._font} 1 Tf")
