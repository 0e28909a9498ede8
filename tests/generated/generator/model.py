"""A filled form as pages of lines and tables, before any program writes it."""
from dataclasses import dataclass, field


@dataclass
class Cell:
    """A cell with its spans; `amount` gives number and number format, `inner` is a table inside the cell."""
    text: str = ""
    columns: int = 1
    rows: int = 1
    amount: object = None
    head: bool = False
    inner: object = None
    control: bool = False


@dataclass
class Table:
    """Rows of cells as in HTML: what a span covers is left out."""
    rows: list
    widths: list | None = None

    def placed(self):
        """Every cell with its row and column in the grid."""
        taken = set()
        for r, row in enumerate(self.rows):
            c = 0
            for cell in row:
                while (r, c) in taken:
                    c += 1
                taken |= {(r + dr, c + dc) for dr in range(cell.rows) for dc in range(cell.columns)}
                yield r, c, cell
                c += cell.columns

    def size(self):
        spots = [(r + cell.rows, c + cell.columns) for r, c, cell in self.placed()]
        return max(r for r, _ in spots), max(c for _, c in spots)


@dataclass
class Line:
    """A paragraph; `title` ones stand in the middle, `boxed` ones in a text box."""
    text: str
    title: bool = False
    boxed: bool = False


@dataclass
class Page:
    """What stands on one sheet, or between two page breaks."""
    name: str
    blocks: list = field(default_factory=list)


def lines_of(pages):
    """All paragraphs, for what is only text."""
    return [b.text for page in pages for b in page.blocks if isinstance(b, Line)]


def tables_of(pages):
    return [b for page in pages for b in page.blocks if isinstance(b, Table)]
