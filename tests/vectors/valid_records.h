/*
 * valid_records.h: records of every kind that break no rule, for valid.txt: how the body is made
 * (tests/unit/saying.h). A stance and a label have a link besides.
 */
#ifndef KITH_TESTS_VECTORS_VALID_RECORDS_H
#define KITH_TESTS_VECTORS_VALID_RECORDS_H

static const struct {
	const char *name, *kind, *lang, *line;
} valid[] = {
	{"a practice that says little", "practice", "en", ""},
	{"a practice that says everything", "practice", "el",
		"title=Social pharmacy|summary=Medicine for who has no insurance|"
		"place.country=GR|place.region=GR-A1|place.geonames=735861|"
		"place.lat_e7=409396000|place.lon_e7=244069000|"
		"place.name=\xce\x9a\xce\xb1\xce\xb2\xce\xac\xce\xbb\xce\xb1|"
		"time.start_ms=1325376000000|time.end_ms=1420070400000|"
		"time.precision=year|sdg=3|sdg=3.8|tags=health|tags=solidarity|"
		"level=innovation|area=means|voice=we|licence=CC-BY-4.0|"
		"source.url=https://example.org/a?b=c|source.id=1|source.retrieved_ms=0|"
		"problem=p|approach=one\n\ttwo|steps=first|steps=second|"
		"conditions.legal=l|conditions.money=m|conditions.people=p|"
		"conditions.culture=c|actors=a|resources=r|maturity=established|"
		"outcome=worked|lessons=l"},
	{"a profile in the commons", "profile", "ro",
		"title=Baia Mare|type=city|roles=broker|languages=ro|languages=hu|"
		"recovery_key=*32"},
	{"an initiative", "initiative", "pl",
		"title=Zesp\xc3\xb3\xc5\x82|form=project|status=on-hold|participants=a|"
		"text=t"},
	{"an exchange", "exchange", "ro",
		"title=Un atelier|direction=offer|what=w|basis=reciprocal|in_return=r|"
		"expires_ms=1735689600000"},
	{"an ask", "ask", "nl",
		"title=Wie weet het?|type=idea|addressed_to_author=*32c|"
		"addressed_to_author=*32d|due_ms=1735689600000|text=t"},
	{"a statement without a title", "statement", "en", "!title"},
	{"a decision that says why", "statement", "en",
		"intent=decision|decision=declined|text=t|reason=r"},
	{"a stance without a title", "stance", "en", "!title"},
	{"an objection", "stance", "en", "position=object|reason=*500"},
	{"an evaluation", "evaluation", "fr",
		"criteria[0].polarity=well|criteria[0].material=0|criteria[0].text=t|"
		"criteria[0].group=g|criteria[0].n=12|"
		"criteria[0].dimension=https://example.org/d/1|criteria[1].polarity=ill|"
		"criteria[1].text=u|evidence=e|outcome=worked"},
	{"a plan", "plan", "ro",
		"vision=v|objectives=o|means=m|facts=f|personas[0].name=n|"
		"personas[0].portrait=p|personas[0].fictional=1"},
	{"an action", "action", "en",
		"state=doing|owner=o|due_ms=1735689600000|resources=r|risk=r|indicator=i|"
		"text=t"},
	{"a pact", "pact", "fr",
		"parties_author=*32c|rule=quorum|quorum=2|clauses[0].due_ms=1735689600000|"
		"clauses[1].who=w|clauses[1].what=x"},
	{"an introduction without a title", "introduction", "en", "!title"},
	{"a label without a title", "label", "en", "!title"},
	{"a vocabulary", "vocabulary", "zxx",
		"terms[1].id=a|terms[1].lang=nl|terms[1].label=m|terms[2].id=b|"
		"terms[2].lang=en|terms[2].label=n|terms[2].broader=a"},
	{"what nobody thought of yet", "x", "zxx", "data=*100"},
	{"values of a later version in enums", "practice", "en", "outcome=99|maturity=-1|level=0"},
};

#endif
