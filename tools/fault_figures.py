"How a training with a fault looks beside the same one mended: SVG from doctor/trainings.json"
import math
import re
from html import escape

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 340, 230, 60, 12, 44, 36
KINDS = {"faulty": ("#D55E00", "with the fault"), "mended": ("#0072B2", "mended")}
DASHED = "5 4"
NAMES = {"train_loss": "training", "valid_loss": "validation"}


def numbers(values): return [float(o) for o in values]


def number(x): return re.sub(r"e\+?(-?)0*", r"e\1", f"{x:.3g}")


def words(values):
    "Numbers of all epochs as they are read out"
    return ", ".join(number(o) if math.isfinite(o) else {"nan": "NaN"}.get(str(o), str(o))
        for o in values)


def bent(x):
    "A number on an axis that is linear near 0, then logarithmic to both sides"
    return math.copysign(math.log10(1 + abs(x)), x)


def range_of(axis, lines):
    "The ends of the axis, and whether it has to be bent to hold what `lines` have"
    found = {k: [o for kind, _, values in lines for o in values if kind == k and math.isfinite(o)]
        for k in KINDS}
    values = [o for part in found.values() for o in part]
    if axis != "loss" and all(0 <= o <= 1 for o in values): return 0, 1, False
    far = max(map(abs, values)) > 50*max(map(abs, found["mended"]), default=math.inf)
    ends = [bent(o) if far else o for o in (min(values), max(values))]
    room = .06*(ends[1]-ends[0]) or .1
    return ends[0]-room, ends[1]+room, far


def ticks(low, high, far):
    "Numbers at the axis, each where it stands and as it is written"
    if far:
        step = math.ceil((high-low)/5)
        powers = [o for o in range(step, 400, step) if o < max(high, -low)]
        signed = [-o for o in reversed(powers)] + [0] + powers
        return [(bent(v), f"{v:g}" if abs(v) < 1e4 else number(v)) for o in signed
            if low <= bent(v := math.copysign(10.**abs(o), o) if o else 0) <= high]
    step = 10**math.floor(math.log10((high-low)/3))
    step *= next(o for o in (1, 2, 5, 10) if (high-low)/(o*step) <= 5)
    first = math.ceil(low/step - 1e-9)
    return [(i*step, f"{i*step:.6g}") for i in range(first, math.floor(high/step + 1e-9)+1)]


def marker(kind, x, y):
    color = KINDS[kind][0]
    if kind == "faulty": return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{color}"/>'
    return (f'<rect x="{x-4.5:.1f}" y="{y-4.5:.1f}" width="9" height="9" fill="none" '
        f'stroke="{color}" stroke-width="2"/>')


def stroke(kind, dashed):
    dashes = f' stroke-dasharray="{DASHED}"'*dashed
    return f'fill="none" stroke="{KINDS[kind][0]}" stroke-width="2"{dashes}'


def legend(lines):
    "What the lines are, in one row, and what dashes are in another"
    out, x = [], LEFT
    for kind in [o for o in KINDS if any(o == k for k, *_ in lines)]:
        out += [f'<path d="M{x} 10h26" {stroke(kind, False)}/>', marker(kind, x+13, 10),
            f'<text x="{x+32}" y="14">{KINDS[kind][1]}</text>']
        x += 140
    if any(o == "train_loss" for _, o, _ in lines):
        for i, what in enumerate(NAMES.values()):
            dashes = f' stroke-dasharray="{DASHED}"'*(not i)
            out.append(f'<path d="M{LEFT+140*i} 28h26" stroke="currentColor" stroke-width="1.5"'
                f'{dashes}/><text x="{LEFT+32+140*i}" y="32">{what}</text>')
    return "".join(out)


def in_words(axis, lines):
    "What a panel shows, for those who do not see it"
    said = "; ".join(f"{KINDS[kind][1]}{f', {NAMES[name]}' if name in NAMES else ''}: "
        f"{words(values)}" for kind, name, values in lines)
    return f"{axis.replace('loss', 'Loss')} over the epochs. {said[0].upper()}{said[1:]}."


