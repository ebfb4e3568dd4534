/* cmd_export.c: kith export: records with their signed bytes, one JSON object a line. */
#include <string.h>

#include "node/cli/ask.h"
#include "node/cli/find.h"
#include "node/cli/run.h"

/* The signed bytes come with a record of its own, so each is asked for by its id. */
static int write_record(void *ctx, const json_t *record)
{
	struct kith_cli *cli = ctx;
	json_t *params, *result, *line;
	int code;

	params = kith_need_json(
		json_pack("{s:s, s:b}", "id", kith_json_get_text(record, "id"), "envelope", 1));
	code = kith_ask(cli, "record.get", params, &result);
	if (code)
		return code;
	line = json_object_get(result, "record");
	kith_json_set(line, "envelope", json_incref(json_object_get(result, "envelope")));
	kith_out_json(cli, line);
	json_decref(result);
	return ferror(cli->out.file) ? KITH_EXIT_FAILED : 0;
}

int kith_run_export(struct kith_cli *cli, const struct kith_args *args)
{
	long long limit;
	json_t *params;
	bool more;
	int code = kith_limit(cli, 1000000000, &limit);

	if (!code)
		code = kith_find_params(cli, args, &params);
	return code ? code : kith_find_each(cli, params, limit, write_record, cli, &more);
}
