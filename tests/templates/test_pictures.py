"""The genealogy picture: layers, pools, splits, no loop."""

import pytest

from batches.page_pictures import Edge, Node, depths, genealogy_svg, order_layers, places

NODES = tuple(Node(k, k.upper(), f"EV-{k}", "1 mL") for k in ("a", "b", "pool", "x", "y"))
EDGES = (Edge("a", "pool", "1 mL"), Edge("b", "pool"), Edge("pool", "x"), Edge("pool", "y"))


def test_pool_and_split_stand_in_layers() -> None:
    assert order_layers(NODES, EDGES) == [["a", "b"], ["pool"], ["x", "y"]]
    at, width, height = places(order_layers(NODES, EDGES))
    assert at["a"].y == at["b"].y < at["pool"].y < at["x"].y
    assert all(0 <= place.x <= width and 0 <= place.y <= height for place in at.values())


def test_edge_never_points_up() -> None:
    late = (*EDGES, Edge("x", "y"))
    depth = depths(NODES, late)
    assert all(depth[e.source] < depth[e.target] for e in late)


def test_loop_is_refused() -> None:
    with pytest.raises(ValueError, match="no loop"):
        depths(NODES, (*EDGES, Edge("x", "a")))


def test_names_are_escaped_and_every_node_is_drawn() -> None:
    svg = genealogy_svg("<b>", (*NODES, Node("z", "<script>", "Z", here=True)), EDGES)
    assert "<script>" not in svg
    assert svg.count('class="node') == 6
    assert "node--here" in svg
    assert "style" not in svg
