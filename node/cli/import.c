/* import.c: see import.h. */
#include "node/cli/import.h"

#include <stdlib.h>
#include <string.h>

#define COMPLAINTS_MAX 50      /* shown one by one; the rest is counted */
#define SOURCES_MAX    1000000 /* kept by a dry run */

void kith_import_init(struct kith_import *import, struct kith_cli *cli)
{
	*import = (struct kith_import){.cli = cli};
	import->drafts = kith_need_json(json_array());
	import->envelopes = kith_need_json(json_array());
	import->places = kith_need_json(json_array());
	import->sources = kith_need_json(json_object());
}

void kith_import_clear(struct kith_import *import)
{
	json_decref(import->first);
	json_decref(import->drafts);
	json_decref(import->envelopes);
	json_decref(import->places);
	json_decref(import->sources);
}

/* ---- what became of them ------------------------------------------------------------------- */

void kith_import_refuse(
	struct kith_import *import, size_t row, size_t line, const char *field, const char *rule)
{
	json_t *json;

	import->refused++;
	if (strncmp(field, "body.", 5) == 0)
		field += 5;
	if (kith_flag(import->cli, KITH_OPT_JSON)) {
		json = kith_need_json(json_pack("{s:s, s:I, s:I, s:s, s:s}", "status", "refused",
			"row", (json_int_t)row, "line", (json_int_t)line, "field", field, "rule",
			rule));
		kith_out_json(import->cli, json);
		json_decref(json);
	} else if (import->refused <= COMPLAINTS_MAX) {
		kith_fail(import->cli, KITH_EXIT_REFUSED, "row %zu (line %zu): %s%s%s", row, line,
			field, *field ? " " : "", rule);
	} else if (import->refused == COMPLAINTS_MAX + 1) {
		kith_hint(import->cli, "further rows that are refused are only counted");
	}
}

static void refuse_at(struct kith_import *import, size_t i, const char *field, const char *rule)
{
	const json_t *place = json_array_get(import->places, i);

	kith_import_refuse(import, (size_t)json_integer_value(json_array_get(place, 0)),
		(size_t)json_integer_value(json_array_get(place, 1)), field, rule);
}

static void count_published(struct kith_import *import, const json_t *result)
{
	json_t *one;
	size_t i;

	json_array_foreach(json_object_get(result, "records"), i, one) {
		if (strcmp(kith_json_get_text(one, "status"), "new") == 0)
			import->made++;
		else
			import->there++;
	}
}

/* ---- a batch ------------------------------------------------------------------------------- */

static void drop_at(struct kith_import *import, json_t *list, size_t i)
{
	json_array_remove(list, i);
	json_array_remove(import->places, i);
}

/* Takes out of the batch what a rule refuses, and in a dry run counts the rest. */
static int check(struct kith_import *import)
{
	json_t *answer, *result;
	size_t i, at = 0;
	int code = kith_ask(import->cli, "record.check",
		kith_need_json(json_pack("{s:O}", "records", import->drafts)), &answer);

	if (code)
		return code;
	json_array_foreach(json_object_get(answer, "results"), i, result) {
		if (!json_is_true(json_object_get(result, "valid"))) {
			refuse_at(import, at, kith_json_get_text(result, "field"),
				kith_json_get_text(result, "rule"));
			drop_at(import, import->drafts, at);
			continue;
		}
		at++;
		if (import->dry_run && json_object_get(result, "exists"))
			import->there++;
		else if (import->dry_run)
			import->made++;
	}
	json_decref(answer);
	return 0;
}

/* Either all of a call is stored or nothing. What one record is to blame for is said of it, and
 * the others are tried without it. */
static int publish(struct kith_import *import, json_t *list, const char *name)
{
	bool is_drafts = list == import->drafts, checked = false;
	int code = 0;

	while (!code && json_array_size(list)) {
		const json_t *index;
		struct kith_reply reply;

		code = kith_ask_try(import->cli, "record.publish",
			kith_need_json(
				json_pack("{s:O, s:b}", name, list, "unless_source", is_drafts)),
			&reply);
		index = json_object_get(reply.data, "index");
		if (code) {
			break;
		} else if (!reply.code) {
			count_published(import, reply.result);
			json_array_clear(list);
		} else if (!json_is_integer(index) ||
			   (size_t)json_integer_value(index) >= json_array_size(list)) {
			code = kith_ask_complain(import->cli, &reply, NULL);
		} else if (is_drafts && !checked) {
			checked = true;
			code = check(import);
		} else {
			size_t at = (size_t)json_integer_value(index);
			const char *rule = kith_json_get_text(reply.data, "rule");

			refuse_at(import, at, kith_json_get_text(reply.data, "field"),
				*rule ? rule : reply.message);
			drop_at(import, list, at);
		}
		kith_reply_clear(&reply);
	}
	return code;
}

