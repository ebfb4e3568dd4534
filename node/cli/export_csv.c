/*
 * export_csv.c: records of one kind as a table (RFC 4180). The columns follow from the kind's
 * description: a field is a column, a part of a field one with a dot in its name, and what a list
 * holds stands in one cell, separated by "; ".
 */
#include <string.h>

#include "node/cli/export.h"
#include "node/cli/text_fields.h"
#include "node/record_json.h"

#define BETWEEN "; "

/* ---- cells --------------------------------------------------------------------------------- */

void kith_export_add_cell(struct kith_str *out, const char *text, bool is_number)
{
	bool guard = !is_number && *text && strchr("=+-@\t\r'", *text);

	if (!guard && !strpbrk(text, ",;\"\r\n\t") && *text != ' ') {
		kith_str_add(out, text);
		return;
	}
	kith_str_add(out, guard ? "\"'" : "\"");
	for (; *text; text++) {
		if (*text == '"')
			kith_str_add_c(out, '"');
		kith_str_add_c(out, *text);
	}
	kith_str_add_c(out, '"');
}

/* What stands at the path below value; the parts of a list's entries keep their positions. */
static void gather(
	const json_t *value, const json_t *path, size_t at, struct kith_str *out, size_t *count)
{
	json_t *item;
	size_t i;

	if (json_is_array(value)) {
		json_array_foreach(value, i, item)
			gather(item, path, at, out, count);
	} else if (at < json_array_size(path)) {
		gather(json_object_get(value, json_string_value(json_array_get(path, at))), path,
			at + 1, out, count);
	} else {
		kith_str_add(out, (*count)++ ? BETWEEN : "");
		kith_field_add_value(value, out);
	}
}

static void add_column(struct kith_export *export, const json_t *body, const json_t *path)
{
	struct kith_str cell;
	size_t count = 0;

	kith_str_init(&cell);
	gather(body, path, 0, &cell, &count);
	if (strspn(cell.s, BETWEEN) == cell.len)
		kith_str_reset(&cell);
	kith_str_add_c(&export->text, ',');
	kith_export_add_cell(&export->text, cell.s,
		cell.len > 1 && strspn(cell.s + 1, "0123456789.") == cell.len - 1);
	kith_str_clear(&cell);
}

static void add_text(struct kith_export *export, const char *text)
{
	kith_str_add_c(&export->text, ',');
	kith_export_add_cell(&export->text, text, false);
}

/* "adapts 3f2a…; cites 9b…" */
static void add_links(struct kith_export *export, const json_t *record)
{
	struct kith_str cell;
	json_t *link;
	size_t i;

	kith_str_init(&cell);
	json_array_foreach(json_object_get(record, "links"), i, link)
		kith_str_addf(&cell, "%s%s %s", i ? BETWEEN : "", kith_json_get_text(link, "type"),
			kith_json_get_text(link, "target"));
	add_text(export, cell.s);
	kith_str_clear(&cell);
}

/* ---- columns ------------------------------------------------------------------------------- */

static void add_columns(struct kith_export *export, const json_t *fields, json_t *above)
{
	json_t *field;
	size_t i;

	json_array_foreach(fields, i, field) {
		const char *name = kith_field_name(field);
		json_t *path = kith_need_json(json_copy(above));

		kith_json_append(path, json_string(name));
		if (kith_field_fields(field))
			add_columns(export, kith_field_fields(field), path);
		else if (export->keep_personal || strcmp(name, "contact") != 0)
			kith_json_append(export->columns, json_incref(path));
		json_decref(path);
	}
}

static void add_heading(struct kith_str *out, const json_t *path)
{
	json_t *name;
	size_t i;

	kith_str_add_c(out, ',');
	json_array_foreach(path, i, name)
		kith_str_addf(out, "%s%s", i ? "." : "", json_string_value(name));
}

int kith_export_csv_begin(struct kith_export *export)
{
	json_t *top = kith_need_json(json_array()), *path;
	size_t i;

	export->columns = kith_need_json(json_array());
	add_columns(export, kith_export_fields(export, export->kind), top);
	json_decref(top);
	kith_str_add(&export->text, "id,kind,author,created,lang,links");
	json_array_foreach(export->columns, i, path)
		add_heading(&export->text, path);
	kith_str_add(&export->text, "\r\n");
	return kith_export_write(export);
}

int kith_export_csv_record(struct kith_export *export, const json_t *record)
{
	json_t *path;
	size_t i;

	kith_str_add(&export->text, kith_json_get_text(record, "id"));
	add_text(export, kith_json_get_text(record, "kind"));
	add_text(export, kith_json_get_text(record, "author"));
	add_text(export, kith_json_get_text(record, "created"));
	add_text(export, kith_json_get_text(record, "lang"));
	add_links(export, record);
	json_array_foreach(export->columns, i, path)
		add_column(export, json_object_get(record, "body"), path);
	kith_str_add(&export->text, "\r\n");
	return kith_export_write(export);
}

int kith_export_csv_end(struct kith_export *export)
{
	json_decref(export->columns);
	export->columns = NULL;
	return 0;
}