def panel(axis, lines):
    "SVG: figures over epochs; `lines` are kinds, names and numbers, what the axis says is `axis`"
    epochs = max(len(values) for *_, values in lines)
    low, high, far = range_of(axis, lines)
    def x(i): return LEFT + 10 + (WIDTH-LEFT-RIGHT-20)*i/max(epochs-1, 1)
    def y(v): return TOP + (HEIGHT-TOP-BOTTOM)*(high-(bent(v) if far else v))/(high-low)
    bottom = HEIGHT-BOTTOM
    out = [f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="'
        f'{escape(in_words(axis, lines))}">', legend(lines),
        f'<path d="M{LEFT} {TOP}V{bottom}H{WIDTH-RIGHT}" fill="none" stroke="currentColor"/>']
    for at, text in ticks(low, high, far):
        level = TOP + (bottom-TOP)*(high-at)/(high-low)
        out.append(f'<path d="M{LEFT-4} {level:.1f}h4" stroke="currentColor"/><text '
            f'x="{LEFT-7}" y="{level+4:.1f}" text-anchor="end">{text}</text>')
    out += [f'<text x="{x(i):.1f}" y="{bottom+15}" text-anchor="middle">{i}</text>'
        for i in range(epochs)]
    out += [f'<text x="{(LEFT+WIDTH-RIGHT)/2}" y="{HEIGHT-5}" text-anchor="middle">epoch</text>',
        f'<text transform="translate(11 {(TOP+bottom)/2}) rotate(-90)" text-anchor="middle">'
        f'{escape(axis)}{", log scale beyond 1"*far}</text>']
    for kind, name, values in sorted(lines, key=lambda o: o[0] == "faulty"):
        points = [(x(i), y(v)) for i, v in enumerate(values) if math.isfinite(v)]
        if not points: continue
        path = "L".join(f"{a:.1f} {b:.1f}" for a, b in points)
        out += [f'<path d="M{path}" {stroke(kind, name == "train_loss")}/>',
            *(marker(kind, *o) for o in points)]
    return "".join([*out, "</svg>"])


def panels(record):
    "What the panels show: the losses, and the first metric where there is one"
    tables = {k: record[k] for k in KINDS if isinstance(record[k], dict)}
    losses = [(k, name, numbers(table[name])) for k, table in tables.items() for name in NAMES]
    metrics = {k: next((o for o in table if o not in NAMES), None) for k, table in tables.items()}
    metrics = [(k, o, numbers(tables[k][o])) for k, o in metrics.items() if o]
    names = " / ".join(dict.fromkeys(o for _, o, _ in metrics))
    return [("loss", losses), *[(names, metrics)]*bool(metrics)]


def alike(record):
    "Whether the training with the fault is the mended one in each digit that is shown"
    parts = [[(axis, name, words(values)) for axis, lines in panels(record)
        for kind, name, values in lines if kind == k] for k in KINDS]
    return parts[0] == parts[1]


def no_worse(record):
    "What is no worse with the fault after the last epoch, in a word; none if its figures tell"
    if alike(record) or not all(isinstance(record[k], dict) for k in KINDS): return ""
    lines = [line for _, part in panels(record) for line in part]
    if not all(math.isfinite(o) for *_, values in lines for o in values): return ""
    losses = {kind: values for kind, name, values in lines if name in NAMES}
    trainings = {(name, words(values)) for _, name, values in lines if name in NAMES}
    if len(trainings) == len(NAMES): return "losses"     # a metric alone is wrong
    metrics = {kind: values[-1] for kind, name, values in lines if name not in NAMES}
    if len(metrics) == 1 or metrics and metrics["faulty"] < metrics["mended"] - .02: return ""
    if losses["faulty"][-1] <= 1.05*losses["mended"][-1]: return "figures"
    return "metric"*bool(metrics)


def caption(record, why=""):
    "HTML: of what the figures are, and `why` they are no worse with the fault, if they are not"
    data = "scikit-learn's digits" if record["digits"] else "Images or rows that are made up"
    epochs = len(record["mended"]["train_loss"])
    rate = f"learning rate {record['lr']:g}, " if record["lr"] else ""
    said = f"{data}, a small net, seed 0, {rate}{epochs} epochs, with the fault and mended."
    if alike(record):
        said = ("The two trainings show the same: "
            f"in {epochs} epochs there is nothing to see. {said}")
    first = {"losses": "The two trainings are the same, and only the metric differs. ",
        "metric": "At the end the validation loss is worse with the fault, the metric is not. ",
        "figures": f"At the end these figures are no worse with the fault than mended: {why}. "}
    said = first.get(no_worse(record), "") + said
    values = [float(o) for k in KINDS if isinstance(record[k], dict)
        for row in record[k].values() for o in row]
    if not all(map(math.isfinite, values)): said += " What is NaN or infinite has no point."
    if not isinstance(record["faulty"], dict):
        said += (" With the fault <code>fit</code> ends with an error: "
            f"<code>{escape(record['faulty'])}</code>")
    return said


def figure(record, why=""):
    "HTML: a training with a fault and the same mended, of a `record` of doctor/trainings.json"
    drawn = "".join(panel(*o) for o in panels(record))
    return (f'<figure class="training"><div>{drawn}</div>'
        f"<figcaption>{caption(record, why)}</figcaption></figure>")
