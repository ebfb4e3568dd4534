/* vocabulary.c: see vocabulary.h. */
#include "node/vocabulary.h"

#include <stdlib.h>
#include <string.h>

#include "node/store/fold.h"
#include "protocol/body.h"
#include "protocol/domain/revision.h"
#include "protocol/domain/translation.h"

#define WORD_MAX_BYTES 4096u /* a tag, folded */

/* ---- words --------------------------------------------------------------------------------- */

/* The word as it is compared; to be freed. NULL: it has no letter, or there is no memory. */
static char *folded(const char *word)
{
	struct kith_buf out;
	char *text = NULL;

	kith_buf_init(&out, WORD_MAX_BYTES);
	if (kith_fold(word, strlen(word), '.', &out) && !kith_buf_err(&out))
		text = strndup((const char *)out.data, out.len);
	kith_buf_clear(&out);
	return text;
}

static json_t *list_at(json_t *object, const char *name)
{
	if (!json_object_get(object, name))
		json_object_set_new(object, name, json_array());
	return json_object_get(object, name);
}

/* Takes the item over. A partner may say a thousand times what means the same as a word, so lists
 * are bounded. */
static void add_once_new(json_t *list, json_t *item)
{
	bool here = json_array_size(list) >= KITH_SAME_MAX;
	json_t *there;
	size_t i;

	json_array_foreach(list, i, there)
		here |= json_equal(there, item);
	if (!here)
		json_array_append(list, item);
	json_decref(item);
}

static void add_term(
	struct kith_vocabulary *vocabulary, const Kith__Vocabulary *from, const Kith__Term *term)
{
	json_t *address = json_sprintf("%s%s", from->uri, term->id);
	const char *text = json_string_value(address);
	char *word = folded(term->label);

	if (text && word) {
		add_once_new(list_at(vocabulary->terms, word), json_string(text));
		add_once_new(list_at(vocabulary->labels, text),
			json_pack("{s:s, s:s}", "lang", term->lang, "label", term->label));
	}
	json_decref(address);
	free(word);
}

static void add_vocabulary(struct kith_vocabulary *vocabulary, const struct kith_record *record)
{
	const Kith__Vocabulary *from;
	struct kith_body body;

	if (!record->has_body || kith_body_decode(record->body, record->kind, &body, NULL) != 0)
		return;
	from = (const Kith__Vocabulary *)body.message;
	for (size_t i = 0; i < from->n_terms; i++)
		add_term(vocabulary, from, from->terms[i]);
	kith_body_clear(&body);
}

/* ---- vocabularies -------------------------------------------------------------------------- */

struct loading {
	struct kith_record *records[KITH_VOCABULARIES_MAX];
	size_t count;
};

static int keep(void *ctx, const struct kith_row *row)
{
	struct loading *loading = ctx;
	int err = 0;

	if (loading->count < KITH_VOCABULARIES_MAX)
		err = kith_record_reopen(row->record->envelope.data, row->record->envelope.len,
			&loading->records[loading->count]);
	loading->count += err == 0 && loading->count < KITH_VOCABULARIES_MAX;
	return err;
}

static int load_of(struct kith_reader *reader, const struct kith_author *authors, size_t count,
	struct loading *loading)
{
	const struct kith_find find = {.kind = KITH__BODY__KIND_VOCABULARY,
		.authors = authors,
		.author_count = count,
		.limit = KITH_VOCABULARIES_MAX};
	bool more;

	return count ? kith_query_find(reader, &find, keep, loading, &more) : 0;
}

struct partners {
	struct kith_author keys[KITH_PARTNERS_MAX];
	size_t count;
};

static int keep_partner(void *ctx, const struct kith_partner_config *partner)
{
	struct partners *partners = ctx;

	if (partners->count < KITH_PARTNERS_MAX)
		partners->keys[partners->count++] = partner->group;
	return 0;
}

static int load_all(
	struct kith_reader *reader, const struct kith_author *me, struct loading *loading)
{
	struct partners *partners = calloc(1, sizeof(*partners));
	int err = partners ? kith_query_partners(reader, keep_partner, partners) : KITH_E_NOMEM;

	if (!err)
		err = load_of(reader, me, 1, loading);
	if (!err)
		err = load_of(reader, partners->keys, partners->count, loading);
	free(partners);
	return err;
}

int kith_vocabulary_load(struct kith_reader *reader, const struct kith_view *view,
	const struct kith_author *me, struct kith_vocabulary *out)
{
	struct loading loading = {.count = 0};
	int err = load_all(reader, me, &loading);

	*out = (struct kith_vocabulary){json_object(), json_object()};
	for (size_t i = 0; i < loading.count; i++) {
		bool superseded = true;

		if (!err)
			err = kith_is_superseded(view, &loading.records[i]->id, &superseded);
		if (!err && !superseded)
			add_vocabulary(out, loading.records[i]);
		kith_record_free(loading.records[i]);
	}
	return err;
}

void kith_vocabulary_clear(struct kith_vocabulary *vocabulary)
{
	json_decref(vocabulary->terms);
	json_decref(vocabulary->labels);
	*vocabulary = (struct kith_vocabulary){NULL, NULL};
}

/* ---- asking -------------------------------------------------------------------------------- */

json_t *kith_vocabulary_same(const struct kith_vocabulary *vocabulary, const char *word)
{
	json_t *same = json_array(), *address, *label;
	char *key = folded(word);
	size_t i, j;

	add_once_new(same, json_string(word));
	json_array_foreach(key ? json_object_get(vocabulary->terms, key) : NULL, i, address)
		json_array_foreach(
			json_object_get(vocabulary->labels, json_string_value(address)), j, label)
			add_once_new(same, json_incref(json_object_get(label, "label")));
	free(key);
	return same;
}

/* The word is folded, with dots between its parts, as the keys are. */
static void each_same(void *ctx, const char *folded_word,
	void (*visit)(void *visit_ctx, const char *label), void *visit_ctx)
{
	const struct kith_vocabulary *vocabulary = ctx;
	json_t *address, *label;
	size_t i, j;

	json_array_foreach(json_object_get(vocabulary->terms, folded_word), i, address)
		json_array_foreach(
			json_object_get(vocabulary->labels, json_string_value(address)), j, label)
			visit(visit_ctx, json_string_value(json_object_get(label, "label")));
}

struct kith_same kith_vocabulary_for_find(struct kith_vocabulary *vocabulary)
{
	return (struct kith_same){each_same, vocabulary};
}

const char *kith_vocabulary_label(
	const struct kith_vocabulary *vocabulary, const char *address, const char *lang)
{
	const json_t *labels = json_object_get(vocabulary->labels, address);
	json_t *label;
	size_t i;

	json_array_foreach(labels, i, label)
		if (kith_lang_matches(json_string_value(json_object_get(label, "lang")), lang))
			return json_string_value(json_object_get(label, "label"));
	return json_string_value(json_object_get(json_array_get(labels, 0), "label"));
}

bool kith_vocabulary_alike(const char *a, const char *b)
{
	char *first = folded(a), *second = folded(b);
	bool alike = first && second && strcmp(first, second) == 0;

	free(first);
	free(second);
	return alike;
}
