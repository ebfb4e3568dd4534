/* cmd_publish.c: kith publish and kith check: files become records, or are told why not. */
#include <string.h>

#include "node/cli/draft.h"
#include "node/cli/run.h"
#include "node/cli/say.h"

/* Carries out one of the two for each file; the worst outcome is the exit code. */
static int each(struct kith_cli *cli, const struct kith_args *args,
	int (*act)(struct kith_cli *cli, struct kith_draft *draft))
{
	int worst = 0;

	for (size_t i = 0; i < args->operand_count; i++) {
		struct kith_draft draft;
		int code = kith_draft_read(cli, args->operands[i], &draft);

		if (!code)
			code = act(cli, &draft);
		kith_draft_clear(&draft);
		worst = code > worst ? code : worst;
		if (code == KITH_EXIT_UNREACHABLE)
			break;
	}
	return worst;
}

static int publish(struct kith_cli *cli, struct kith_draft *draft)
{
	json_t *result;
	int code = kith_draft_publish(cli, draft, &result);

	if (code)
		return code;
	kith_draft_tell(cli, draft, result);
	json_decref(result);
	return KITH_EXIT_OK;
}

static int check(struct kith_cli *cli, struct kith_draft *draft)
{
	json_t *result;
	bool valid;
	int code = kith_draft_check(cli, draft, &result);

	if (code)
		return code;
	valid = json_is_true(json_object_get(result, "valid"));
	if (kith_flag(cli, KITH_OPT_JSON)) {
		kith_out_json(cli, result);
		code = valid ? KITH_EXIT_OK : KITH_EXIT_REFUSED;
	} else if (!valid) {
		code = kith_draft_complain(cli, draft, kith_json_get_text(result, "field"),
			kith_json_get_text(result, "rule"));
	} else {
		struct kith_str line;

		kith_str_init(&line);
		kith_safe_add(&line, draft->name, strlen(draft->name), KITH_SAFE_LINE);
		kith_str_add(&line, _(": could be published\n"));
		kith_out(cli, &line);
		kith_str_clear(&line);
		kith_draft_advise(cli, draft, result);
	}
	json_decref(result);
	return code;
}

int kith_run_publish(struct kith_cli *cli, const struct kith_args *args)
{
	return each(cli, args, publish);
}

int kith_run_check(struct kith_cli *cli, const struct kith_args *args)
{
	return each(cli, args, check);
}
