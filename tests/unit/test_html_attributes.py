from dashboard.html.attributes import attributes_text


def test_order_of_data_and_aria_attributes_never_changes():
    one = attributes_text({"id": "x", "data-b": 1, "aria-label": "a", "data-a": 2})
    other = attributes_text({"id": "x", "data-a": 2, "data-b": 1, "aria-label": "a"})
    assert one == other == ' id="x" aria-label="a" data-a="2" data-b="1"'
