/* cmd_import.c: kith import: reads a file by its mapping, and says what came of it; see
 * import.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "node/cli/find.h"
#include "node/cli/import.h"
#include "node/cli/run.h"
#include "node/cli/say.h"

#define MAPPING_MAX_BYTES (256u << 10)
#define GROUPED_MAX_BYTES (256u << 20) /* of a file whose rows are held to be grouped */

struct run {
	struct kith_import import;
	struct kith_mapping *mapping;
	struct kith_rows rows;
	struct kith_progress progress;
	long long left; /* records that may still be made */
	uint64_t total;
	json_t *groups, *places; /* what rows have in common -> rows; -> [row, line] of the first */
};

static void show_progress(struct run *run, uint64_t done)
{
	char note[64];

	snprintf(note, sizeof(note), _("%zu records"),
		run->import.made + run->import.there + run->import.refused);
	kith_progress_at(&run->progress, done, note);
}

/* ---- rows ---------------------------------------------------------------------------------- */

/* Each row makes a record. row is stolen. */
static int take_row(struct run *run, json_t *row)
{
	json_t *rows = kith_need_json(json_pack("[o]", row));
	int code = kith_import_rows(&run->import, rows, run->rows.number, run->rows.line);

	run->left--;
	json_decref(rows);
	return code;
}

/* Rows are put together with those they belong to. row is stolen. */
static int keep_row(struct run *run, json_t *row)
{
	struct kith_str key;
	json_t *group;

	if (kith_rows_bytes(&run->rows) > GROUPED_MAX_BYTES) {
		json_decref(row);
		return kith_fail(run->import.cli, KITH_EXIT_FAILED,
			"the file is too large to be grouped (%u MiB); split it by what groups it",
			GROUPED_MAX_BYTES >> 20);
	}
	kith_str_init(&key);
	kith_mapping_group_of(run->mapping, row, &key);
	group = json_object_get(run->groups, key.s);
	if (!group && key.len) {
		group = kith_need_json(json_array());
		kith_json_set(run->groups, key.s, group);
		kith_json_set(run->places, key.s,
			json_pack("[I, I]", (json_int_t)run->rows.number,
				(json_int_t)run->rows.line));
	}
	if (key.len)
		kith_json_append(group, row);
	else
		json_decref(row);
	kith_str_clear(&key);
	return 0;
}

static int take_groups(struct run *run)
{
	uint64_t done = 0;
	const char *key;
	json_t *rows;
	int code = 0;

	kith_progress_begin(
		&run->progress, &run->import.cli->err, "importing", json_object_size(run->groups));
	json_object_foreach(run->groups, key, rows) {
		const json_t *place = json_object_get(run->places, key);

		if (code || run->left-- <= 0)
			break;
		code = kith_import_rows(&run->import, rows,
			(size_t)json_integer_value(json_array_get(place, 0)),
			(size_t)json_integer_value(json_array_get(place, 1)));
		show_progress(run, ++done);
	}
	return code;
}

/* Reads on behind a row that is not readable. *broken: nothing can be read behind the last. */
static int take_rows(struct run *run, bool grouped, bool *broken)
{
	char why[300];
	json_t *row;
	int code = 0;

	*broken = false;
	while (!code && !*broken && run->left > 0) {
		int err = kith_rows_next(&run->rows, &row, why, sizeof(why));

		if (err == KITH_E_NOT_FOUND)
			break;
		if (err)
			kith_import_refuse(&run->import, run->rows.number, run->rows.line, "", why);
		else
			code = grouped ? keep_row(run, row) : take_row(run, row);
		*broken = err && err != KITH_E_MALFORMED;
		show_progress(run, kith_rows_bytes(&run->rows));
	}
	return code;
}

static int take_file(struct run *run)
{
	bool grouped = run->mapping && run->mapping->group, broken;
	int code;

	kith_progress_begin(&run->progress, &run->import.cli->err,
		grouped ? "reading" : "importing", run->total);
	code = take_rows(run, grouped, &broken);
	if (!code && grouped)
		code = take_groups(run);
	if (!code)
		code = kith_import_flush(&run->import);
	kith_progress_end(&run->progress);
	return code ? code : broken ? KITH_EXIT_FAILED : 0;
}

/* ---- what came of it ----------------------------------------------------------------------- */

static void print_json(struct run *run)
{
	const struct kith_import *import = &run->import;
	const struct kith_tidied *tidied = &import->tidied;
	json_t *json = kith_need_json(
		json_pack("{s:s, s:b, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "status", "done",
			"dry_run", import->dry_run, "new", (json_int_t)import->made, "there",
			(json_int_t)import->there, "refused", (json_int_t)import->refused,
			"shortened", (json_int_t)tidied->shortened, "list_items_dropped",
			(json_int_t)tidied->list_items, "cleaned", (json_int_t)tidied->cleaned,
			"emails_removed", (json_int_t)tidied->personal.emails, "phones_removed",
			(json_int_t)tidied->personal.phones));

	if (import->first)
		kith_json_set(json, "first", json_incref(import->first));
	kith_out_json(run->import.cli, json);
	json_decref(json);
}

