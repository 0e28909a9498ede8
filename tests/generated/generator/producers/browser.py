"""Chromium: a page printed to PDF, or drawn as a picture."""
import subprocess
import tempfile
from pathlib import Path

from .texts import html_page


def print_page(pages, option):
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder, "page.html")
        page.write_text(html_page(pages), encoding="utf-8")
        command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/profile", "--no-pdf-header-footer", "--window-size=1000,700", option, page.as_uri()]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120)


def to_pdf(pages, path):
    print_page(pages, f"--print-to-pdf={path}")


def to_picture(pages, path):
    print_page(pages, f"--screenshot={path}")
