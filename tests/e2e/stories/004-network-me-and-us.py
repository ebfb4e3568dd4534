#!/usr/bin/env python3
"""004: the participant (the I) and the group (the WE): what one alone says as WE is shown as proposed."""
from story import main, towns

WE = """Kind: statement
Intent: comment
Voice: we

## Text
We give priority to the common interest.
"""


def a_we_with_one_signature_is_proposed(world):
    berlin, amsterdam = towns(world, "berlin", "amsterdam")
    we = berlin.tell(WE)
    amsterdam.hears(we)
    for town in (berlin, amsterdam):
        assert "proposed" in town.kith("show", we), town.kith("show", we)
        assert [row["id"] for row in town.rows("report", "silence")["proposed"]] == [we]
    signature = amsterdam.json("sign", we)["id"]
    berlin.hears(signature)
    for town in (berlin, amsterdam):
        assert "proposed" not in town.kith("show", we), town.kith("show", we)
        assert town.rows("report", "silence")["proposed"] == []


main(a_we_with_one_signature_is_proposed)
