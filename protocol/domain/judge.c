/*
 * judge.c: see judge.h. One function for each link type that has a rule about its target; any other
 * link counts as it is.
 */
#include "protocol/domain/judge.h"

#include <stdio.h>
#include <strings.h>

#include "protocol/domain/read.h"
#include "protocol/problem.h"

/* 1: counts; 0 with *why; or an error. */
typedef int judge(
	const struct kith_record *source, const struct kith_record *target, const char **why);

static int refuse(const char **why, const char *rule)
{
	*why = rule;
	return 0;
}

static int judge_revises(
	const struct kith_record *source, const struct kith_record *target, const char **why)
{
	if (source->kind != target->kind)
		return refuse(why, "revises: must be of the kind of what it revises");
	if (!kith_same_author(&source->author, &target->author))
		return refuse(why, "revises: must be by the author of what it revises; others "
				   "adapt it");
	return 1;
}

static int judge_translates(
	const struct kith_record *source, const struct kith_record *target, const char **why)
{
	if (source->kind != target->kind)
		return refuse(why, "translates: must be of the kind of what it translates");
	if (strcasecmp(source->lang, target->lang) == 0)
		return refuse(
			why, "translates: must be in another language than what it translates");
	return 1;
}

/* Argue about ideas, not about people. */
static int judge_about(
	const struct kith_record *source, const struct kith_record *target, const char **why)
{
	if (source->kind == KITH__BODY__KIND_STANCE && target->kind == KITH__BODY__KIND_PROFILE)
		return refuse(why, "about: a stance must not be about a profile");
	return 1;
}

static int judge_answers(
	const struct kith_record *source, const struct kith_record *target, const char **why)
{
	const Kith__Introduction *introduction;
	struct kith_body body;
	int got;

	if (source->kind != KITH__BODY__KIND_STANCE)
		return 1;
	if (target->kind != KITH__BODY__KIND_INTRODUCTION)
		return refuse(why, "answers: a stance must answer an introduction; it is about "
				   "anything else");
	got = kith_read_body(target, &body);
	if (got < 0)
		return got;
	if (!got)
		return refuse(why, "answers: the introduction was erased");
	introduction = (const Kith__Introduction *)body.message;
	got = kith_is_key_of(&introduction->a_author, &source->author) ||
	      kith_is_key_of(&introduction->b_author, &source->author);
	kith_body_clear(&body);
	return got ? 1
		   : refuse(why, "answers: only the two who are introduced answer an introduction");
}

static int judge_co_signs(
	const struct kith_record *source, const struct kith_record *target, const char **why)
{
	if (source->kind != KITH__BODY__KIND_STANCE)
		return refuse(why, "co-signs: must come from a stance");
	if (kith_same_author(&source->author, &target->author))
		return refuse(why, "co-signs: must not be by the author, who signed by writing it");
	return 1;
}

static int judge_introduces(
	const struct kith_record *source, const struct kith_record *target, const char **why)
{
	if (source->kind != KITH__BODY__KIND_INTRODUCTION ||
		target->kind != KITH__BODY__KIND_PROFILE)
		return refuse(why, "introduces: must lead from an introduction to a profile");
	return 1;
}

/* ---- codings ------------------------------------------------------------------------------- */

/* 1 and how many criteria the evaluation has, or up to which one it codes another's. */
static int read_criteria(const struct kith_record *record, size_t *count, size_t *coded)
{
	const Kith__Evaluation *evaluation;
	struct kith_body body;
	int got = record->kind == KITH__BODY__KIND_EVALUATION ? kith_read_body(record, &body) : 0;

	*count = *coded = 0;
	if (got <= 0)
		return got;
	evaluation = (const Kith__Evaluation *)body.message;
	*count = evaluation->n_criteria;
	for (size_t i = 0; i < evaluation->n_criteria; i++)
		if (evaluation->criteria[i]->has_codes && evaluation->criteria[i]->codes >= *coded)
			*coded = (size_t)evaluation->criteria[i]->codes + 1;
	kith_body_clear(&body);
	return 1;
}

static int judge_evaluates(
	const struct kith_record *source, const struct kith_record *target, const char **why)
{
	size_t own, coded, count, ignored;
	int got = read_criteria(source, &own, &coded);

	if (got < 0 || coded == 0)
		return got < 0 ? got : 1;
	if (target->kind != KITH__BODY__KIND_EVALUATION)
		return refuse(why, "evaluates: what codes criteria must evaluate an evaluation");
	got = read_criteria(target, &count, &ignored);
	if (got < 0)
		return got;
	if (coded > count)
		return refuse(
			why, "evaluates: codes a criterion that the evaluation does not have");
	return 1;
}

/* -------------------------------------------------------------------------------------------- */

static const struct {
	uint32_t type;
	judge *judge;
} judges[] = {
	{KITH__LINK_TYPE__LINK_TYPE_REVISES, judge_revises},
	{KITH__LINK_TYPE__LINK_TYPE_ANSWERS, judge_answers},
	{KITH__LINK_TYPE__LINK_TYPE_EVALUATES, judge_evaluates},
	{KITH__LINK_TYPE__LINK_TYPE_ABOUT, judge_about},
	{KITH__LINK_TYPE__LINK_TYPE_TRANSLATES, judge_translates},
	{KITH__LINK_TYPE__LINK_TYPE_CO_SIGNS, judge_co_signs},
	{KITH__LINK_TYPE__LINK_TYPE_INTRODUCES, judge_introduces},
};

int kith_link_counts(const struct kith_record *source, uint32_t type,
	const struct kith_record *target, const char **why)
{
	const char *ignored;

	for (size_t i = 0; i < sizeof(judges) / sizeof(judges[0]); i++)
		if (judges[i].type == type)
			return judges[i].judge(source, target, why ? why : &ignored);
	return 1;
}

/* ---- before publishing --------------------------------------------------------------------- */

struct question {
	const struct kith_record *source;
	size_t link;
	struct kith_problem *problem;
};

static int ask(void *ctx, const struct kith_record *target)
{
	const struct question *question = ctx;
	const char *why = NULL;
	char field[32];
	int got = kith_link_counts(
		question->source, question->source->links[question->link].type, target, &why);

	if (got)
		return got < 0 ? got : 0;
	snprintf(field, sizeof(field), "links[%zu]", question->link);
	return kith_problem_set(question->problem, KITH_E_RULE, field, "%s", why);
}

int kith_links_check(const struct kith_view *view, const struct kith_record *record,
	struct kith_problem *problem)
{
	struct question question = {record, 0, problem};
	int err = 0;

	for (; !err && question.link < record->link_count; question.link++) {
		err = kith_view_get(view, &record->links[question.link].target, ask, &question);
		if (err == KITH_E_NOT_FOUND)
			err = 0;
	}
	return err;
}
