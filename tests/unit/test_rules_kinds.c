/* The rules of the kinds in which people ask, answer, plan and agree; test_rules.c has the rest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "keys/secret.h"
#include "tests/unit/verdict.h"

#define ABOUT      KITH__LINK_TYPE__LINK_TYPE_ABOUT
#define ANSWERS    KITH__LINK_TYPE__LINK_TYPE_ANSWERS
#define CO_SIGNS   KITH__LINK_TYPE__LINK_TYPE_CO_SIGNS
#define EVALUATES  KITH__LINK_TYPE__LINK_TYPE_EVALUATES
#define MISSING    "is missing"
#define ONE_LINE   "must be one line, without tabs"
#define KEY_BYTES  "must have 32 bytes"
#define TEXT_BYTES "must have at most 8192 bytes"
#define LINE_BYTES "must have at most 1000 bytes"

/* ---- give and take --------------------------------------------------------------------------- */

static void exchanges(void **state)
{
	static const struct verdict verdicts[] = {
		{"exchange", "!title", "title", MISSING},
		{"exchange", "!direction", "direction", MISSING},
		{"exchange", "direction=potential|basis=gift", NULL, NULL},
		{"exchange", "direction=77|basis=77", NULL, NULL}, /* of a later version */
		{"exchange", "!what", "what", MISSING},
		{"exchange", "what=", "what", BLANK},
		{"exchange", "what=two\nlines", NULL, NULL},
		{"exchange", "what=*8193", "what", TEXT_BYTES},
		{"exchange", "basis=shared-costs|in_return=*8192", NULL, NULL},
		{"exchange", "in_return=*8193", "in_return", TEXT_BYTES},
		{"exchange", "basis=reciprocal|in_return=a visit", NULL, NULL},
		{"exchange", "basis=reciprocal", "in_return",
			"is missing; what is reciprocal says what is hoped for"},
		{"exchange", "expires_ms=1700000000000", NULL, NULL},
		{"exchange", "expires_ms=253402300800000", "expires_ms", YEARS},
	};

	(void)state;
	EXPECT(verdicts);
}

static void asks(void **state)
{
	static const struct verdict verdicts[] = {
		{"ask", "!title", "title", MISSING},
		{"ask", "!type", "type", MISSING},
		{"ask", "type=idea|text=*8192|due_ms=0", NULL, NULL},
		{"ask", "text=*8193", "text", TEXT_BYTES},
		{"ask", "due_ms=-62135596800001", "due_ms", YEARS},
		{"ask", "addressed_to_author=*32|addressed_to_author=*32b", NULL, NULL},
		{"ask", "addressed_to_author=*32|addressed_to_author=*31", "addressed_to_author[1]",
			KEY_BYTES},
		{"ask", "addressed_to_author=*32|addressed_to_author=*32", "addressed_to_author[1]",
			EARLIER},
	};

	(void)state;
	EXPECT(verdicts);
}

/* ---- words of one person --------------------------------------------------------------------- */

static void statements(void **state)
{
	static const struct verdict verdicts[] = {
		{"statement", "!title", NULL, NULL}, /* a few words stand for themselves */
		{"statement", "title=", "title", BLANK},
		{"statement", "!intent", "intent", MISSING},
		{"statement", "intent=77", NULL, NULL},
		{"statement", "!text", "text", MISSING},
		{"statement", "text=*8193", "text", TEXT_BYTES},
		{"statement", "reason=*8192", NULL, NULL},
		{"statement", "reason=*8193", "reason", TEXT_BYTES},
		{"statement", "intent=decision", NULL, NULL},
		{"statement", "intent=decision|decision=adopted", NULL, NULL},
		{"statement", "intent=decision|decision=postponed", NULL, NULL},
		{"statement", "intent=decision|decision=declined|reason=r", NULL, NULL},
		{"statement", "intent=decision|decision=declined", "reason",
			"is missing; who declines says why"},
		{"statement", "intent=lesson|decision=adopted", "decision",
			"is for statements of intent decision"},
	};

	(void)state;
	EXPECT(verdicts);
}

#define ONE_LINK "must hold one link that is about, co-signs or answers a record, and not more"

