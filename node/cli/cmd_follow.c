/* cmd_follow.c: kith follow: records as they arrive, and where to go on later. */
#include <string.h>

#include "node/cli/ask.h"
#include "node/cli/find.h"
#include "node/cli/run.h"

static void print_record(struct kith_cli *cli, const json_t *record)
{
	const json_t *body = json_object_get(record, "body");
	struct kith_str line, part;

	kith_str_init(&line);
	kith_str_init(&part);
	kith_add_short_id(&part, kith_json_get_text(record, "id"));
	kith_style_add(&line, &cli->out, KITH_YELLOW, part.s);
	kith_str_reset(&part);
	kith_str_addf(&part, "  %-10s  ", kith_json_get_text(record, "kind"));
	kith_style_add(&line, &cli->out, KITH_PLAIN, part.s);
	kith_style_add(&line, &cli->out, KITH_BOLD, kith_caption(record));
	kith_str_reset(&part);
	kith_add_place(&part, body);
	if (part.len) {
		kith_str_add(&line, ", ");
		kith_style_add(&line, &cli->out, KITH_PLAIN, part.s);
	}
	kith_str_reset(&part);
	kith_str_add(&part, "  ");
	kith_add_author(cli, &part, kith_json_get_text(record, "author"));
	kith_style_add(&line, &cli->out, KITH_DIM, part.s);
	kith_str_add_c(&line, '\n');
	kith_out(cli, &line);
	kith_str_clear(&line);
	kith_str_clear(&part);
}

static int follow(struct kith_cli *cli, json_t *params, long long limit)
{
	json_t *begun, *message;
	int code = kith_ask(cli, "record.follow", params, &begun);

	json_decref(begun);
	while (!code && limit > 0) {
		const json_t *told;

		code = kith_ask_next(cli, &message);
		if (code)
			break;
		told = json_object_get(message, "params");
		if (json_object_get(told, "record")) {
			if (kith_flag(cli, KITH_OPT_JSON))
				kith_out_json(cli, told);
			else
				print_record(cli, json_object_get(told, "record"));
			limit--;
		}
		json_decref(message);
		/* Whoever reads the other end is waiting for this line. */
		if (fflush(cli->out.file) != 0)
			return KITH_EXIT_FAILED;
	}
	return code;
}

int kith_run_follow(struct kith_cli *cli, const struct kith_args *args)
{
	const char *from = kith_value(cli, KITH_OPT_FROM);
	json_t *params;
	long long limit;
	int code = kith_limit(cli, 1000000000000, &limit);

	(void)args;
	if (code)
		return code;
	if (from && kith_flag(cli, KITH_OPT_ALL))
		return kith_fail(cli, KITH_EXIT_USAGE, "--from and --all say different things");
	params = kith_need_json(json_pack("{s:s}", "cursor",
		from                           ? from
		: kith_flag(cli, KITH_OPT_ALL) ? "0"
					       : "now"));
	if (kith_flag(cli, KITH_OPT_KIND))
		kith_json_set(params, "kind", json_string(kith_value(cli, KITH_OPT_KIND)));
	return follow(cli, params, limit);
}
