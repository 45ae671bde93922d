"""From a JSON schema to a grammar whose every text meets it.

Only what is surely valid is let through: properties nobody declared are not
written, and a choice must be told apart from the others.
"""

from collections.abc import Mapping, Sequence
from math import isinf

from assistant.llm.grammar.checking import check_schema, fits
from assistant.llm.grammar.limits import Schema, refusal, refuse_unserved
from assistant.llm.grammar.merging import (
    allowed_values,
    as_list,
    as_mapping,
    asks_something,
    merged,
    refuse_overlap,
    without,
)
from assistant.llm.grammar.references import find_referred
from assistant.llm.grammar.scalars import as_count, kinds_meant, text_or_number
from assistant.llm.grammar.syntax import Grammar, Node, Rule, Text, choice, row
from assistant.llm.grammar.values import (
    BOOLEAN,
    NULL,
    free_object,
    listed,
    literal,
    plain_value,
)

_MOST_RULES = 4000
_MOST_LEVELS = 100
_FREE_LEVELS = 4
_LONGEST_MINIMUM = 16_384
_SHARED = ("$defs", "definitions")


def grammar_of(schema: object) -> Grammar:
    """The grammar of an answer. Raises `SchemaError` in one clear line."""
    return _Compiler(check_schema(schema)).grammar()