static void stances(void **state)
{
	static const struct verdict about[] = {
		{"stance", "!title", NULL, NULL},
		{"stance", "!position", "position", MISSING},
		{"stance", "position=77", NULL, NULL},
		{"stance", "position=abstain", NULL, NULL},
		{"stance", "reason=*500", NULL, NULL},
		{"stance", "reason=*501", "reason", "must have at most 500 bytes"},
		{"stance", "position=object|reason=r", NULL, NULL},
		{"stance", "position=block|reason=r", NULL, NULL},
		{"stance", "position=object", "reason",
			"is missing; an objection says what it is about"},
		{"stance", "position=block", "reason",
			"is missing; an objection says what it is about"},
	};
	static const struct verdict co_signing[] = {
		{"stance", "reason=r", NULL, NULL},
		{"stance", "position=abstain", "position",
			"must be support where a record is co-signed"},
	};
	static const struct verdict no_link[] = {{"stance", "", "links", ONE_LINK}};
	const struct kith_link two[] = {{.type = ABOUT}, {.type = CO_SIGNS}};
	const struct kith_header_facts facts = {.links = two, .link_count = 2};

	(void)state;
	EXPECT(about);
	EXPECT_LINKED(CO_SIGNS, co_signing);
	EXPECT_LINKED(0, no_link);
	EXPECT_LINKED(EVALUATES, no_link);
	expect(&no_link[0], &facts);
}

static void stances_that_answer(void **state)
{
	static const struct verdict answering[] = {
		{"stance", "", NULL, NULL},
		{"stance", "position=abstain", NULL, NULL},
		{"stance", "position=object|reason=r", "position",
			"must be support (yes) or abstain (no) where an introduction is answered"},
		{"stance", "position=abstain|reason=r", "reason",
			"must not be given where an introduction is answered; nobody has to say "
			"why"},
		{"stance", "summary=s", "summary",
			"must not be given where an introduction is answered; nobody has to say "
			"why"},
	};

	(void)state;
	EXPECT_LINKED(ANSWERS, answering);
}

static void labels(void **state)
{
	static const struct verdict about[] = {
		{"label", "!title", NULL, NULL},
		{"label", "!value", "value", MISSING},
		{"label", "value=*64", NULL, NULL},
		{"label", "value=*65", "value", "must have at most 64 bytes"},
		{"label", "value=a\nb", "value", ONE_LINE},
		{"label", "!reason", "reason", MISSING},
		{"label", "reason=*500", NULL, NULL},
		{"label", "reason=*501", "reason", "must have at most 500 bytes"},
	};
	static const struct verdict no_link[] = {
		{"label", "", "links", "must hold a link that says what the label is about"}};

	(void)state;
	EXPECT(about);
	EXPECT_LINKED(0, no_link);
	EXPECT_LINKED(ANSWERS, no_link);
}

/* ---- evaluations ----------------------------------------------------------------------------- */

static void evaluations(void **state)
{
	static const struct verdict verdicts[] = {
		{"evaluation", "!title", "title", MISSING},
		{"evaluation", "!outcome", "criteria",
			"is missing; or else evidence, or an outcome"},
		{"evaluation", "!outcome|evidence=*8192", NULL, NULL},
		{"evaluation", "evidence=e|evidence=*8193", "evidence[1]", TEXT_BYTES},
		{"evaluation", "!outcome|criteria[0].polarity=ill|criteria[0].text=no money", NULL,
			NULL},
	};

	(void)state;
	EXPECT(verdicts);
}

#define CRITERION "criteria[0].polarity=well|criteria[0].text=trust"

static void criteria(void **state)
{
	static const struct verdict own_words[] = {
		{"evaluation", CRITERION, NULL, NULL},
		{"evaluation", CRITERION "|!criteria[0].polarity", "criteria[0].polarity",
			"is missing; it is well or ill"},
		{"evaluation", CRITERION "|!criteria[0].text", "criteria[0].text",
			"is missing; a criterion has its own words"},
		{"evaluation", CRITERION "|criteria[1].polarity=ill|criteria[1].text=",
			"criteria[1].text", BLANK},
		{"evaluation", CRITERION "|criteria[0].text=*1001", "criteria[0].text", LINE_BYTES},
		{"evaluation",
			CRITERION "|criteria[0].dimension=https://example.org/d/trust|"
				  "criteria[0].material=0|criteria[0].group=*300|criteria[0].n=1",
			NULL, NULL},
		{"evaluation", CRITERION "|criteria[0].dimension=trust", "criteria[0].dimension",
			URL},
		{"evaluation", CRITERION "|criteria[0].group=*301", "criteria[0].group",
			"must have at most 300 bytes"},
		{"evaluation", CRITERION "|criteria[0].group=a\nb", "criteria[0].group", ONE_LINE},
		{"evaluation", CRITERION "|criteria[0].n=0", "criteria[0].n",
			"must be a number from 1 to 4294967295"},
	};

	(void)state;
	EXPECT(own_words);
}

