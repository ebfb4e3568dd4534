#!/usr/bin/env python3
"""000: learn to listen, ask the right questions. What nobody answered for 14 days, oldest first."""
from story import main, titles, towns

ASK = """Kind: ask
Created: {created}
Type: question
Title: {title}
Addressed-to: {to}
"""


def questions_wait_oldest_first(world):
    broker, gdansk = towns(world, "broker", "gdansk")
    questions = ("What competences are needed to be a good broker?",
                 "How should cities support their employees in brokerage?",
                 "How to engage citizens so that they express their opinion?")
    asks = [broker.tell(ASK, created=f"2017-03-0{8 + i}" if i < 2 else "2017-03-10", title=title,
                        to=gdansk.key) for i, title in enumerate(questions)]
    broker.tell("Kind: ask\nType: question\nTitle: Asked today\n")
    assert titles(broker.rows("report", "unanswered")["unanswered"]) == list(questions)
    gdansk.hears(*asks)
    assert titles(gdansk.rows("report", "unanswered", "--to", "me")["unanswered"]) == list(questions)
    answer = gdansk.json("answer", asks[0], "--set", "intent=lesson", "--set",
                         "text=Empathy is a key competence for a broker!")["id"]
    broker.hears(answer)
    waiting = broker.rows("report", "unanswered")["unanswered"]
    assert titles(waiting) == list(questions[1:]) and waiting[0]["waiting_days"] > 3000, waiting
    assert "answered" in broker.kith("show", asks[0])


main(questions_wait_oldest_first)
