"The code of a Learner of the corpus as it is miswired, or as it is mended: `mended` resolved"
import ast
import re

PAGES = "corpus", "corpus_data", "corpus_runs", "corpus_outputs", "corpus_models"


class Unread(Exception):
    "What depends on `mended` otherwise than by a choice between two codes"


def truth(test, value):
    "What a test is where `mended` is `value`; None where it asks for something else"
    if isinstance(test, ast.Name) and test.id == "mended": return value
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        if (known := truth(test.operand, value)) is not None: return not known


def offset(lines, row, col):
    "Where in a text is what `ast` finds in a row, at a column of bytes"
    return sum(map(len, lines[:row-1])) + len(lines[row-1].encode()[:col].decode())


class Resolved:
    "The text of a function with one value of `mended`; its style and comments stay"
    def __init__(self, source, value):
        self.source, self.value = source, value
        self.lines = source.splitlines(keepends=True)

    def span(self, *nodes):
        "Beginning and end of some nodes that follow each other"
        first, last = nodes[0], nodes[-1]
        return (offset(self.lines, first.lineno, first.col_offset),
            offset(self.lines, last.end_lineno, last.end_col_offset))

    def choice(self, node):
        "The nodes that stay in place of `node`; None if it is no choice by `mended`"
        if not isinstance(node, ast.IfExp | ast.If): return None
        if (known := truth(node.test, self.value)) is None: return None
        chosen = node.body if known else node.orelse
        return chosen if isinstance(chosen, list) else [chosen]

    def ends(self, node):
        "Whether nothing after the statement `node` is reached"
        kept = self.choice(node) if isinstance(node, ast.If) else None
        return bool(kept) and isinstance(kept[-1], ast.Return | ast.Raise)

    def text(self, *nodes):
        "Source of nodes that follow each other, with all choices in them made"
        start, end = self.span(*nodes)
        out, at = [], start
        for a, b, new in self.edits(nodes):
            out += [self.source[at:a], new]
            at = b
        return "".join([*out, self.source[at:end]])

    def edits(self, nodes):
        "What is to be replaced in `nodes`: from, to, by what"
        for node in nodes:
            kept = self.choice(node)
            if kept is None:
                for _, value in ast.iter_fields(node):
                    if isinstance(value, list): yield from self.of_list(value)
                    elif isinstance(value, ast.AST): yield from self.edits([value])
            elif isinstance(node, ast.If): yield self.statement(node, kept)
            else: yield self.expression(node, kept)

    def of_list(self, nodes):
        nodes = [o for o in nodes if isinstance(o, ast.AST)]
        for i, node in enumerate(nodes):
            yield from self.edits([node])
            if self.ends(node) and nodes[i+1:]:
                yield self.span(node)[1], self.span(*nodes[i+1:])[1], ""
                return

    def expression(self, node, kept):
        "A choice between two expressions, without brackets that no one needs then"
        start, end = self.span(node)
        text = self.text(*kept)
        before, after = self.source[:start], self.source[end:]
        simple = isinstance(kept[0], ast.Name | ast.Constant | ast.Call | ast.Attribute
            | ast.Subscript)
        if simple and re.search(r"(^|[^\w\])])\($", before) and after.startswith(")"):
            return start-1, end+1, text
        return start, end, text

    def statement(self, node, kept):
        "A choice between two blocks, of which one may be nothing"
        start, end = self.span(node)
        if self.lines[node.lineno-1].lstrip().startswith("elif"): raise Unread("elif")
        if not kept:        # with its line
            start = self.source.rindex("\n", 0, start) + 1
            return start, min(end+1, len(self.source)), ""
        deeper = kept[0].col_offset - node.col_offset if kept[0].lineno > node.lineno else 0
        text = self.text(*kept)
        return start, end, re.sub(rf"\n {{{deeper}}}(?=.)", "\n", text) if deeper else text


def resolved(source, value):
    "The source of a function of the corpus with `mended` as `value`, without the argument"
    def_ = ast.parse(source).body[0]
    made = Resolved(source, value)
    text = made.text(def_).rstrip() + "\n"
    text = re.sub(r"^(def \w+)\(mended\)", r"\1()", text)
    text = re.sub(r"\n\s*\n+", "\n", text)
    try: names = [o for o in ast.walk(ast.parse(text))]
    except SyntaxError as e: raise Unread(text) from e
    if any(getattr(o, "id", getattr(o, "arg", None)) == "mended" for o in names):
        raise Unread("mended is passed on")
    return text


def slug_of(node):
    "The fault of a function with the decorator `patient`"
    for o in getattr(node, "decorator_list", ()):
        if isinstance(o, ast.Call) and o.func.id == "patient": return o.args[0].value


def defined(tree, module):
    "What the top level of a module defines or imports: where each name is imported from, and as"
    for o in tree.body:
        if isinstance(o, ast.FunctionDef | ast.ClassDef): yield o.name, (module, o.name)
        elif isinstance(o, ast.Assign):
            for n in (n for target in o.targets for n in ast.walk(target)):
                if isinstance(n, ast.Name): yield n.id, (module, n.id)
        elif isinstance(o, ast.Import):
            for n in o.names: yield n.asname or n.name, (n.name, None)
        elif isinstance(o, ast.ImportFrom):
            source = ".".join([*module.split(".")[:-o.level or None]]*(o.level > 0)
                + [o.module]*bool(o.module))
            for n in o.names: yield n.asname or n.name, (source, n.name)


def imports(tree, homes):
    "The lines of imports that a piece of code needs"
    nodes = [*ast.walk(tree)]
    own = {o.name for o in nodes if isinstance(o, ast.FunctionDef | ast.ClassDef)}
    own |= {o.arg for o in nodes if isinstance(o, ast.arg)}
    own |= {o.id for o in nodes if isinstance(o, ast.Name) and not isinstance(o.ctx, ast.Load)}
    used = {o.id for o in nodes if isinstance(o, ast.Name)} - own
    whole, parts = [], {}
    for name in sorted(used & homes.keys(), key=str.lower):
        module, what = homes[name]
        if what is None:
            whole.append(f"import {module}" + f" as {name}"*(name != module))
        else: parts.setdefault(module, []).append(what + f" as {name}"*(name != what))
    # the corpus last
    order = sorted(parts, key=lambda o: (o.startswith("mnist_losses"), o))
    return "\n".join([*whole, *(f"from {o} import {', '.join(parts[o])}" for o in order)])


class Corpus:
    "The Learners of the corpus as code, read without importing it"
    def __init__(self, folder):
        self.made, self.homes = {}, {}
        for page in PAGES:
            text = (folder/f"{page}.py").read_text(encoding="utf-8")
            tree, lines = ast.parse(text), text.splitlines(keepends=True)
            self.homes[page] = dict(defined(tree, f"mnist_losses.doctor.{page}"))
            for node in tree.body:
                if slug_of(node):
                    self.made[node.name] = page, "".join(lines[node.lineno-1:node.end_lineno])

    def __call__(self, name):
        "The page of a Learner, and its code, miswired and mended; None where it reads badly"
        page, source = self.made[name]
        try: codes = [resolved(source, o) for o in (False, True)]
        except Unread: return None
        return page, *(f"{imports(ast.parse(o), self.homes[page])}\n\n{o}" for o in codes)