#define CODING "criteria[0].codes=3|criteria[0].dimension=https://example.org/d/trust"

static void codings(void **state)
{
	static const struct verdict evaluating[] = {
		{"evaluation", CODING, NULL, NULL},
		{"evaluation", CODING "|criteria[0].codes=63", NULL, NULL},
		{"evaluation", CODING "|criteria[0].codes=64", "criteria[0].codes",
			"must be a number from 0 to 63"},
		{"evaluation", CODING "|!criteria[0].dimension", "criteria[0].dimension",
			"is missing; a coding says which one"},
	};
	static const struct verdict alone[] = {{"evaluation", CODING, "criteria[0].codes",
		"needs one link that evaluates the record whose criterion is coded"}};
	const struct kith_link two[] = {{.type = EVALUATES}, {.type = EVALUATES}};
	const struct kith_header_facts facts = {.links = two, .link_count = 2};

	(void)state;
	EXPECT_LINKED(EVALUATES, evaluating);
	EXPECT(alone);
	expect(&alone[0], &facts);
}

/* ---- plans, actions, pacts ------------------------------------------------------------------- */

static void plans(void **state)
{
	static const struct verdict verdicts[] = {
		{"plan", "!title", "title", MISSING},
		{"plan", "vision=v|objectives=o|objectives=p|means=m|facts=*8192", NULL, NULL},
		{"plan", "vision=*8193", "vision", TEXT_BYTES},
		{"plan", "objectives=o|objectives=", "objectives[1]", BLANK},
		{"plan", "means=*8193", "means", TEXT_BYTES},
		{"plan", "facts=", "facts", BLANK},
	};

	(void)state;
	EXPECT(verdicts);
}

#define PERSONA "personas[0].name=Ana|personas[0].portrait=p|personas[0].fictional=1"

static void personas(void **state)
{
	static const struct verdict verdicts[] = {
		{"plan", PERSONA, NULL, NULL},
		{"plan", PERSONA "|!personas[0].name", NULL, NULL},
		{"plan", PERSONA "|personas[0].name=a\nb", "personas[0].name", ONE_LINE},
		{"plan", PERSONA "|personas[0].name=*301", "personas[0].name",
			"must have at most 300 bytes"},
		{"plan", PERSONA "|!personas[0].portrait", "personas[0].portrait", MISSING},
		{"plan", PERSONA "|personas[0].portrait=*8193", "personas[0].portrait", TEXT_BYTES},
		{"plan", PERSONA "|!personas[0].fictional", "personas[0].fictional", MISSING},
		{"plan", PERSONA "|personas[0].fictional=0", "personas[0].fictional",
			"must be yes; no living person is portrayed here"},
		{"plan", PERSONA "|personas[0].portrait=write to ana@example.org",
			"personas[0].portrait",
			"must not hold an e-mail address; a persona is nobody's address"},
		{"plan", PERSONA "|personas[0].name=Ana 0262 213 824", "personas[0].name",
			"must not hold a telephone number; a persona is nobody's address"},
	};

	(void)state;
	EXPECT(verdicts);
}

