/* extract.c: see extract.h. Changes here need a new KITH_PROJECTION_VERSION (migrate.h). */
#include "node/store/extract.h"

#include <stdio.h>
#include <string.h>

#include "node/store/fold.h"
#include "protocol/body.h"

#define COLUMN_MAX_BYTES (1u << 20) /* folding may make one character 11 times longer */

void kith_words_init(struct kith_words *words)
{
	for (size_t i = 0; i < KITH_COLUMNS; i++)
		kith_buf_init(&words->column[i], COLUMN_MAX_BYTES);
}

void kith_words_clear(struct kith_words *words)
{
	for (size_t i = 0; i < KITH_COLUMNS; i++)
		kith_buf_clear(&words->column[i]);
}

/* ---- facets -------------------------------------------------------------------------------- */

static void write_facet(struct kith_buf *out, const char *text)
{
	if (out->len)
		kith_write_u8(out, ' ');
	kith_write(out, text, strlen(text));
}

void kith_facet_kind(struct kith_buf *out, uint32_t kind)
{
	char text[16];

	snprintf(text, sizeof(text), "=k%u", (unsigned)kind);
	write_facet(out, text);
}

static void key_facet(struct kith_buf *out, char letter, const struct kith_author *author)
{
	char text[2 + KITH_ID_LEN + 1] = {'=', letter};

	kith_hex_format(author->bytes, KITH_ID_LEN / 2, text + 2);
	write_facet(out, text);
}

void kith_facet_author(struct kith_buf *out, const struct kith_author *author)
{
	key_facet(out, 'a', author);
}

void kith_facet_mention(struct kith_buf *out, const struct kith_author *author)
{
	key_facet(out, 'm', author);
}

void kith_facet_choice(struct kith_buf *out, const ProtobufCFieldDescriptor *field, int value)
{
	char number[16];

	snprintf(number, sizeof(number), ".%u", (unsigned)value);
	write_facet(out, "=e");
	for (const char *c = field->name; *c; c++)
		kith_write_u8(out, *c == '_' ? '.' : (uint8_t)*c);
	kith_write(out, number, strlen(number));
}

void kith_facet_target(struct kith_buf *out, const struct kith_record_id *target, uint32_t type)
{
	char hex[17];
	char text[32];

	kith_hex_format(target->bytes, 8, hex);
	if (type)
		snprintf(text, sizeof(text), "=x%u.%s", (unsigned)type, hex);
	else
		snprintf(text, sizeof(text), "=x%s", hex);
	write_facet(out, text);
}

bool kith_facet_text(struct kith_buf *out, char letter, const char *text)
{
	const char start[] = {'=', letter, '\0'};
	size_t before = out->len;

	write_facet(out, start);
	if (kith_fold(text, strlen(text), '.', out))
		return true;
	out->len = before;
	return false;
}

/* "nl-BE" is found by "nl" as well. */
static void language_facets(struct kith_buf *out, const char *lang)
{
	char part[KITH_LANG_MAX_BYTES + 1];

	for (size_t i = 0; i < sizeof(part) - 1; i++) {
		if (lang[i] == '-' || lang[i] == '\0') {
			part[i] = '\0';
			kith_facet_text(out, 'l', part);
		}
		if (lang[i] == '\0')
			return;
		part[i] = lang[i];
	}
	part[sizeof(part) - 1] = '\0';
	kith_facet_text(out, 'l', part);
}

static void header_facets(struct kith_buf *out, const struct kith_record *record)
{
	kith_facet_kind(out, record->kind);
	kith_facet_author(out, &record->author);
	language_facets(out, record->lang);
	for (size_t i = 0; i < record->link_count; i++) {
		kith_facet_target(out, &record->links[i].target, 0);
		kith_facet_target(out, &record->links[i].target, record->links[i].type);
	}
}

static void add_choice(void *ctx, const ProtobufCFieldDescriptor *field, int value)
{
	kith_facet_choice(ctx, field, value);
}

static void add_mention(void *ctx, const struct kith_author *author)
{
	kith_facet_mention(ctx, author);
}

static void body_facets(struct kith_buf *out, const struct kith_body *body)
{
	const Kith__Common *common = body->common;
	const Kith__Place *place = common->place;

	for (size_t i = 0; i < common->n_tags; i++)
		kith_facet_text(out, 't', common->tags[i]);
	if (place && place->country)
		kith_facet_text(out, 'c', place->country);
	if (place && place->name)
		kith_facet_text(out, 'p', place->name);
	kith_body_each_choice(body, add_choice, out);
	kith_body_each_author(body, add_mention, out);
}

/* ---- text ---------------------------------------------------------------------------------- */

static void add_text(void *ctx, const char *text)
{
	struct kith_buf *out = ctx;

	if (out->len)
		kith_write_u8(out, ' ');
	kith_fold(text, strlen(text), ' ', out);
}

static void body_words(struct kith_words *words, const struct kith_body *body)
{
	if (body->common->title)
		add_text(&words->column[KITH_COLUMN_TITLE], body->common->title);
	if (body->common->summary)
		add_text(&words->column[KITH_COLUMN_SUMMARY], body->common->summary);
	kith_body_each_text(body, add_text, &words->column[KITH_COLUMN_TEXT]);
}

int kith_extract_from(
	const struct kith_record *record, const struct kith_body *body, struct kith_words *words)
{
	int err = 0;

	for (size_t i = 0; i < KITH_COLUMNS; i++)
		kith_buf_reset(&words->column[i]);
	header_facets(&words->column[KITH_COLUMN_FACETS], record);
	if (body) {
		body_facets(&words->column[KITH_COLUMN_FACETS], body);
		body_words(words, body);
	}
	for (size_t i = 0; !err && i < KITH_COLUMNS; i++)
		err = kith_buf_err(&words->column[i]);
	return err;
}

int kith_extract(const struct kith_record *record, struct kith_words *words)
{
	struct kith_body body;
	int err = KITH_E_NOT_FOUND;

	if (record->has_body)
		err = kith_body_decode(record->body, record->kind, &body, NULL);
	if (err == KITH_E_NOMEM)
		return err;
	if (err)
		return kith_extract_from(record, NULL, words);
	err = kith_extract_from(record, &body, words);
	kith_body_clear(&body);
	return err;
}
