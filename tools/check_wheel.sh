#!/bin/sh
# The wheel (built from the sdist, as pip would) works in an empty environment, from an empty folder.
set -eu
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
python -m build --no-isolation --outdir "$tmp/dist" . > "$tmp/log" 2>&1 || { cat "$tmp/log"; exit 1; }
uv venv --quiet --python "$(command -v python)" "$tmp/venv"
uv pip install --quiet --python "$tmp/venv/bin/python" --constraint requirements.lock "$tmp"/dist/*.whl
mkdir "$tmp/empty"
cd "$tmp/empty"
"$tmp/venv/bin/python" -W ignore - << 'PYTHON'
import importlib
import mnist_losses.all as everything
for wing in "losses metrics data training doctor claims evidence".split():
    face = importlib.import_module(f"mnist_losses.{wing}")
    for name in face.__all__: assert getattr(face, name) is getattr(everything, name)
PYTHON
# other images than the published ones: 3, no verdict
status=0; "$tmp/venv/bin/mnist-losses" reproduce --data digits --seeds 2 --only scratch-linear-mnist --out out || status=$?
test $status = 3
test -s out/reproduction.json
echo "The wheel works in an empty environment: $(basename "$tmp"/dist/*.whl)"