static void actions(void **state)
{
	static const struct verdict verdicts[] = {
		{"action", "!title", "title", MISSING},
		{"action", "!state", "state", MISSING},
		{"action", "state=dropped|owner=*1000|due_ms=0|risk=r|indicator=i|text=t", NULL,
			NULL},
		{"action", "owner=*1001", "owner", LINE_BYTES},
		{"action", "owner=a\nb", "owner", ONE_LINE},
		{"action", "due_ms=253402300800000", "due_ms", YEARS},
		{"action", "resources=r|resources=*1001", "resources[1]", LINE_BYTES},
		{"action", "resources=a\nb", "resources[0]", ONE_LINE},
		{"action", "risk=*8193", "risk", TEXT_BYTES},
		{"action", "indicator=*8193", "indicator", TEXT_BYTES},
		{"action", "text=*8193", "text", TEXT_BYTES},
	};

	(void)state;
	EXPECT(verdicts);
}

#define QUORUM "must be a number from 1 to that of the parties, where the rule is quorum"

static void pacts(void **state)
{
	static const struct verdict verdicts[] = {
		{"pact", "!title", "title", MISSING},
		{"pact", "!parties_author", "parties_author", MISSING},
		{"pact", "!parties_author|parties_author=*32", "parties_author",
			"must have two entries or more"},
		{"pact", "parties_author=*33c", "parties_author[2]", KEY_BYTES},
		{"pact", "parties_author=*32a", "parties_author[2]", EARLIER},
		{"pact", "!rule", "rule", MISSING},
		{"pact", "quorum=2", "quorum", "is for pacts whose rule is quorum"},
		{"pact", "rule=quorum|quorum=1", NULL, NULL},
		{"pact", "rule=quorum|quorum=2", NULL, NULL},
		{"pact", "rule=quorum|quorum=3", "quorum", QUORUM},
		{"pact", "rule=quorum|quorum=0", "quorum", QUORUM},
		{"pact", "rule=quorum", "quorum", QUORUM},
		{"pact", "rule=77", NULL, NULL},
	};

	(void)state;
	EXPECT(verdicts);
}

static void clauses(void **state)
{
	static const struct verdict verdicts[] = {
		{"pact", "!clauses", "clauses", MISSING},
		{"pact", "clauses[1].who=w|clauses[1].what=w|clauses[1].due_ms=0", NULL, NULL},
		{"pact", "!clauses[0].who", "clauses[0].who", MISSING},
		{"pact", "clauses[0].who=*1001", "clauses[0].who", LINE_BYTES},
		{"pact", "clauses[0].who=a\nb", "clauses[0].who", ONE_LINE},
		{"pact", "clauses[1].who=w", "clauses[1].what", MISSING},
		{"pact", "clauses[0].what=*8193", "clauses[0].what", TEXT_BYTES},
		{"pact", "clauses[0].due_ms=253402300800000", "clauses[0].due_ms", YEARS},
	};

	(void)state;
	EXPECT(verdicts);
}

/* ---- introductions --------------------------------------------------------------------------- */

static void introductions(void **state)
{
	static const struct verdict verdicts[] = {
		{"introduction", "!title", NULL, NULL},
		{"introduction", "!a_author", "a_author", MISSING},
		{"introduction", "!b_author", "b_author", MISSING},
		{"introduction", "a_author=*31", "a_author", KEY_BYTES},
		{"introduction", "b_author=*33b", "b_author", KEY_BYTES},
		{"introduction", "b_author=*32a", "b_author", "must be another than a"},
		{"introduction", "!why", "why", MISSING},
		{"introduction", "why=*8193", "why", TEXT_BYTES},
	};

	(void)state;
	EXPECT(verdicts);
}

static void nobody_introduces_oneself(void **state)
{
	static const char rule[] =
		"must not be the author; somebody else introduces two to each other";
	const struct verdict is_a = {"introduction", "", "a_author", rule};
	const struct verdict is_b = {"introduction", "", "b_author", rule};
	struct kith_header_facts facts = {.in_commons = true};

	(void)state;
	memset(facts.author.bytes, 'a', sizeof(facts.author.bytes));
	expect(&is_a, &facts);
	memset(facts.author.bytes, 'b', sizeof(facts.author.bytes));
	expect(&is_b, &facts);
}

/* ---- vocabularies ---------------------------------------------------------------------------- */

#define BROADER "must be the id of another term of this vocabulary"