/* text is of the plural that fits the count. */
static void add_note(struct kith_str *out, size_t count, const char *text)
{
	if (!count)
		return;
	kith_str_addf(out, text, count);
	kith_str_add_c(out, '\n');
}

static void print_text(struct run *run)
{
	const struct kith_import *import = &run->import;
	const struct kith_tidied *tidied = &import->tidied;
	struct kith_str out, first, safe;

	kith_str_init(&out);
	kith_str_init(&first);
	kith_str_init(&safe);
	if (import->first && kith_text_form_format(import->first, &first)) {
		kith_safe_add(&safe, first.s, first.len, KITH_SAFE_BLOCK);
		kith_str_addf(&out, _("The first record would read:\n\n%s\n"), safe.s);
	}
	kith_str_addf(&out,
		import->dry_run ? _("%zu would be new, %zu already there, %zu refused\n")
				: _("%zu new, %zu already there, %zu refused\n"),
		import->made, import->there, import->refused);
	add_note(&out, tidied->shortened,
		P_("%zu text was longer than allowed and was cut at a word",
			"%zu texts were longer than allowed and were cut at a word",
			tidied->shortened));
	add_note(&out, tidied->list_items,
		P_("%zu value of a list was beyond the longest list allowed",
			"%zu values of lists were beyond the longest list allowed",
			tidied->list_items));
	add_note(&out, tidied->cleaned,
		P_("%zu text held control characters, which were left out",
			"%zu texts held control characters, which were left out", tidied->cleaned));
	add_note(&out, tidied->personal.emails,
		P_("%zu e-mail address was left out; --keep-personal keeps it",
			"%zu e-mail addresses were left out; --keep-personal keeps them",
			tidied->personal.emails));
	add_note(&out, tidied->personal.phones,
		P_("%zu telephone number was left out; --keep-personal keeps it",
			"%zu telephone numbers were left out; --keep-personal keeps them",
			tidied->personal.phones));
	kith_out(run->import.cli, &out);
	kith_str_clear(&out);
	kith_str_clear(&first);
	kith_str_clear(&safe);
}

/* ---- the command --------------------------------------------------------------------------- */

static int read_mapping(struct run *run)
{
	struct kith_cli *cli = run->import.cli;
	const char *path = kith_value(cli, KITH_OPT_MAP);
	struct kith_text_error error;
	struct kith_str text;
	int code;

	if (!path)
		return 0;
	kith_str_init(&text);
	code = kith_read_file(cli, path, MAPPING_MAX_BYTES, &text);
	if (!code && kith_mapping_parse(text.s, text.len, &run->mapping, &error) != 0)
		code = kith_fail(cli, KITH_EXIT_REFUSED, "%s:%zu: %s", path, error.line, error.why);
	kith_str_clear(&text);
	run->import.mapping = run->mapping;
	return code;
}

static int import_file(struct run *run, const char *path, FILE *file)
{
	enum kith_rows_format format = run->mapping ? run->mapping->format : KITH_ROWS_JSON;
	struct stat status;
	char why[300];
	int code;

	if (fstat(fileno(file), &status) == 0 && S_ISREG(status.st_mode))
		run->total = (uint64_t)status.st_size;
	if (kith_rows_open(&run->rows, file, format, run->mapping ? run->mapping->delimiter : 0,
		    why, sizeof(why)) != 0)
		code = kith_fail(run->import.cli, KITH_EXIT_FAILED, "%s: %s", path, why);
	else
		code = take_file(run);
	kith_rows_close(&run->rows);
	return code;
}

static int import_path(struct run *run, const char *path)
{
	bool is_stdin = strcmp(path, "-") == 0;
	FILE *file = is_stdin ? stdin : fopen(path, "rb");
	int code;

	if (!file)
		return kith_fail(
			run->import.cli, KITH_EXIT_FAILED, "%s: %s", path, strerror(errno));
	code = import_file(run, path, file);
	if (!is_stdin)
		fclose(file);
	if (code && !run->import.made && !run->import.there && !run->import.refused)
		return code;
	if (kith_flag(run->import.cli, KITH_OPT_JSON))
		print_json(run);
	else
		print_text(run);
	return code;
}

int kith_run_import(struct kith_cli *cli, const struct kith_args *args)
{
	struct run run = {0};
	int code;

	kith_import_init(&run.import, cli);
	run.import.dry_run = kith_flag(cli, KITH_OPT_DRY_RUN);
	run.import.keep_personal = kith_flag(cli, KITH_OPT_KEEP_PERSONAL);
	run.groups = kith_need_json(json_object());
	run.places = kith_need_json(json_object());
	code = kith_limit(cli, 1000000000000, &run.left);
	if (!code)
		code = read_mapping(&run);
	if (!code)
		code = import_path(&run, args->operands[0]);
	if (!kith_flag(cli, KITH_OPT_MAP) && run.import.refused && !run.import.made &&
		!run.import.there)
		kith_hint(cli, "a table needs a mapping, which says how rows become records: "
			       "--map FILE; see MAPPING FILES in kith(1)");
	if (!code && run.import.refused)
		code = KITH_EXIT_REFUSED;
	kith_import_clear(&run.import);
	kith_mapping_free(run.mapping);
	json_decref(run.groups);
	json_decref(run.places);
	return code;
}
