"""pandoc, from HTML."""
import subprocess

from .texts import html_page


def to(target):
    """A writer of a batch of files of the format `target`."""
    def run(jobs):
        for pages, path in jobs:
            command = ["pandoc", "-f", "html", "-t", target, "-s", "--metadata", "title= ", "-o", str(path)]
            subprocess.run(command, input=html_page(pages).encode(), check=True, stderr=subprocess.DEVNULL)
    return run
