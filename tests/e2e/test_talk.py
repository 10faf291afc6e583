"""Table talk: heard by everybody in causal order, also while the table waits for somebody, by whoever comes back and whoever is new;
names taken at the table; and nothing of it is agreed on."""

from harness import expect, main


def lines(player):
    return [(e["player"], e["text"]) for e in player.all("chat")]


def operations(player):
    return sum(e["operations"] for e in player.all("committed"))


def said(table, player, text, to):
    player.send(f"say {text}")
    for p in to:
        p.wait_event("chat", player=player.name, text=text)


def test_talk_goes_on_when_the_table_waits(table):
    ann = table.host("Ann", "--start", 8, strategy=None)
    door = ann.wait_event("table_open")
    bo, cy = (table.join(name, door, strategy=None) for name in ("Bo", "Cy"))
    for p in (ann, bo, cy):
        p.wait_event("joined")
        p.wait_event("epoch", members=3)
    ann.wait("three seats", lambda: len({e["player"] for e in ann.all("player_joined")} | {"Ann"}) == 3)

    # Nobody votes on talk: as many operations are agreed on afterwards as before.
    agreed = [operations(p) for p in (ann, bo, cy)]
    for number in range(20):
        said(table, (ann, bo, cy)[number % 3], f"line {number}", (ann, bo, cy))
    expect(agreed == [operations(p) for p in (ann, bo, cy)], "talk was agreed on")

    cy.kill()
    ann.wait_event("stalled")
    said(table, ann, "where is Cy?", (ann, bo))
    said(table, bo, "no idea", (ann, bo))
    bo.send("name Robert")
    back = table.play("Cy", ["join", "--last"], strategy=None)
    back.wait_event("chat", player="Bo", text="no idea")
    back.wait_event("joined")
    ann.wait_event("resumed")
    said(table, back, "here again", (ann, bo, back))

    dee = table.join("Dee", door, strategy=None)
    dee.wait_event("joined")
    dee.wait_event("chat", player="Cy", text="here again")
    said(table, dee, "hello", (ann, bo, back, dee))
    whole = [(("Ann", "Bo", "Cy")[n % 3], f"line {n}") for n in range(20)]
    whole += [("Ann", "where is Cy?"), ("Bo", "no idea"), ("Cy", "here again"), ("Dee", "hello")]
    for p in (ann, bo, back, dee):
        expect(lines(p) == whole, f"{p.name} heard {lines(p)}")


if __name__ == "__main__":
    main(test_talk_goes_on_when_the_table_waits)
