/* tidy.c: see tidy.h. */
#include "node/cli/tidy.h"

#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

#include "node/cli/term.h"
#include "node/cli/text_fields.h"
#include "node/record_json.h"

struct tidy {
	bool keep_personal;
	struct kith_tidied *counts;
};

/* Newline and tab stay in texts of several lines; every other control becomes a space. */
static void clean(const char *text, bool block, struct kith_str *out, size_t *cleaned)
{
	utf8proc_int32_t c;
	bool found = false;

	for (utf8proc_ssize_t n; *text; text += n) {
		n = utf8proc_iterate((const utf8proc_uint8_t *)text, -1, &c);
		if (n <= 0)
			n = 1, c = 0;
		if (!kith_is_control(c) || (block && (c == '\n' || c == '\t'))) {
			kith_str_add_n(out, text, (size_t)n);
			continue;
		}
		found |= c != '\n' && c != '\t' && c != '\r';
		if (c != '\r' || text[1] != '\n')
			kith_str_add_c(out, c == '\r' && block ? '\n' : ' ');
	}
	kith_str_trim_end(out);
	*cleaned += found;
}

static void normalise(struct kith_str *text)
{
	utf8proc_uint8_t *nfc = utf8proc_NFC((const utf8proc_uint8_t *)text->s);

	if (!nfc)
		return;
	kith_str_reset(text);
	kith_str_add(text, (const char *)nfc);
	free(nfc);
}

void kith_shorten(const char *text, size_t max, struct kith_str *out)
{
	static const char dots[] = "…";
	size_t len = strlen(text), end, word;

	if (len <= max) {
		kith_str_add(out, text);
		return;
	}
	end = max > strlen(dots) ? max - strlen(dots) : 0;
	while (end && ((unsigned char)text[end] & 0xc0) == 0x80)
		end--;
	for (word = end; word && text[word] != ' ' && text[word] != '\n'; word--)
		;
	if (word > end / 2)
		end = word;
	kith_str_add_n(out, text, end);
	kith_str_trim_end(out);
	kith_str_add(out, dots);
}

/* Texts that programs read are left as they are, but for their length. */
static bool is_prose(const json_t *field)
{
	return json_is_true(json_object_get(field, "prose"));
}

static json_t *tidy_text(struct tidy *tidy, const json_t *field, const char *text)
{
	size_t max = (size_t)json_integer_value(json_object_get(field, "max_bytes"));
	struct kith_str one, two;
	json_t *value;

	kith_str_init(&one);
	kith_str_init(&two);
	clean(text, kith_field_is_block(field), &one, &tidy->counts->cleaned);
	normalise(&one);
	if (!tidy->keep_personal && is_prose(field))
		kith_personal_remove(one.s, &two, &tidy->counts->personal);
	else
		kith_str_add(&two, one.s);
	kith_str_reset(&one);
	if (max && two.len > max && is_prose(field)) {
		kith_shorten(two.s, max, &one);
		tidy->counts->shortened++;
	} else {
		kith_str_add(&one, two.s);
	}
	value = kith_json_text(one.s, one.len);
	kith_str_clear(&one);
	kith_str_clear(&two);
	return value;
}

static void tidy_list(struct tidy *tidy, const json_t *field, json_t *list)
{
	size_t max = (size_t)json_integer_value(json_object_get(field, "max_items"));

	while (max && json_array_size(list) > max) {
		json_array_remove(list, json_array_size(list) - 1);
		tidy->counts->list_items++;
	}
	for (size_t i = 0; i < json_array_size(list); i++) {
		json_t *item = json_array_get(list, i);

		if (json_is_string(item) && kith_field_has_type(field, "text"))
			json_array_set_new(
				list, i, tidy_text(tidy, field, json_string_value(item)));
	}
}

static void tidy_object(struct tidy *tidy, const json_t *fields, json_t *object)
{
	json_t *field;
	size_t i;

	json_array_foreach(fields, i, field) {
		const char *name = kith_field_name(field);
		json_t *value = json_object_get(object, name);

		if (json_is_string(value) && kith_field_has_type(field, "text"))
			kith_json_set(
				object, name, tidy_text(tidy, field, json_string_value(value)));
		else if (json_is_array(value))
			tidy_list(tidy, field, value);
		else if (json_is_object(value))
			tidy_object(tidy, kith_field_fields(field), value);
	}
}

void kith_tidy(json_t *draft, bool keep_personal, struct kith_tidied *counts)
{
	json_t *kind = kith_kind_to_json(kith_json_get_text(draft, "kind"));
	struct tidy tidy = {keep_personal, counts};

	tidy_object(&tidy, json_object_get(kind, "fields"), json_object_get(draft, "body"));
	json_decref(kind);
}