int kith_import_flush(struct kith_import *import)
{
	int code = 0;

	if (import->dry_run && json_array_size(import->drafts))
		code = check(import);
	else if (import->dry_run)
		import->made += json_array_size(import->envelopes);
	else if (json_array_size(import->drafts))
		code = publish(import, import->drafts, "records");
	else if (json_array_size(import->envelopes))
		code = publish(import, import->envelopes, "envelopes");
	json_array_clear(import->drafts);
	json_array_clear(import->envelopes);
	json_array_clear(import->places);
	import->bytes = 0;
	/* What is on disk the node knows of; a dry run has to remember itself, as far as that
	 * goes. */
	if (!import->dry_run || json_object_size(import->sources) > SOURCES_MAX)
		json_object_clear(import->sources);
	return code;
}

/* ---- into a batch -------------------------------------------------------------------------- */

static int add(struct kith_import *import, json_t *list, json_t *value, size_t row, size_t line)
{
	json_t *other = list == import->drafts ? import->envelopes : import->drafts;
	size_t bytes = json_dumpb(value, NULL, 0, JSON_COMPACT | JSON_ENCODE_ANY) + 2;
	int code = 0;

	if (json_array_size(other) || json_array_size(list) == KITH_IMPORT_BATCH_RECORDS ||
		import->bytes + bytes > KITH_IMPORT_BATCH_BYTES)
		code = kith_import_flush(import);
	kith_json_append(list, value);
	kith_json_append(import->places, json_pack("[I, I]", (json_int_t)row, (json_int_t)line));
	import->bytes += bytes;
	return code;
}

/* Was a record of this source in this run already? */
static bool is_repeated(struct kith_import *import, const json_t *draft)
{
	const json_t *source = json_object_get(json_object_get(draft, "body"), "source");
	struct kith_str key;
	bool repeated;

	if (!source)
		return false;
	kith_str_init(&key);
	kith_str_addf(&key, "%s\n%s", kith_json_get_text(source, "url"),
		kith_json_get_text(source, "id"));
	repeated = json_object_get(import->sources, key.s) != NULL;
	kith_json_set(import->sources, key.s, json_true());
	kith_str_clear(&key);
	return repeated;
}

/* draft is stolen. */
static int add_draft(struct kith_import *import, json_t *draft, size_t row, size_t line)
{
	if (is_repeated(import, draft)) {
		import->there++;
		json_decref(draft);
		return 0;
	}
	if (import->dry_run && !import->first)
		import->first = kith_need_json(json_deep_copy(draft));
	return add(import, import->drafts, draft, row, line);
}

/* A line without a mapping: what kith export wrote, or a draft. */
static int add_line(struct kith_import *import, json_t *object, size_t row, size_t line)
{
	json_t *envelope = json_object_get(object, "envelope");

	if (json_is_string(envelope))
		return add(import, import->envelopes, json_incref(envelope), row, line);
	if (json_object_get(object, "kind") && json_object_get(object, "body"))
		return add_draft(import, json_incref(object), row, line);
	kith_import_refuse(import, row, line, "",
		"is neither an exported record nor a draft; --map says how to read it");
	return 0;
}

int kith_import_rows(struct kith_import *import, json_t *rows, size_t row, size_t line)
{
	char why[400];
	json_t *draft;

	if (!import->mapping)
		return add_line(import, json_array_get(rows, 0), row, line);
	if (kith_mapping_apply(import->mapping, rows, &draft, why, sizeof(why)) != 0) {
		kith_import_refuse(import, row, line, "", why);
		return 0;
	}
	kith_tidy(draft, import->keep_personal, &import->tidied);
	return add_draft(import, draft, row, line);
}
