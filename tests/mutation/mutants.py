"""Writes every mutant of the Python modules named, as JSON, a line each: {module, line, change, text}."""

import json
import re
import sys
from pathlib import Path

from cosmic_ray.ast import ast_nodes, get_ast_from_path
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

# One mutant a spot and idea: of the others, most do not even import, and any test would notice.
CHANGES = re.compile(
    r"core/(AddNot|NumberReplacer|Replace(True|False|And|Or|Break|Continue)With\w+|ZeroIterationForLoop"
    r"|ReplaceBinaryOperator_(Add_Sub|Sub_Add|Mul_FloorDiv|Div_Mul|FloorDiv_Mul|Mod_FloorDiv)"
    r"|ReplaceComparisonOperator_(Eq_NotEq|NotEq_Eq|Lt_LtE|LtE_Lt|Gt_GtE|GtE_Gt|Is_IsNot|IsNot_Is))"
)

for module in sys.argv[1:]:
    source = Path(module).read_text(encoding="utf-8")
    nodes = list(ast_nodes(get_ast_from_path(Path(module))))
    for name in filter(CHANGES.fullmatch, operator_names()):
        operator = get_operator(name)()
        lines = [start[0] for node in nodes for start, _ in operator.mutation_positions(node)]
        for occurrence, line in enumerate(lines):
            text = mutate_code(source, operator, occurrence)
            if text is not None and text != source:
                mutant = {"module": module, "line": line, "change": name.removeprefix("core/"), "text": text}
                print(json.dumps(mutant))
