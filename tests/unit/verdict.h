/*
 * verdict.h: what the rules say of bodies, as tables of tests: a kind, a line (saying.h), and the
 * field and sentence that are expected.
 */
#ifndef KITH_TESTS_UNIT_VERDICT_H
#define KITH_TESTS_UNIT_VERDICT_H

#include <string.h>

#include "keys/secret.h"
#include "tests/unit/saying.h"

/* Packs, decodes and checks. */
static inline int verdict_check(const char *kind_name, const char *line,
	const struct kith_header_facts *facts, struct kith_problem *problem)
{
	static struct saying saying;
	struct kith_kind kind;
	struct kith_body body;
	struct kith_buf packed;
	int err;

	*problem = (struct kith_problem){{0}, {0}};
	assert_true(kith_kind_by_name(kind_name, &kind));
	saying_init(&saying, kind_name, line);
	packed = saying_pack(&saying);
	err = kith_body_decode(
		(struct kith_bytes){packed.data, packed.len}, kind.number, &body, problem);
	if (!err)
		err = kith_body_check(&body, facts, problem);
	kith_body_clear(&body);
	kith_buf_clear(&packed);
	return err;
}

struct verdict {
	const char *kind;
	const char *line;
	const char *field; /* NULL: passes */
	const char *rule;
};

static inline void expect(const struct verdict *v, const struct kith_header_facts *facts)
{
	struct kith_problem problem;
	int err = verdict_check(v->kind, v->line, facts, &problem);

	if (err != (v->field ? KITH_E_RULE : 0))
		fail_msg("%s \"%.60s\": %s, %s %s", v->kind, v->line, kith_err_name(err),
			problem.field, problem.rule);
	if (v->field && (strcmp(problem.field, v->field) || strcmp(problem.rule, v->rule)))
		fail_msg("%s \"%.60s\": \"%s\" \"%s\"", v->kind, v->line, problem.field,
			problem.rule);
}

/* With the link that the kind needs, if any. */
static inline void expect_all(const struct verdict *verdicts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct kith_link link = {.type = saying_link(verdicts[i].kind)};
		const struct kith_header_facts facts = {
			.in_commons = true, .links = &link, .link_count = link.type != 0};

		expect(&verdicts[i], &facts);
	}
}
#define EXPECT(verdicts) expect_all(verdicts, sizeof(verdicts) / sizeof(verdicts[0]))

/* With one link of that type, 0: none. */
static inline void expect_linked(uint32_t type, const struct verdict *verdicts, size_t count)
{
	const struct kith_link link = {.type = type};
	const struct kith_header_facts facts = {
		.in_commons = true, .links = &link, .link_count = type != 0};

	for (size_t i = 0; i < count; i++)
		expect(&verdicts[i], &facts);
}
#define EXPECT_LINKED(type, verdicts)                                                              \
	expect_linked(type, verdicts, sizeof(verdicts) / sizeof(verdicts[0]))

#define BLANK   "must not be blank; leave it out instead"
#define EARLIER "must not say what an earlier one says"
#define YEARS   "must be a number from -62135596800000 to 253402300799999"
#define URL     "must be a complete http or https address, without user name"
#define LANG    "must be a language tag (BCP 47), such as pl or pt-BR"

#endif
