/* display_json.c: see display_json.h. The choice is that of protocol/domain/translation.h. */
#include "node/api/display_json.h"

#include <string.h>

#include "node/answer.h"
#include "node/record_json.h"
#include "protocol/domain/judge.h"
#include "protocol/domain/translation.h"
#include "protocol/kind.h"

struct display {
	const struct kith_view *view;
	const struct kith_record *asked;
	struct kith_record *source; /* what the asked record translates; NULL: it is an original */
	struct kith_translations translations;
	struct kith_choice choice;
	json_t *json;
};

/* ---- what is wanted ------------------------------------------------------------------------ */

struct wishes {
	char tags[KITH_WISHES_MAX][KITH_LANG_MAX_BYTES + 1];
	const char *list[KITH_WISHES_MAX];
	size_t count;
};

/* What is too long to be a language wants nothing. */
static void read_wishes(const char *text, struct wishes *out)
{
	out->count = 0;
	while (*text && out->count < KITH_WISHES_MAX) {
		size_t len;

		text += strspn(text, ", ");
		len = strcspn(text, ", ");
		if (len && len <= KITH_LANG_MAX_BYTES) {
			memcpy(out->tags[out->count], text, len);
			out->tags[out->count][len] = '\0';
			out->list[out->count] = out->tags[out->count];
			out->count++;
		}
		text += len;
	}
}

/* ---- what is there ------------------------------------------------------------------------- */

/* The original of a translation, if it is here. */
static int find_source(struct display *display)
{
	const struct kith_record *asked = display->asked;
	int err = 0, counts = 0;

	for (size_t i = 0; !err && !display->source && i < asked->link_count; i++) {
		if (asked->links[i].type != KITH__LINK_TYPE__LINK_TYPE_TRANSLATES)
			continue;
		err = kith_view_copy(display->view, &asked->links[i].target, &display->source);
		if (err == KITH_E_NOT_FOUND) {
			err = 0;
			continue;
		}
		if (!err)
			counts = kith_link_counts(asked, KITH__LINK_TYPE__LINK_TYPE_TRANSLATES,
				display->source, NULL);
		if (!err && counts <= 0) {
			kith_record_free(display->source);
			display->source = NULL;
			err = counts;
		}
	}
	return err;
}

static const struct kith_translation *itself(const struct display *display)
{
	for (size_t i = 0; i < display->translations.count; i++)
		if (kith_id_equal(display->translations.list[i].id.bytes, display->asked->id.bytes))
			return &display->translations.list[i];
	return NULL;
}

static enum kith_shown made_by(const struct kith_translation *translation)
{
	if (translation->method == KITH__METHOD__METHOD_HUMAN)
		return KITH_SHOWN_HUMAN;
	return translation->method == KITH__METHOD__METHOD_MIXED ? KITH_SHOWN_MIXED
								 : KITH_SHOWN_MACHINE;
}

static void choose(struct display *display, const struct wishes *wishes)
{
	const struct kith_translation *own = display->source ? itself(display) : NULL;
	struct kith_choice *choice = &display->choice;

	if (!own) {
		*choice = kith_translations_choose(
			&display->translations, wishes->list, wishes->count);
		return;
	}
	*choice = (struct kith_choice){
		display->asked->has_body ? made_by(own) : KITH_SHOWN_NOTHING, own, false};
	for (size_t i = 0; i < wishes->count; i++)
		choice->wanted |= kith_lang_matches(wishes->list[i], own->lang);
}

/* ---- as JSON ------------------------------------------------------------------------------- */

static void set_flag(json_t *object, const char *name, bool value)
{
	if (value)
		json_object_set_new(object, name, json_true());
}

static void set_method(json_t *object, const struct kith_translation *translation)
{
	char text[64];

	if (translation->method && kith_enum_format(&kith__method__descriptor,
					   (int)translation->method, text, sizeof(text)))
		kith_answer_text(object, "method", text);
}

static int add_untranslated(void *ctx, const char *path)
{
	return json_array_append_new(ctx, json_string(path)) ? KITH_E_NOMEM : 0;
}

