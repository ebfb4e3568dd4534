/* who.c: see who.h. */
#include "node/cli/who.h"

#include <stdlib.h>
#include <string.h>

#include "keys/id.h"
#include "node/cli/ask.h"
#include "node/cli/find.h"
#include "node/cli/text_fields.h"
#include "node/record_json.h"
#include "node/store/fold.h"

#define PREFIX       "author_"
#define PREFIX_LEN   (sizeof(PREFIX) - 1)
#define KEY_LEN      (PREFIX_LEN + KITH_ID_BASE32_LEN)
#define NAME_MAX_LEN 4096
#define PROFILES_MAX 10000 /* looked through for the beginning of a key */

struct search {
	struct kith_cli *cli;
	const char *text;
	bool is_key;   /* the beginning of a key; otherwise a name */
	json_t *found; /* key -> name */
};

/* ---- what fits ----------------------------------------------------------------------------- */

static bool names_alike(const char *a, const char *b)
{
	struct kith_buf folded_a, folded_b;
	bool alike;

	kith_buf_init(&folded_a, NAME_MAX_LEN);
	kith_buf_init(&folded_b, NAME_MAX_LEN);
	kith_fold(a, strlen(a), ' ', &folded_a);
	kith_fold(b, strlen(b), ' ', &folded_b);
	alike = folded_a.len ? folded_a.len == folded_b.len &&
				       memcmp(folded_a.data, folded_b.data, folded_a.len) == 0
			     : strcmp(a, b) == 0;
	kith_buf_clear(&folded_a);
	kith_buf_clear(&folded_b);
	return alike;
}

static void offer(struct search *search, const char *key, const char *name)
{
	bool fits = search->is_key ? strncmp(key, search->text, strlen(search->text)) == 0
				   : *name && names_alike(name, search->text);

	if (fits && *key && !json_object_get(search->found, key))
		kith_json_set(search->found, key, json_string(name));
}

static int offer_partners(struct search *search)
{
	json_t *answer, *partner;
	size_t i;
	int code = kith_ask(search->cli, "partner.list", NULL, &answer);

	json_array_foreach(json_object_get(answer, "partners"), i, partner)
		offer(search, kith_json_get_text(partner, "group"),
			kith_json_get_text(partner, "name"));
	json_decref(answer);
	return code;
}

static int offer_self(struct search *search)
{
	json_t *info;
	int code = kith_ask(search->cli, "node.info", NULL, &info);

	if (!code)
		offer(search, kith_json_get_text(info, "author"), kith_json_get_text(info, "name"));
	json_decref(info);
	return code;
}

static int offer_profile(void *ctx, const json_t *record)
{
	offer(ctx, kith_json_get_text(record, "author"), "");
	return 0;
}

static int search_all(struct search *search, enum kith_whom whom)
{
	int code = offer_partners(search);
	bool more;

	if (!code && whom == KITH_ANYBODY)
		code = offer_self(search);
	if (!code && whom == KITH_ANYBODY && search->is_key)
		code = kith_find_each(search->cli,
			kith_need_json(json_pack("{s:s}", "kind", "profile")), PROFILES_MAX,
			offer_profile, search, &more);
	return code;
}

/* ---- one, none, several -------------------------------------------------------------------- */

static int none(const struct search *search, const char *subject)
{
	if (search->is_key)
		kith_fail(search->cli, KITH_EXIT_NOT_FOUND,
			"%s: nobody known here has a key that begins with %s", subject,
			search->text);
	else
		kith_fail(search->cli, KITH_EXIT_NOT_FOUND, "%s: no partner is called '%s'",
			subject, search->text);
	kith_hint(search->cli,
		"kith partner list shows the names; for others say the key, author_…, that stands "
		"beside their name");
	return KITH_EXIT_NOT_FOUND;
}

static int several(const struct search *search, const char *subject)
{
	struct kith_str line;
	const char *key;
	json_t *name;

	kith_fail(search->cli, KITH_EXIT_NOT_FOUND,
		"%s: '%s' may be one of %zu; say the key, or more of it", subject, search->text,
		json_object_size(search->found));
	kith_str_init(&line);
	json_object_foreach(search->found, key, name) {
		kith_str_reset(&line);
		kith_add_author(search->cli, &line, key);
		kith_hint(search->cli, "%s", line.s);
	}
	kith_str_clear(&line);
	return KITH_EXIT_NOT_FOUND;
}

int kith_who(struct kith_cli *cli, enum kith_whom whom, const char *subject, const char *text,
	struct kith_str *key)
{
	struct search search = {.cli = cli, .text = text};
	json_t *info;
	int code;

	search.is_key = strncmp(text, PREFIX, PREFIX_LEN) == 0;
	if (strcmp(text, "me") == 0) {
		code = kith_ask(cli, "node.info", NULL, &info);
		kith_str_add(key, kith_json_get_text(info, "author"));
		json_decref(info);
		return code;
	}
	if (strlen(text) >= KEY_LEN || !*text) { /* whatever is wrong with it, the node explains */
		kith_str_add(key, text);
		return 0;
	}
	search.found = kith_need_json(json_object());
	code = search_all(&search, whom);
	if (!code && json_object_size(search.found) == 0)
		code = none(&search, subject);
	else if (!code && json_object_size(search.found) > 1)
		code = several(&search, subject);
	else if (!code)
		kith_str_add(key, json_object_iter_key(json_object_iter(search.found)));
	json_decref(search.found);
	return code;
}

/* ---- where keys are said ------------------------------------------------------------------- */

static int replace(struct kith_cli *cli, const char *subject, json_t **text)
{
	struct kith_str key;
	int code;

	kith_str_init(&key);
	code = kith_who(cli, KITH_ANYBODY, subject, json_string_value(*text), &key);
	*text = code ? NULL : kith_need_json(json_string(key.s));
	kith_str_clear(&key);
	return code;
}

int kith_who_param(struct kith_cli *cli, json_t *params, const char *name, const char *subject)
{
	json_t *text = json_object_get(params, name);
	int code;

	if (!json_is_string(text))
		return 0;
	code = replace(cli, subject, &text);
	if (!code)
		kith_json_set(params, name, text);
	return code;
}

static int replace_items(struct kith_cli *cli, json_t *list, const char *name)
{
	char subject[80];
	json_t *text;
	int code = 0;
	size_t i;

	json_array_foreach(list, i, text) {
		if (code || !json_is_string(text))
			continue;
		snprintf(subject, sizeof(subject), "%s[%zu]", name, i);
		code = replace(cli, subject, &text);
		if (!code)
			json_array_set_new(list, i, text);
	}
	return code;
}

int kith_who_fields(struct kith_cli *cli, json_t *draft)
{
	json_t *kind = kith_kind_to_json(kith_json_get_text(draft, "kind"));
	json_t *body = json_object_get(draft, "body"), *field;
	int code = 0;
	size_t i;

	json_array_foreach(json_object_get(kind, "fields"), i, field) {
		const char *name = kith_field_name(field);

		if (code || strcmp(kith_json_get_text(field, "key"), "author") != 0)
			continue;
		code = json_is_array(json_object_get(body, name))
			       ? replace_items(cli, json_object_get(body, name), name)
			       : kith_who_param(cli, body, name, name);
	}
	json_decref(kind);
	return code;
}
