/* report.c: the parts that reports are made of; see report.h. */
#include "node/report/report.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "node/answer.h"
#include "node/field_json.h"
#include "node/record_json.h"

#define SAID_BYTES 256 /* of who said something and when, beside the text */

/* ---- sections and rows --------------------------------------------------------------------- */

void kith_report_section(struct kith_report *report, const char *name, const char *title)
{
	json_t *section = json_object();

	kith_answer_text(section, "name", name);
	kith_answer_text(section, "title", title);
	report->rows = json_array();
	json_object_set_new(section, "rows", report->rows);
	json_array_append_new(report->sections, section);
}

static bool is_full(struct kith_report *report)
{
	if (report->said < KITH_REPORT_SAY_BYTES)
		return false;
	if (!report->full)
		kith_report_note(report, "The page is full; there is more than is shown here.");
	report->full = true;
	return true;
}

json_t *kith_report_row(struct kith_report *report)
{
	json_t *row = json_object();

	if (is_full(report)) {
		json_decref(report->aside);
		report->aside = row;
		return row;
	}
	return json_array_append_new(report->rows, row) == 0 ? row : NULL;
}

void kith_report_weigh(struct kith_report *report, const json_t *row)
{
	report->said += json_dumpb(row, NULL, 0, JSON_COMPACT);
}

bool kith_report_has_room(struct kith_report *report, const char *text)
{
	if (is_full(report))
		return false;
	report->said += SAID_BYTES + (text ? strlen(text) : 0);
	return true;
}

/* Copies the members of one object that are named, and there, into another. */
static void copy_members(json_t *to, const json_t *from, const char *names)
{
	char name[KITH_FIELD_NAME_MAX];

	while (names && *names) {
		size_t len = strcspn(names, " ");

		snprintf(name, sizeof(name), "%.*s", (int)len, names);
		if (json_object_get(from, name))
			json_object_set(to, name, json_object_get(from, name));
		names += len + strspn(names + len, " ");
	}
}

json_t *kith_report_record(
	struct kith_report *report, const struct kith_record *record, const char *fields)
{
	json_t *row = kith_report_row(report), *tree = kith_record_to_json(record);

	copy_members(row, tree, "id kind author created lang caption");
	copy_members(row, json_object_get(tree, "body"), "title place");
	copy_members(row, json_object_get(tree, "body"), fields);
	json_decref(tree);
	kith_report_weigh(report, row);
	return row;
}

int kith_report_record_of(struct kith_report *report, const struct kith_record_id *id,
	const char *fields, json_t **row)
{
	struct kith_record *record;
	int err = kith_report_get(report, id, &record);

	if (err && err != KITH_E_NOT_FOUND)
		return err;
	if (err) {
		*row = kith_report_row(report);
		kith_answer_id(*row, "id", id);
		json_object_set_new(*row, "missing", json_true());
		kith_report_weigh(report, *row);
		return 0;
	}
	*row = kith_report_record(report, record, fields);
	kith_record_free(record);
	return 0;
}

bool kith_report_has(const struct kith_report *report, const struct kith_record_id *id)
{
	char hex[2 * KITH_ID_LEN + 1];
	json_t *row;
	size_t i;

	kith_hex_format(id->bytes, KITH_ID_LEN, hex);
	json_array_foreach(report->rows, i, row)
		if (strcmp(json_string_value(json_object_get(row, "id")), hex) == 0)
			return true;
	return false;
}

void kith_report_note(struct kith_report *report, const char *format, ...)
{
	char text[320];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	json_array_append_new(report->notes, json_string(text));
}

int kith_report_fail(struct kith_report *report, int err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(report->why, sizeof(report->why), format, args);
	va_end(args);
	return err;
}

/* ---- arguments ----------------------------------------------------------------------------- */

const char *kith_report_text(const struct kith_report *report, const char *name)
{
	return json_string_value(json_object_get(report->params, name));
}

int64_t kith_report_number(const struct kith_report *report, const char *name, int64_t otherwise)
{
	const json_t *value = json_object_get(report->params, name);

	return json_is_integer(value) ? json_integer_value(value) : otherwise;
}

uint64_t kith_report_time(const struct kith_report *report, const char *name, uint64_t otherwise)
{
	const char *text = kith_report_text(report, name);
	int64_t ms;

	if (!text || kith_time_parse(text, &ms) != 0)
		return otherwise;
	return ms > 0 ? (uint64_t)ms : 0;
}

/* ---- records ------------------------------------------------------------------------------- */

int kith_report_get(
	struct kith_report *report, const struct kith_record_id *id, struct kith_record **out)
{
	int err = kith_view_copy(&report->view, id, out);

	return err == KITH_E_NOT_FOUND ? kith_report_fail(report, err, "no record here has this id")
				       : err;
}
