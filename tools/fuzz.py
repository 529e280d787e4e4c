"""What breaks? Damaged files, streams, signals: `python -m tools.fuzz [SEED [TRIES]]`

Each try is good, or refused by the package's own error in one line; a sweep that was interrupted or
damaged ends with the table of one that was not. The tests have a few such tries; these are for a
change of what reads, writes or ends."""
import os
import random
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from mnist_losses.claims.ledger import CLAIMS_DIR, ledger_names, read_ledger
from mnist_losses.claims.reproduction import ClaimError
from mnist_losses.data.images import DataError, load_digits, load_images
from mnist_losses.training.plans import SweepError, read_plan

COMMAND = sys.executable, "-P", "-m", "mnist_losses.start"
PLAN = """data = "DIGITS_SAMPLE"
loss = ["MAELoss", {name = "FocalLoss", gamma = 3.0}]
seeds = 40
epochs = 2
"""
YAML = "data: DIGITS_SAMPLE\nloss: [MAELoss, {name: FocalLoss, gamma: 3.0}]\nlr: &a [0.1, 1.0]\n"
TEXTS = b"null", b"1e999", b"-1", b"[[", b"{}", b'"../x"', b"*a", b"\xff", b"nan", b"true", b"9"*40
STATUSES = {0, 1, 2, 129, 130, 141, 143}


def damaged(data, rnd):
    "Bytes with a few of them changed, left out, doubled or put in"
    data = bytearray(data)
    for _ in range(rnd.choice([1, 1, 2, 5])):
        a, n = rnd.randrange(len(data) + 1), rnd.choice([1, 1, 3, 40])
        byte, twice = bytes([rnd.randrange(256)]), bytes(data[a:a+n])*2
        data[a:a+n] = rnd.choice([byte, b"", twice, rnd.choice(TEXTS)])
    return bytes(data)


def try_reading(file, data, read, error):
    "Nothing if `read` takes the file or refuses it in one line, else what happened"
    file.write_bytes(data)
    try: read(file)
    except error as e: return None if len(str(e).splitlines())==1 else f"not one line: {e}"
    except Exception as e: return f"{type(e).__name__}: {e}"


def try_plan(rnd, folder):
    name, text = rnd.choice([("a.toml", PLAN), ("a.yaml", YAML)])
    return try_reading(folder/name, damaged(text.encode(), rnd), read_plan, SweepError)


def try_claims(rnd, folder):
    name = rnd.choice(ledger_names()[1:])
    data = damaged((CLAIMS_DIR/f"{name}.json").read_bytes(), rnd)
    return try_reading(folder/"a.json", data, read_ledger, ClaimError)


def try_images(rnd, folder):
    "A folder of images with one damaged: the right pixels, or one line that names the file"
    from PIL import Image
    digits, files = load_digits("DIGITS_SAMPLE"), []
    for part in "train", "valid":
        for i in range(6):
            label = digits.vocab[int(getattr(digits, f"{part}_y")[i])]
            files.append(folder/"images"/part/label/f"{i}.png")
            files[-1].parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(getattr(digits, f"{part}_x")[i].numpy()).save(files[-1])
    for o in "train", "valid":
        for c in digits.vocab:
            (folder/"images"/o/c).mkdir(exist_ok=True)
            (folder/"images"/o/c/"more.png").write_bytes(files[0].read_bytes())
    right, file = load_images(folder/"images"), rnd.choice(files)
    found = []
    def read(_): found.append(load_images(folder/"images"))
    why = try_reading(file, damaged(file.read_bytes(), rnd), read, DataError)
    if found and found[0].digest!=right.digest: return "other pixels, without a word"
    return why


def sweep(folder, workers="1"):
    (folder/"plan.toml").write_text(PLAN)
    args = "sweep", "plan.toml", "--out", "out", "--workers", workers
    return subprocess.Popen([*COMMAND, *args], cwd=folder, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True)


def try_sweep(rnd, folder, table=[]):  # noqa: B006
    "A sweep that a signal ends and whose files are damaged afterwards: the same table, to the byte"
    if not table:
        with tempfile.TemporaryDirectory() as whole:
            sweep(Path(whole)).communicate()
            table.append((Path(whole)/"out/table.csv").read_bytes())
    work = sweep(folder, "2")
    time.sleep(rnd.uniform(2, 12))
    work.send_signal(number := rnd.choice([signal.SIGTERM, signal.SIGHUP, signal.SIGKILL]))
    _, errors = work.communicate(timeout=60)     # its workers hold its streams
    if work.returncode not in (0, 128+number, -number):
        return f"{number.name}: {work.returncode} {errors}"
    units = list(folder.glob("out/runs/*.json"))
    for o in rnd.sample(units, min(len(units), 3)): o.write_bytes(damaged(o.read_bytes(), rnd))
    work = sweep(folder)
    _, errors = work.communicate(timeout=600)
    if work.returncode or "Traceback" in errors: return f"{work.returncode} {errors}"
    if (folder/"out/table.csv").read_bytes()!=table[0]: return "another table"
    if left := list(folder.glob("out/runs/.*.json*")): return f"left: {left}"


def try_streams(rnd, folder):
    "A quick command on streams of all kinds"
    ends = "", ">&-", "2>&-", "<&-", ">/dev/full", "2>/dev/full", "| head -c 1"
    words = rnd.choice(["--version", "--help", "--no", "claims show", "claims show fastbook",
        "claims show no", "claims run x", "sweep no.toml", "sweep plan.toml --dry-run",
        "reproduce --data /nowhere"])
    line = f"{shlex.join(COMMAND)} {words} {' '.join(rnd.sample(ends, 2))}"
    env = dict(os.environ, PYTHONIOENCODING=rnd.choice(["", "ascii", "latin-1"]),
        COLUMNS=str(rnd.choice([1, 20, 80])))
    (folder/"plan.toml").write_text(PLAN)
    res = subprocess.run(["bash", "-o", "pipefail", "-c", line], cwd=folder, env=env,
        capture_output=True, timeout=300)
    if res.returncode not in STATUSES or b"Traceback" in res.stderr + res.stdout:
        return f"{line}: {res.returncode} {res.stderr.decode(errors='replace')[-300:]}"


def main(seed=None, tries=200):
    seed = int(seed) if seed else random.randrange(10**6)
    kinds = {try_plan: 5, try_claims: 5, try_images: 1, try_streams: .1, try_sweep: .02}
    print(f"seed {seed}")
    tried, right = Counter(), Counter()
    for kind, share in kinds.items():
        for i in range(max(1, int(int(tries)*share))):
            rnd = random.Random(f"{seed} {kind.__name__} {i}")
            with tempfile.TemporaryDirectory() as tmp: why = kind(rnd, Path(tmp))
            tried[kind] += 1
            right[kind] += why is None
            if why: print(f"{kind.__name__} {i}: {why[:600]}")
        print(f"{kind.__name__}: {right[kind]} of {tried[kind]} right", flush=True)
    return int(right!=tried)


if __name__=="__main__": sys.exit(main(*sys.argv[1:]))
