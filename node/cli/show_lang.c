/* show_lang.c: see show_lang.h. What is shown was chosen by the node (record.get). */
#include "node/cli/show_lang.h"

#include <stdlib.h>
#include <string.h>

#include "node/cli/ask.h"
#include "node/cli/locale.h"
#include "node/cli/say.h"

/* ---- what is not translated ---------------------------------------------------------------- */

/* The member or entry that a path begins with, taken over from the original where it is missing. */
static json_t *take_over(json_t *to, const char *name, bool is_list, size_t at, json_t *from)
{
	json_t *list;

	if (!is_list) {
		if (!json_object_get(to, name))
			kith_json_set(to, name, json_deep_copy(from));
		return json_object_get(to, name);
	}
	list = json_object_get(to, name);
	if (!list) {
		list = kith_need_json(json_array());
		kith_json_set(to, name, list);
	}
	if (at >= json_array_size(list)) {
		kith_json_append(list, json_deep_copy(from));
		at = json_array_size(list) - 1;
	}
	return json_array_get(list, at);
}

/* Fills in what stands in the original under the path, such as "steps[3]" or "conditions.legal". */
static void fill_in(json_t *to, const json_t *original, const char *path, const char *mark)
{
	size_t len = strcspn(path, ".["), at = 0;
	char *name = kith_need_dup(path, len);
	bool is_list = path[len] == '[';
	json_t *from = json_object_get(original, name), *there;
	struct kith_str text;
	char *end;

	path += len;
	if (is_list) {
		at = strtoul(path + 1, &end, 10);
		path = end + (*end == ']');
		from = json_array_get(from, at);
	}
	if (from) {
		there = take_over(to, name, is_list, at, from);
		if (*path == '.' && json_is_object(there)) {
			fill_in(there, from, path + 1, mark);
		} else if (json_is_string(there)) {
			kith_str_init(&text);
			kith_str_addf(&text, "[%s] %s", mark, json_string_value(from));
			json_string_set(there, text.s);
			kith_str_clear(&text);
		}
	}
	free(name);
}

static const char *original_lang(const json_t *display)
{
	return kith_json_get_text(json_object_get(display, "original"), "lang");
}

json_t *kith_show_text(const json_t *result)
{
	const json_t *display = json_object_get(result, "display");
	const json_t *shown = json_object_get(display, "record");
	const json_t *original = json_object_get(json_object_get(display, "original"), "body");
	json_t *record = kith_need_json(json_copy(json_object_get(result, "record")));
	json_t *body, *path;
	struct kith_str mark;
	size_t i;

	if (!json_object_get(display, "translation"))
		return record;
	body = kith_need_json(json_deep_copy(json_object_get(shown, "body")));
	kith_json_set(record, "body", body);
	if (json_object_get(shown, "caption"))
		kith_json_set(record, "caption", json_incref(json_object_get(shown, "caption")));
	kith_str_init(&mark);
	kith_str_addf(&mark, _("%s, not translated"), kith_lang_name(original_lang(display)));
	json_array_foreach(json_object_get(display, "untranslated"), i, path)
		fill_in(body, original, json_string_value(path), mark.s);
	kith_str_clear(&mark);
	return record;
}

/* ---- the label ----------------------------------------------------------------------------- */

static void add_line(struct kith_str *out)
{
	if (out->len)
		kith_str_add_c(out, '\n');
}

static void add_translator(struct kith_cli *cli, const json_t *display, struct kith_str *out)
{
	const char *shown = kith_json_get_text(display, "shown");
	const char *lang = kith_lang_name(kith_json_get_text(display, "lang"));
	const char *from = original_lang(display), *format;
	struct kith_str by;

	kith_str_init(&by);
	kith_add_author(cli, &by, kith_json_get_text(display, "by"));
	if (strcmp(shown, "human") == 0)
		format = *from ? _("%s, translated by people (%s); original in %s")
			       : _("%s, translated by people (%s); the original is not here");
	else if (strcmp(shown, "mixed") == 0)
		format = *from ? _("%s, translated by a machine and revised by people (%s); "
				   "original in %s")
			       : _("%s, translated by a machine and revised by people (%s); "
				   "the original is not here");
	else
		format = *from ? _("%s, translated by a machine (published by %s); original in %s")
			       : _("%s, translated by a machine (published by %s); the original "
				   "is not here");
	kith_str_addf(out, format, lang, by.s, kith_lang_name(from));
	kith_str_clear(&by);
}

static void add_missing(const json_t *display, struct kith_str *out)
{
	const json_t *missing = json_object_get(display, "untranslated");
	struct kith_str list;
	json_t *path;
	size_t i;

	if (!json_array_size(missing))
		return;
	kith_str_init(&list);
	json_array_foreach(missing, i, path)
		kith_str_addf(&list, "%s%s", i ? ", " : "", json_string_value(path));
	add_line(out);
	kith_str_addf(out, _("not translated: %s (shown in %s)"), list.s,
		kith_lang_name(original_lang(display)));
	kith_str_clear(&list);
}

static void label_translation(
	struct kith_cli *cli, const json_t *display, const char *asked, struct kith_str *out)
{
	const char *id = kith_json_get_text(display, "translation");
	bool is_itself = strcmp(asked, id) == 0;

	add_translator(cli, display, out);
	add_line(out);
	kith_str_add(out, is_itself ? _("original: ") : _("translation: "));
	kith_add_short_id(out, is_itself ? kith_json_get_text(display, "source") : id);
	if (json_object_get(display, "stale")) {
		add_line(out);
		kith_str_add(out, _("stale: the original was revised since"));
	}
	add_missing(display, out);
}

/* A machine's translation is not shown while there is the original, but told of. */
static void add_machine(const json_t *display, const char *wish, struct kith_str *out)
{
	json_t *one;
	size_t i;

	json_array_foreach(json_object_get(display, "available"), i, one) {
		const char *method = kith_json_get_text(one, "method");

		if (strncmp(kith_json_get_text(one, "lang"), wish, 2) != 0 ||
			(*method && strcmp(method, "machine") != 0))
			continue;
		add_line(out);
		kith_str_addf(out, _("a machine translated it into %s: "), kith_lang_name(wish));
		kith_add_short_id(out, kith_json_get_text(one, "id"));
		return;
	}
}

static void label_original(const json_t *display, const char *wishes, struct kith_str *out)
{
	size_t len = strcspn(wishes, ", ");
	char *wish = kith_need_dup(wishes, len);
	const char *lang = kith_lang_name(kith_json_get_text(display, "lang"));

	kith_str_addf(out, _("%s, the original; nobody has translated it into %s yet"), lang,
		kith_lang_name(wish));
	add_machine(display, wish, out);
	free(wish);
}

void kith_show_label(
	struct kith_cli *cli, const json_t *result, const char *wishes, struct kith_str *out)
{
	const json_t *display = json_object_get(result, "display");
	const char *shown = kith_json_get_text(display, "shown");

	if (json_object_get(display, "translation"))
		label_translation(cli, display,
			kith_json_get_text(json_object_get(result, "record"), "id"), out);
	else if (strcmp(shown, "original") == 0 &&
		 !json_is_true(json_object_get(display, "wanted")))
		label_original(display, wishes, out);
}
