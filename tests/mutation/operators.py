"""Changes that Cosmic Ray does not make by itself and that matter here, as operators of its own interface."""

from collections.abc import Iterator

import parso
from cosmic_ray.operators.operator import Example, Operator
from parso.tree import BaseNode, NodeOrLeaf

Span = tuple[tuple[int, int], tuple[int, int]]


def text_as_node(text: str) -> NodeOrLeaf:
    """As the operators of Cosmic Ray do it: what is written back is the text, not the tree."""
    return parso.parse(text)


def of_type(node: NodeOrLeaf, *types: str) -> bool:
    return isinstance(node, BaseNode) and node.type in types


class LeaveOutElement(Operator):
    """One element of a set, list, tuple or dict is not there; one keyword argument is not given."""

    def mutation_positions(self, node: NodeOrLeaf) -> Iterator[Span]:
        for part in self._parts(node):
            yield part[0].start_pos, part[-1].end_pos

    def mutate(self, node: BaseNode, index: int) -> NodeOrLeaf:
        parts = self._parts(node)
        gone = {id(one) for one in parts[index]}
        if node.type == "trailer":
            return text_as_node("()")
        commas = [child for child in node.children if child == ","]
        place = min(index if node.type != "arglist" else self._all(node).index(parts[index]), len(commas) - 1)
        gone.add(id(commas[place]))
        return text_as_node("".join(child.get_code() for child in node.children if id(child) not in gone))

    def _parts(self, node: NodeOrLeaf) -> list[list[NodeOrLeaf]]:
        if of_type(node, "trailer") and node.children[0] == "(" and of_type(node.children[1], "argument"):
            return [[node.children[1]]] if "=" in node.children[1].children else []
        if of_type(node, "arglist"):
            return [part for part in self._all(node) if of_type(part[0], "argument") and "=" in part[0].children]
        if of_type(node, "testlist_comp", "dictorsetmaker") and "," in node.children:
            parts = self._all(node)
            return parts if len(parts) > 1 else []
        return []

    @staticmethod
    def _all(node: BaseNode) -> list[list[NodeOrLeaf]]:
        """The children between the commas."""
        parts: list[list[NodeOrLeaf]] = [[]]
        for child in node.children:
            if child == ",":
                parts.append([])
            else:
                parts[-1].append(child)
        return [part for part in parts if part]

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        return (
            Example("x = {1, 2}", "x = { 2}"),
            Example("x = {1, 2}", "x = {1}", occurrence=1),
            Example("x = {1: 2, 3: 4,}", "x = { 3: 4,}"),
            Example("f(a, b=1)", "f(a)"),
            Example("f(a=1, b=2)", "f( b=2)"),
            Example("f(a=1)", "f()"),
        )


class LeaveOutCall(Operator):
    """A call whose value nobody asks for is not made."""

    def mutation_positions(self, node: NodeOrLeaf) -> Iterator[Span]:
        if of_type(node, "simple_stmt") and of_type(node.children[0], "atom_expr", "power"):
            yield node.children[0].start_pos, node.children[0].end_pos

    def mutate(self, node: BaseNode, index: int) -> NodeOrLeaf:
        node.children[0] = text_as_node(node.children[0].get_first_leaf().prefix + "pass")
        return node

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        return (Example("f(x)\n", "pass\n"), Example("x = 1\nf.g(x)\n", "x = 1\npass\n"))


class TurnMembership(Operator):
    """``in`` for ``not in``, and the other way round."""

    def mutation_positions(self, node: NodeOrLeaf) -> Iterator[Span]:
        if of_type(node, "comparison"):
            for child in node.children[1::2]:
                if child.get_code().split() in (["in"], ["not", "in"]):
                    yield child.start_pos, child.end_pos

    def mutate(self, node: BaseNode, index: int) -> NodeOrLeaf:
        places = [n for n, child in enumerate(node.children) if child.get_code().split() in (["in"], ["not", "in"])]
        word = " in" if node.children[places[index]].get_code().split() == ["not", "in"] else " not in"
        node.children[places[index]] = text_as_node(word)
        return node

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        return (Example("x in y", "x not in y"), Example("x not in y", "x in y"))


class TurnCondition(Operator):
    """The condition of a comprehension means its opposite."""

    def mutation_positions(self, node: NodeOrLeaf) -> Iterator[Span]:
        if of_type(node, "comp_if"):
            yield node.children[1].start_pos, node.children[1].end_pos

    def mutate(self, node: BaseNode, index: int) -> NodeOrLeaf:
        node.children[1] = text_as_node(f" not ({node.children[1].get_code().strip()})")
        return node

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        return (Example("[x for x in y if x > 1]", "[x for x in y if not (x > 1)]"),)


OPERATORS: tuple[type[Operator], ...] = (LeaveOutElement, LeaveOutCall, TurnMembership, TurnCondition)