static int compare(struct display *display, const struct kith_record *shown)
{
	const struct kith_record *original = display->source ? display->source : display->asked;
	json_t *missing = json_array();
	int err = kith_untranslated(original, shown, add_untranslated, missing);

	if (!err && json_array_size(missing))
		json_object_set(display->json, "untranslated", missing);
	if (!err)
		json_object_set_new(display->json, "original", kith_record_to_json(original));
	json_decref(missing);
	return err == KITH_E_NOT_FOUND || err == KITH_E_WRONG_TYPE ? 0 : err;
}

static int add_translation(struct display *display)
{
	const struct kith_translation *translation = display->choice.translation;
	struct kith_record *shown;
	int err = kith_view_copy(display->view, &translation->id, &shown);

	if (err)
		return err;
	kith_answer_id(display->json, "translation", &translation->id);
	kith_answer_id(display->json, "source", &translation->source);
	kith_answer_key(display->json, "by", KITH_ID_AUTHOR, translation->author.bytes);
	kith_answer_text(display->json, "lang", translation->lang);
	set_flag(display->json, "stale", translation->stale);
	set_flag(display->json, "accepted", translation->accepted);
	json_object_set_new(display->json, "record", kith_record_to_json(shown));
	err = compare(display, shown);
	kith_record_free(shown);
	return err;
}

static json_t *available_original(const struct display *display)
{
	const struct kith_record *original = display->source ? display->source : display->asked;
	json_t *one = json_object();

	kith_answer_id(one, "id", &original->id);
	kith_answer_text(one, "lang", original->lang);
	kith_answer_text(one, "method", "original");
	return one;
}

static void add_available(struct display *display)
{
	const struct kith_translations *translations = &display->translations;
	json_t *list = json_array();

	if (translations->has_original)
		json_array_append_new(list, available_original(display));
	for (size_t i = 0; i < translations->count; i++) {
		const struct kith_translation *translation = &translations->list[i];
		json_t *one;

		if (translation->erased || translation->replaced)
			continue;
		one = json_object();
		kith_answer_id(one, "id", &translation->id);
		kith_answer_text(one, "lang", translation->lang);
		set_method(one, translation);
		set_flag(one, "stale", translation->stale);
		json_array_append_new(list, one);
	}
	json_object_set_new(display->json, "available", list);
}

static int tell(struct display *display)
{
	static const char *const names[] = {
		[KITH_SHOWN_ORIGINAL] = "original",
		[KITH_SHOWN_HUMAN] = "human",
		[KITH_SHOWN_MIXED] = "mixed",
		[KITH_SHOWN_MACHINE] = "machine",
		[KITH_SHOWN_NOTHING] = "nothing",
	};
	const struct kith_choice *choice = &display->choice;
	int err = 0;

	display->json = json_object();
	kith_answer_text(display->json, "shown", names[choice->shown]);
	json_object_set_new(display->json, "wanted", json_boolean(choice->wanted));
	if (choice->shown == KITH_SHOWN_ORIGINAL) {
		kith_answer_text(display->json, "lang", display->asked->lang);
		json_object_set_new(display->json, "record", kith_record_to_json(display->asked));
	} else if (choice->shown != KITH_SHOWN_NOTHING) {
		err = add_translation(display);
	}
	add_available(display);
	return err;
}

int kith_display_to_json(const struct kith_view *view, const struct kith_record *record,
	const char *wishes_text, json_t **out)
{
	struct display display = {.view = view, .asked = record};
	struct wishes wishes;
	int err = find_source(&display);

	*out = NULL;
	read_wishes(wishes_text, &wishes);
	if (!err)
		err = kith_translations_derive(view,
			display.source ? &display.source->id : &record->id, &display.translations);
	if (!err) {
		choose(&display, &wishes);
		err = tell(&display);
		kith_translations_clear(&display.translations);
	}
	kith_record_free(display.source);
	if (err)
		json_decref(display.json);
	else
		*out = display.json;
	return err;
}
