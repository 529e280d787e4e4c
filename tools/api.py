"What a page says of a public name: import path, signature, docstring, parameters"
import importlib
import inspect
import re
import typing
from textwrap import wrap

from fastcore.docments import docments

from mnist_losses.losses.arguments import LossInputError
from mnist_losses.losses.core import Loss, SumLoss
from tools.loss_facts import facts

WIDTH = 80      # of a signature in one line
BASES = "NoneType", "type", "function", "_empty", "method", "builtin_function_or_method"
DOC = """\
```{{py:{kind}}} {face}.{name}
:canonical: {module}.{name}
:no-typesetting:
:no-contents-entry:
```

<span id="{id}"></span>

{hashes} `{name}`

[source]({source}){{.source-link}}

```python
{signature}
```

{doc}

{table}

{facts}
"""


def face(module):
    "What a user imports a name of `module` from: its wing"
    return module.rpartition(".")[0] if module.count(".") > 1 else module


def plain(text):
    "The text of a signature or a type without addresses and without the words of Python's insides"
    text = re.sub(r"<(?:function|built-in function) ([\w.]+)(?: at \w+)?>", r"\1", text)
    text = re.sub(r"<class '([\w.]+)'>", r"\1", text)
    text = re.sub(r"\b(?:torch|typing|pathlib|pandas|numpy|collections|fastai|mnist_losses)"
        r"(?:\._?[a-z]\w*)*\.(?=[A-Z])", "", text)
    return text.replace("NoneType", "None")


def type_name(anno):
    "A type as a reader writes it; nothing where a default of None is all that is known"
    if isinstance(anno, str): return plain(anno)
    if typing.get_origin(anno) is not None: return plain(str(anno))
    name = getattr(anno, "__name__", str(anno))
    return "" if name in BASES else plain(name)


def signature(obj, name):
    "How `obj` is called: in a line if it fits, else an argument a line"
    params = [o.replace(annotation=o.empty)
        for o in inspect.signature(obj).parameters.values() if o.name != "self"]
    line = name + plain(str(inspect.Signature(params)))
    if len(line) <= WIDTH: return line
    rows, kinds = [], [o.kind for o in params]
    for i, o in enumerate(params):
        if o.kind == o.KEYWORD_ONLY and not {o.KEYWORD_ONLY, o.VAR_POSITIONAL} & set(kinds[:i]):
            rows.append("*")
        rows.append(plain(str(o)))
    return "\n".join([f"{name}(", *(f"    {o}," for o in rows), ")"]).replace(",\n)", "\n)")


def takes(loss, name, default):
    "Whether a class of losses takes an option that its parents have"
    value = dict(label_smoothing=.1, temperature=2.).get(name, default)
    try: loss(**{name: value})
    except LossInputError: return False
    except TypeError as e: return "multiple values" not in str(e)     # as of what it sets itself
    return True


def options_of(obj):
    "As comments the names of the options that a loss hands on; nothing of what is no loss"
    if not inspect.isclass(obj) or not issubclass(obj, Loss) or obj is SumLoss: return ""
    own = inspect.signature(obj).parameters
    if not any(o.kind == o.VAR_KEYWORD for o in own.values()): return ""
    names = {k: o.default for cls in obj.__mro__ if issubclass(cls, Loss)
        for k, o in inspect.signature(cls).parameters.items() if o.kind != o.VAR_KEYWORD}
    text = "options: " + ", ".join(k for k, o in names.items() if k not in own and takes(obj, k, o))
    return "".join(f"\n# {o}" for o in wrap(text, WIDTH - 2))


def row(*cells):
    "A row of a Markdown table"
    return "| " + " | ".join(re.sub(r"\s+", " ", o).replace("|", r"\|") for o in cells) + " |"


def code_strings(text):
    """What is written in quotes, as "mean" or like="keras", as code: the site curls other quotes"""
    outside = re.split(r"(`[^`]*`)", text)
    outside[::2] = [re.sub(r'(?<!\S)(\(?)((?:\w+=)?"[^"\s]*"|\w+="[^"]*"|\["[^]]*\])', r"\1`\2`",
        o) for o in outside[::2]]
    return "".join(outside)


def default(value):
    "A default as code; nothing where there is none"
    return "" if value is inspect.Parameter.empty else f"`{plain(repr(value))}`"


def parameters(obj):
    "Table of the parameters of `obj`, and what it returns"
    docs = docments(obj, full=True, args_kwargs=True)
    result = docs.pop("return", None)
    docs.pop("self", None)
    mark = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}
    rows = [row(f"`{mark.get(o.kind, '')}{k}`", type_name(o.anno), default(o.default),
        code_strings(o.docment or "")) for k, o in docs.items()]
    if result and not inspect.isclass(obj) and (result.docment or result.anno != result.default):
        rows.append(row("returns", type_name(result.anno), "", code_strings(result.docment or "")))
    if not rows: return ""
    return "\n".join(["{.params}", row("", "type", "default", ""), row(*4*["---"]), *rows])


def reference(module, name, level, cfg):
    "Markdown that documents `name` of `module`, such as `Loss.costs`, under a heading of `level`"
    obj = importlib.import_module(module)
    for part in name.split("."): obj = getattr(obj, part)
    if isinstance(obj, property): obj = obj.fget
    error = inspect.isclass(obj) and issubclass(obj, Exception)     # takes a message: not listed
    line = inspect.getsourcelines(inspect.unwrap(obj))[1] or 1
    kind = "class" if inspect.isclass(obj) else "method" if "." in name else "function"
    own = name.split(".")[-1]
    return DOC.format(
        name=name, id=name.lower(), module=module, face=face(module), hashes="#"*level, kind=kind,
        source=f"{cfg.git_url}/blob/{cfg.branch}/{module.replace('.', '/')}.py#L{line}",
        signature=f"{own}(*args)" if error else signature(obj, own) + options_of(obj),
        doc=code_strings(inspect.getdoc(obj) or ""), table="" if error else parameters(obj),
        facts=facts(obj, face(module)))