static void vocabularies(void **state)
{
	static const struct verdict verdicts[] = {
		{"vocabulary", "!title", "title", MISSING},
		{"vocabulary", "!uri", "uri", MISSING},
		{"vocabulary", "uri=themes", "uri", URL},
		{"vocabulary", "!terms", "terms", MISSING},
		{"vocabulary", "!terms[0].id", "terms[0].id", MISSING},
		{"vocabulary", "terms[0].id=*65", "terms[0].id", "must have at most 64 bytes"},
		{"vocabulary", "!terms[0].lang", "terms[0].lang", MISSING},
		{"vocabulary", "terms[0].lang=English!", "terms[0].lang", LANG},
		{"vocabulary", "!terms[0].label", "terms[0].label", MISSING},
		{"vocabulary", "terms[0].label=*65", "terms[0].label",
			"must have at most 64 bytes"},
		{"vocabulary", "terms[0].label=a\nb", "terms[0].label", ONE_LINE},
		{"vocabulary", "terms[1].id=a|terms[1].lang=nl|terms[1].label=l", NULL, NULL},
		{"vocabulary", "terms[1].id=b|terms[1].lang=nl|terms[1].label=l|terms[1].broader=a",
			NULL, NULL},
		{"vocabulary", "terms[1].id=b|terms[1].lang=nl|terms[1].label=l|terms[1].broader=c",
			"terms[1].broader", BROADER},
		{"vocabulary", "terms[0].broader=a", "terms[0].broader", BROADER},
		{"vocabulary", "terms[0].broader=*65", "terms[0].broader",
			"must have at most 64 bytes"},
	};

	(void)state;
	EXPECT(verdicts);
}

/* ---- lists at their limits, and one more ----------------------------------------------------- */

/* One more entry; '#' is its number. */
static void list_entry(char *line, const char *entry, size_t n)
{
	char *at = line + strlen(line);

	if (at > line)
		*at++ = '|';
	for (; *entry; entry++) {
		if (*entry == '#')
			at += sprintf(at, "%zu", n);
		else
			*at++ = *entry;
	}
	*at = '\0';
}

static void lists_have_their_limits(void **state)
{
	static const struct {
		const char *kind, *without, *entry, *name;
		size_t max;
		const char *rule;
	} lists[] = {
		{"evaluation", "", "criteria[#].polarity=ill|criteria[#].text=t", "criteria", 64,
			"must have at most 64 entries"},
		{"evaluation", "", "evidence=#", "evidence", 64, "must have at most 64 entries"},
		{"plan", "", "objectives=#", "objectives", 64, "must have at most 64 entries"},
		{"plan", "", "personas[#].portrait=p|personas[#].fictional=1", "personas", 12,
			"must have at most 12 entries"},
		{"action", "", "resources=#", "resources", 64, "must have at most 64 entries"},
		{"pact", "!clauses", "clauses[#].who=w|clauses[#].what=w", "clauses", 64,
			"must have at most 64 entries"},
		{"vocabulary", "!terms", "terms[#].id=a|terms[#].lang=en|terms[#].label=l", "terms",
			256, "must have at most 256 entries"},
	};
	static char line[32768];

	(void)state;
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		struct verdict v = {lists[i].kind, line, NULL, NULL};

		strcpy(line, lists[i].without);
		for (size_t n = 0; n < lists[i].max; n++)
			list_entry(line, lists[i].entry, n);
		expect_all(&v, 1);
		list_entry(line, lists[i].entry, lists[i].max);
		v.field = lists[i].name;
		v.rule = lists[i].rule;
		expect_all(&v, 1);
	}
}

static int init(void **state)
{
	(void)state;
	return kith_keys_init();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exchanges),
		cmocka_unit_test(asks),
		cmocka_unit_test(statements),
		cmocka_unit_test(stances),
		cmocka_unit_test(stances_that_answer),
		cmocka_unit_test(labels),
		cmocka_unit_test(evaluations),
		cmocka_unit_test(criteria),
		cmocka_unit_test(codings),
		cmocka_unit_test(plans),
		cmocka_unit_test(personas),
		cmocka_unit_test(actions),
		cmocka_unit_test(pacts),
		cmocka_unit_test(clauses),
		cmocka_unit_test(introductions),
		cmocka_unit_test(nobody_introduces_oneself),
		cmocka_unit_test(vocabularies),
		cmocka_unit_test(lists_have_their_limits),
	};
	return cmocka_run_group_tests(tests, init, NULL);
}