class _Compiler:
    """One schema, and the rules found in it so far."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._rules: dict[str, Node] = {}
        self._referred: dict[str, Rule] = {}
        self._free: dict[int, Node] = {}
        self._level = 0

    def grammar(self) -> Grammar:
        grammar = Grammar({"root": self._node(self._schema, ""), **self._rules})
        if grammar.is_left_recursive():
            raise refusal("it refers to itself and to nothing else")
        if any(isinf(grammar.size(node)) for node in grammar.rules.values()):
            raise refusal("some answers to it could never end")
        size = grammar.size(grammar.rules["root"])
        if size > _LONGEST_MINIMUM:
            raise refusal(f"the shortest answer to it has {size:,.0f} characters")
        return grammar

    def _rule(self, node: Node) -> Node:
        """The node by name, so that it is written once however often it is used."""
        if isinstance(node, Text | Rule):
            return node
        rule = self._new_rule()
        self._rules[rule.name] = node
        return rule

    def _new_rule(self) -> Rule:
        if len(self._rules) >= _MOST_RULES:
            raise refusal("it is too large once it is spelt out")
        rule = Rule(f"r{len(self._rules)}")
        self._rules[rule.name] = rule
        return rule

    def _node(self, schema: object, where: str) -> Node:
        if self._level > _MOST_LEVELS:
            raise refusal("it is too large once it is spelt out")
        self._level += 1
        node = self._decided(schema, where)
        self._level -= 1
        return node

    def _decided(self, schema: object, where: str) -> Node:
        if schema is False:
            raise refusal("nothing is allowed there", where)
        known = as_mapping(schema)
        refuse_unserved(known, where)
        if "$ref" in known:
            return self._reference(known, where)
        if "allOf" in known:
            return self._node(self._all_of(known, where), where)
        if "anyOf" in known or "oneOf" in known:
            return self._alternatives(known, where)
        if (values := allowed_values(known)) is not None:
            return self._values(known, values, where)
        return self._of_kinds(known, where)

    def _reference(self, schema: Schema, where: str) -> Node:
        rest = without(schema, "$ref")
        if asks_something(rest):
            return self._node(self._inlined(schema, where), where)
        pointer = str(schema["$ref"])
        if pointer not in self._referred:
            rule = self._referred[pointer] = self._new_rule()
            target = find_referred(self._schema, pointer, where)
            self._rules[rule.name] = self._node(target, pointer)
        return self._referred[pointer]

    def _inlined(self, schema: object, where: str) -> Schema:
        """The schema with what it refers to written out."""
        known = as_mapping(schema)
        if "$ref" not in known:
            return known
        target = find_referred(self._schema, str(known["$ref"]), where)
        return merged(as_mapping(target), without(known, "$ref"), where)

    def _all_of(self, schema: Schema, where: str) -> Schema:
        whole = without(schema, "allOf")
        for part in as_list(schema["allOf"]):
            whole = merged(whole, self._inlined(part, where), where)
        return whole

    def _alternatives(self, schema: Schema, where: str) -> Node:
        keyword = "anyOf" if "anyOf" in schema else "oneOf"
        base = without(schema, keyword)
        options = [one for one in as_list(schema[keyword]) if one is not False]
        if not options:
            raise refusal("nothing is allowed there", where)
        if keyword == "oneOf":
            refuse_overlap([self._inlined(one, where) for one in options], where)
        if asks_something(base):
            options = [
                merged(base, self._inlined(one, where), where) for one in options
            ]
        return choice(*(self._rule(self._node(one, where)) for one in options))

    def _values(self, schema: Schema, values: Sequence[object], where: str) -> Node:
        rest = {
            **without(schema, "const", "enum"),
            **{key: self._schema[key] for key in _SHARED if key in self._schema},
        }
        fitting = [value for value in values if fits(rest, value)]
        if not fitting:
            raise refusal("none of its values is valid", where)
        return choice(*map(literal, fitting))

    def _of_kinds(self, schema: Schema, where: str) -> Node:
        kinds = as_list(schema["type"]) if "type" in schema else kinds_meant(schema)
        if "number" in kinds:
            kinds = [kind for kind in kinds if kind != "integer"]
        if not kinds:
            return self._any_value(_FREE_LEVELS)
        return choice(*(self._of_kind(str(kind), schema, where) for kind in kinds))

    def _of_kind(self, kind: str, schema: Schema, where: str) -> Node:
        match kind:
            case "object":
                return self._object(schema, where)
            case "array":
                return self._array(schema, where)
            case "null":
                return NULL
            case "boolean":
                return BOOLEAN
            case _:
                return text_or_number(kind, schema, where)

    def _object(self, schema: Schema, where: str) -> Node:
        members = self._members(schema, where)
        others = schema.get("additionalProperties", True)
        if not members and others is not False:
            return free_object(self._rule(self._node(others, where)))
        required = as_list(schema.get("required", ()))
        first: Node = Text("")
        after: Node = Text("")
        for name, value in reversed(list(members.items())):
            member = self._rule(row(literal(name), ": ", value))
            begun, added = row(member, after), row(", ", member, after)
            is_needed = name in required
            first = self._rule(begun if is_needed else choice(begun, first))
            after = self._rule(added if is_needed else choice(added, after))
        return row("{", first, "}")

    def _members(self, schema: Schema, where: str) -> Mapping[str, Node]:
        """The properties an answer may have, each with its value."""
        declared = dict(as_mapping(schema.get("properties")))
        required = [str(name) for name in as_list(schema.get("required", ()))]
        for name in required:
            declared.setdefault(name, schema.get("additionalProperties", True))
        return {
            name: self._rule(self._node(value, f"{where}/{name}"))
            for name, value in declared.items()
            if value is not False or name in required
        }

    def _array(self, schema: Schema, where: str) -> Node:
        most = as_count(schema, "maxItems")
        least = as_count(schema, "minItems") or 0
        places = as_list(schema.get("prefixItems", ()))[:most]
        first = [self._rule(self._node(place, where)) for place in places]
        items = schema.get("items", least > len(first) or not places)
        least = max(0, least - len(first))
        most = 0 if items is False else most and most - len(first)
        if most is not None and least > most:
            raise refusal("no list has so many items and so few", where)
        item = Text("") if most == 0 else self._rule(self._node(items, where))
        return row("[", listed(first, item, least=least, most=most), "]")

    def _any_value(self, levels: int) -> Node:
        """Whatever JSON there is, of so many levels."""
        if levels not in self._free:
            if levels == 0:
                node = plain_value()
            else:
                inner = self._any_value(levels - 1)
                items = row("[", listed((), inner), "]")
                node = choice(self._any_value(0), items, free_object(inner))
            self._free[levels] = self._rule(node)
        return self._free[levels]
