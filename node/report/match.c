/*
 * match.c: needs beside offers that could meet them. It says why it thinks so, proposes, and
 * contacts nobody; what is found stands in the order of time and not of merit.
 *
 * Two exchanges may meet when their directions complement each other and they share a tag, or tags
 * that a vocabulary calls the same. How far apart they are and which languages their people share
 * is said beside.
 */
#include "node/report/reports.h"

#include <math.h>
#include <string.h>

#include "node/answer.h"
#include "node/vocabulary.h"
#include "node/report/walk.h"
#include "protocol/domain/exchange.h"
#include "protocol/domain/translation.h"

#define PROFILES_MAX 5u
#define EARTH_KM     6371.0

struct match {
	struct kith_report *report;
	struct kith_vocabulary vocabulary;
	const struct kith_record *own;
	const Kith__Exchange *need;    /* its body, whichever its direction is */
	struct kith_agreements agreed; /* what there is no need to propose any more */
	json_t *languages;             /* of its people */
	size_t rows;                   /* shown for each tag */
};

/* ---- reasons ------------------------------------------------------------------------------- */

static double km_between(const Kith__Place *a, const Kith__Place *b)
{
	double degree = acos(-1.0) / 180;
	double lat_a = a->lat_e7 / 1e7 * degree, lat_b = b->lat_e7 / 1e7 * degree;
	double across = sin((b->lon_e7 - (double)a->lon_e7) / 2e7 * degree);
	double up = sin((lat_b - lat_a) / 2);
	double h = up * up + cos(lat_a) * cos(lat_b) * across * across;

	return 2 * EARTH_KM * asin(sqrt(h < 1 ? h : 1));
}

static void add_language(json_t *list, const char *lang)
{
	json_t *there;
	size_t i;

	json_array_foreach(list, i, there)
		if (strcmp(json_string_value(there), lang) == 0)
			return;
	json_array_append_new(list, json_string(lang));
}

static int add_profile(void *ctx, const struct kith_row *row)
{
	const struct kith_record *record = row->record;
	const Kith__Profile *profile;
	struct kith_body body;

	if (!record->has_body || kith_body_decode(record->body, record->kind, &body, NULL) != 0)
		return 0;
	profile = (const Kith__Profile *)body.message;
	for (size_t i = 0; !body.common->source && i < profile->n_languages; i++)
		add_language(ctx, profile->languages[i]);
	kith_body_clear(&body);
	return 0;
}

/* The language of the record, and those in which its author can be written to. */
static int languages_of(struct kith_report *report, const struct kith_record *record, json_t **out)
{
	const struct kith_find find = {
		.kind = KITH__BODY__KIND_PROFILE, .author = &record->author, .limit = PROFILES_MAX};
	bool more;

	*out = json_array();
	add_language(*out, record->lang);
	return kith_query_find(report->reader, &find, add_profile, *out, &more);
}

static void add_common_languages(json_t *row, const json_t *ours, const json_t *theirs)
{
	json_t *common = json_array(), *a, *b;
	size_t i, j;

	json_array_foreach(ours, i, a)
		json_array_foreach(theirs, j, b)
			if (kith_lang_matches(json_string_value(a), json_string_value(b)))
				add_language(common, json_string_value(b));
	json_object_set_new(row, "languages", common);
}

/* The words of the two that mean the same, each said as they say it. */
static void add_common_tags(struct match *match, json_t *row, const Kith__Common *theirs)
{
	const Kith__Common *ours = match->need->common;
	json_t *tags = json_array(), *word;
	size_t w;

	for (size_t i = 0; i < ours->n_tags; i++) {
		json_t *same = kith_vocabulary_same(&match->vocabulary, ours->tags[i]);

		for (size_t j = 0; j < theirs->n_tags; j++)
			json_array_foreach(same, w, word)
				if (kith_vocabulary_alike(json_string_value(word), theirs->tags[j]))
					add_language(tags, theirs->tags[j]);
		json_decref(same);
	}
	json_object_set_new(row, "shared_tags", tags);
}

static bool complements(Kith__Direction a, Kith__Direction b)
{
	return a != b || a == KITH__DIRECTION__DIRECTION_POTENTIAL;
}

static bool is_agreed(const struct match *match, const struct kith_record_id *id)
{
	for (size_t i = 0; i < match->agreed.count; i++)
		if (kith_id_equal(match->agreed.list[i].answer.bytes, id->bytes) ||
			kith_id_equal(match->agreed.list[i].answered.bytes, id->bytes))
			return true;
	return false;
}

static bool is_candidate(
	const struct match *match, const struct kith_record *record, const Kith__Exchange *exchange)
{
	uint64_t now_ms = match->report->now_ms;

	if (kith_id_equal(record->author.bytes, match->own->author.bytes) ||
		is_agreed(match, &record->id) ||
		!complements(match->need->direction, exchange->direction))
		return false;
	return !exchange->has_expires_ms || exchange->expires_ms < 0 ||
	       (uint64_t)exchange->expires_ms > now_ms;
}

