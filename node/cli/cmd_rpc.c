/* cmd_rpc.c: kith rpc: one call of the API, as it is. */
#include "node/cli/ask.h"
#include "node/cli/run.h"

int kith_run_rpc(struct kith_cli *cli, const struct kith_args *args)
{
	json_t *params = NULL, *result;
	json_error_t error;
	int code;

	if (args->operand_count > 1) {
		params = json_loads(args->operands[1], JSON_REJECT_DUPLICATES, &error);
		if (!params)
			return kith_fail(cli, KITH_EXIT_USAGE,
				"the argument is not a JSON object or array: %s (column %d)",
				error.text, error.column);
	}
	code = kith_ask(cli, args->operands[0], params, &result);
	if (code)
		return code;
	kith_out_json(cli, result);
	json_decref(result);
	return KITH_EXIT_OK;
}
