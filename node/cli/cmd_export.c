/* cmd_export.c: kith export: the formats there are, and the way of each record into one; see
 * export.h. */
#include <stdlib.h>
#include <string.h>

#include "node/cli/ask.h"
#include "node/cli/export.h"
#include "node/cli/find.h"
#include "node/cli/run.h"
#include "node/cli/say.h"

/* ---- JSON lines ------------------------------------------------------------------------------ */

static int nothing(struct kith_export *export)
{
	(void)export;
	return 0;
}

/* The signed bytes come with a record of its own, so each is asked for by its id. */
static int write_line(struct kith_export *export, const json_t *record)
{
	json_t *params, *result, *line;
	int code;

	params = kith_need_json(
		json_pack("{s:s, s:b}", "id", kith_json_get_text(record, "id"), "envelope", 1));
	code = kith_ask(export->cli, "record.get", params, &result);
	if (code)
		return code;
	line = json_object_get(result, "record");
	kith_json_set(line, "envelope", json_incref(json_object_get(result, "envelope")));
	kith_json_add(&export->text, line);
	kith_str_add_c(&export->text, '\n');
	json_decref(result);
	return kith_export_write(export);
}

/* ---- formats --------------------------------------------------------------------------------- */

const struct kith_export_format *kith_export_format_at(size_t i)
{
	static const struct kith_export_format formats[] = {
		{.name = "json",
			.keeps_contact = true,
			.begin = nothing,
			.record = write_line,
			.end = nothing},
		{.name = "activitystreams",
			.begin = kith_export_streams_begin,
			.record = kith_export_streams_record,
			.end = kith_export_streams_end},
		{.name = "schema.org",
			.begin = kith_export_schema_begin,
			.record = kith_export_schema_record,
			.end = kith_export_schema_end},
		{.name = "csv",
			.is_table = true,
			.begin = kith_export_csv_begin,
			.record = kith_export_csv_record,
			.end = kith_export_csv_end},
		{.name = "html",
			.is_site = true,
			.begin = kith_export_html_begin,
			.record = kith_export_html_record,
			.end = kith_export_html_end},
	};

	return i < sizeof(formats) / sizeof(formats[0]) ? &formats[i] : NULL;
}

static int find_format(struct kith_cli *cli, const struct kith_export_format **out)
{
	const char *name = kith_value(cli, KITH_OPT_FORMAT);
	struct kith_str names;

	*out = kith_export_format_at(0);
	if (!name)
		return 0;
	kith_str_init(&names);
	for (size_t i = 0; (*out = kith_export_format_at(i)); i++) {
		if (strcmp((*out)->name, name) == 0)
			break;
		kith_str_addf(&names, "%s%s", i ? ", " : "", (*out)->name);
	}
	if (!*out)
		kith_fail(cli, KITH_EXIT_USAGE, "--format must be one of %s", names.s);
	kith_str_clear(&names);
	return *out ? 0 : KITH_EXIT_USAGE;
}

/* ---- the command ----------------------------------------------------------------------------- */

struct run {
	struct kith_export export;
	const struct kith_export_format *format;
};

static int take_record(void *ctx, const json_t *record)
{
	struct run *run = ctx;
	int code;

	if (!run->format->keeps_contact)
		kith_export_clean(&run->export, record);
	code = run->format->record(&run->export, record);
	run->export.count++;
	return code;
}

/* The one kind whose fields are the columns. */
static int check_kind(struct run *run)
{
	struct kith_cli *cli = run->export.cli;

	run->export.kind = kith_value(cli, KITH_OPT_KIND);
	if (!run->format->is_table)
		return 0;
	if (!run->export.kind)
		return kith_fail(cli, KITH_EXIT_USAGE,
			"a table has the fields of one kind as columns; say which with --kind");
	if (!kith_export_fields(&run->export, run->export.kind))
		return kith_fail(cli, KITH_EXIT_NOT_FOUND,
			"there is no kind '%s'; kith help lists them", run->export.kind);
	return 0;
}

static int write_all(struct run *run, const struct kith_args *args, long long limit)
{
	struct kith_export *export = &run->export;
	json_t *params;
	bool more;
	int code = kith_find_params(export->cli, args, &params);

	if (code)
		return code;
	code = run->format->begin(export);
	if (code)
		json_decref(params);
	else
		code = kith_find_each(export->cli, params, limit, take_record, run, &more);
	return code ? code : run->format->end(export);
}

static int export_to(struct run *run, const struct kith_args *args, long long limit)
{
	struct kith_export *export = &run->export;
	struct kith_target target;
	int code, closed;

	code = kith_target_open(export->cli, kith_value(export->cli, KITH_OPT_EXPORT_TO),
		run->format->is_site, &target);
	if (code)
		return code;
	export->file = target.file;
	export->dir = target.part;
	code = write_all(run, args, limit);
	closed = kith_target_close(export->cli, &target, run->format->is_site, code != 0);
	return code ? code : closed;
}

int kith_run_export(struct kith_cli *cli, const struct kith_args *args)
{
	struct run run = {.export = {.cli = cli}};
	long long limit;
	int code = kith_limit(cli, 1000000000, &limit);

	if (!code)
		code = find_format(cli, &run.format);
	if (!code && run.format->is_site && !kith_value(cli, KITH_OPT_EXPORT_TO))
		code = kith_fail(cli, KITH_EXIT_USAGE, "say with --to in which new directory");
	if (code)
		return code;
	run.export.keep_personal = kith_flag(cli, KITH_OPT_KEEP_PERSONAL);
	run.export.kinds = kith_need_json(json_object());
	kith_str_init(&run.export.text);
	code = check_kind(&run);
	if (!code)
		code = export_to(&run, args, limit);
	if (!code && run.export.contacts)
		kith_hint(cli,
			P_("%zu contact was left out; --keep-personal keeps it",
				"%zu contacts were left out; --keep-personal keeps them",
				run.export.contacts),
			run.export.contacts);
	kith_export_html_clear(&run.export);
	json_decref(run.export.columns);
	json_decref(run.export.kinds);
	kith_str_clear(&run.export.text);
	return code;
}
