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


def test_names_taken_at_the_table(table):
    """Line mode shows what the others see: a name of one's own choice with its seat, never somebody else's, and the record's name in events."""
    ann = table.host("Ann", "--start", 8, strategy=None)
    door = ann.wait_event("table_open")
    bo = table.join("Bo", door, strategy=None)
    bo.wait_event("joined")
    cy = table.start("Cy", "join", f"{door['words']}@127.0.0.1:{door['port']}", "--line", "--as", "Cy", "--bind", "127.0.0.1", "--no-discovery")
    cy.wait("a seat", lambda: any("Type a bet" in line for line in cy.lines))
    looker = table.join("Eli", door, "--watch", strategy=None)
    bo.send("name Zo\u00eb")
    cy.wait("the new name", lambda: "Bo (B) is called Zo\u00eb now." in cy.lines)
    bo.send("say hello")
    cy.wait("the seat beside it", lambda: "Zo\u00eb (B): hello" in cy.lines)
    ann.wait_event("chat", player="Bo", text="hello")
    looker.wait_event("chat", player="Bo", text="hello")  # who watches listens
    # Neither an agreed name nor one that is taken, however it is written.
    for taken in ("ANN", "\uff21nn", "A n-n", "zoe\u0308"):
        cy.send(f"name {taken}")
        cy.wait(f"{taken} refused", lambda t=taken: any(line.startswith("Somebody at this table is called") for line in cy.lines))
        cy.lines.clear()
    bo.send("name Bo")
    cy.wait("the old name", lambda: "Zo\u00eb (B) is called Bo now." in cy.lines)
    cy.send("name Zo\u00eb")
    cy.wait("it is free again", lambda: "You are called Zo\u00eb now." in cy.lines)
    ann.send("topic seven is due")
    cy.wait("the topic", lambda: 'Ann: the topic is "seven is due".' in cy.lines)


def long_talk_outlives_a_split(table):
    """What was said before, while and after a table was split is heard by whoever comes back to the new one."""
    ann = table.host("Ann", "--start", 8, strategy=None)
    door = ann.wait_event("table_open")
    bo = table.join("Bo", door, strategy=None)
    bo.wait_event("joined")
    ann.wait_event("epoch", members=2)
    said(table, bo, "see you", (ann, bo))
    bo.kill()
    ann.wait_event("stalled")
    said(table, ann, "alone", (ann,))
    ann.send("split")
    ann.wait_event("split")
    said(table, ann, "at the new table", (ann,))
    back = table.play("Bo", ["join", "--last"], strategy=None)
    back.wait_event("joined")
    said(table, back, "here I am", (ann, back))
    whole = [("Bo", "see you"), ("Ann", "alone"), ("Ann", "at the new table"), ("Bo", "here I am")]
    for p in (ann, back):
        expect(lines(p) == whole, f"{p.name} heard {lines(p)}")


if __name__ == "__main__":
    main(test_talk_goes_on_when_the_table_waits, test_names_taken_at_the_table, long=[long_talk_outlives_a_split])
