"""LibreOffice: a batch of files at once, with a profile of its own."""
import shutil
import subprocess
import tempfile
from pathlib import Path

BATCH = 150
# One for this process, so that two runs do not wait for one another.
PROFILE = tempfile.TemporaryDirectory()


def convert(files, target, out):
    """Turns `files` into `target` (an export filter) in the folder `out`."""
    for at in range(0, len(files), BATCH):
        command = ["soffice", f"-env:UserInstallation=file://{PROFILE.name}", "--headless", "--norestore", "--convert-to", target, "--outdir", str(out)]
        subprocess.run([*command, *map(str, files[at:at + BATCH])], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=1800)


def through(extension, write, target):
    """A writer of a batch: `write` makes each file, LibreOffice saves it again as `target`."""
    def run(jobs):
        with tempfile.TemporaryDirectory() as folder:
            source, out = Path(folder, "in"), Path(folder, "out")
            source.mkdir(), out.mkdir()
            files = []
            for n, (pages, _) in enumerate(jobs):
                files.append(source / f"{n}.{extension}")
                write(pages, files[-1])
            convert(files, target, out)
            for n, (_, path) in enumerate(jobs):
                shutil.move(out / f"{n}.{target.split(':')[0]}", path)
    return run