static int show(
	struct match *match, const struct kith_record *record, const Kith__Exchange *exchange)
{
	const Kith__Place *here = match->need->common->place, *there = exchange->common->place;
	json_t *row =
		kith_report_record(match->report, record, "direction what basis in_return expires");
	json_t *languages;
	int err = languages_of(match->report, record, &languages);

	add_common_tags(match, row, exchange->common);
	add_common_languages(row, match->languages, languages);
	if (here && there && here->has_lat_e7 && there->has_lat_e7)
		kith_answer_number(row, "km", (uint64_t)(km_between(here, there) + 0.5));
	json_decref(languages);
	return err;
}

/* ---- candidates ---------------------------------------------------------------------------- */

static int look(void *ctx, struct kith_report *report, const struct kith_record *record)
{
	struct match *match = ctx;
	const Kith__Exchange *exchange;
	struct kith_body body;
	int err = 0;

	if (kith_report_has(report, &record->id) || !record->has_body ||
		kith_body_decode(record->body, record->kind, &body, NULL) != 0)
		return 0;
	exchange = (const Kith__Exchange *)body.message;
	if (exchange->common && is_candidate(match, record, exchange))
		err = show(match, record, exchange);
	kith_body_clear(&body);
	return err;
}

/* Those with any word for any of the tags. */
static int look_by_tags(struct match *match)
{
	const Kith__Common *common = match->need->common;
	int err = 0;

	for (size_t i = 0; !err && i < common->n_tags; i++) {
		json_t *same = kith_vocabulary_same(&match->vocabulary, common->tags[i]), *word;
		size_t w;

		json_array_foreach(same, w, word) {
			struct kith_find find = {
				.kind = KITH__BODY__KIND_EXCHANGE, .tag = json_string_value(word)};

			err = err ? err : kith_walk(match->report, find, match->rows, look, match);
		}
		json_decref(same);
	}
	return err;
}

static int match_one(struct match *match, const struct kith_record *own)
{
	char hex[2 * KITH_ID_LEN + 1];
	struct kith_body body;
	int err;

	if (!own->has_body || kith_body_decode(own->body, own->kind, &body, NULL) != 0)
		return 0;
	match->own = own;
	match->need = (const Kith__Exchange *)body.message;
	kith_hex_format(own->id.bytes, KITH_ID_LEN, hex);
	kith_report_section(match->report, hex, body.common->title);
	err = languages_of(match->report, own, &match->languages);
	if (!err)
		err = kith_agreements_derive(&match->report->view, &own->id, &match->agreed);
	if (!err) {
		err = look_by_tags(match);
		kith_agreements_clear(&match->agreed);
	}
	if (!err && body.common->n_tags == 0)
		kith_report_note(match->report,
			"\"%.100s\" has no tags by which it could be matched.", body.common->title);
	json_decref(match->languages);
	kith_body_clear(&body);
	return err;
}

/* ---- whose --------------------------------------------------------------------------------- */

#define OWN_MAX 10u /* exchanges for which a page looks … */
#define EACH    5u  /* … and what is shown for each, by each of its tags */

static int match_named(struct match *match)
{
	struct kith_record *own;
	int err = kith_report_get(match->report, match->report->id, &own);

	if (err)
		return err;
	match->report->has_after = false;
	if (own->kind != KITH__BODY__KIND_EXCHANGE)
		err = kith_report_fail(match->report, KITH_E_RULE, "this record is no exchange");
	else
		err = match_one(match, own);
	match->report->more = false;
	kith_record_free(own);
	return err;
}

/* The walk ends when it has so many as there may be. */
static int keep(void *ctx, struct kith_report *report, const struct kith_record *record)
{
	struct kith_linked *own = ctx;
	struct kith_record *copy;
	int err = kith_record_reopen(record->envelope.data, record->envelope.len, &copy);

	(void)report;
	if (!err)
		err = kith_linked_take(own, copy);
	return err ? err : own->count >= OWN_MAX ? KITH_WALK_STOP : 0;
}

static int match_mine(struct match *match)
{
	struct kith_find find = {.kind = KITH__BODY__KIND_EXCHANGE, .author = match->report->me};
	struct kith_linked own = {0};
	struct kith_item last;
	bool more;
	int err = kith_walk(match->report, find, OWN_MAX, keep, &own);

	more = match->report->more;
	last = match->report->last;
	match->report->has_after = false; /* the cursor is of one's own */
	match->rows = EACH;
	for (size_t i = 0; !err && i < own.count; i++)
		err = match_one(match, own.list[i]);
	if (!err && own.count == 0)
		kith_report_note(match->report, "You have published no need and no offer.");
	match->report->more = more;
	match->report->last = last;
	kith_linked_clear(&own);
	return err;
}

int kith_report_match(struct kith_report *report)
{
	struct match match = {.report = report, .rows = KITH_REPORT_ROWS};
	int err =
		kith_vocabulary_load(report->reader, &report->view, report->me, &match.vocabulary);

	if (!err)
		err = report->id ? match_named(&match) : match_mine(&match);
	kith_vocabulary_clear(&match.vocabulary);
	return err;
}
