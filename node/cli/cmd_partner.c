/* cmd_partner.c: kith partner …: whom this node exchanges records with. */
#include <string.h>

#include "node/cli/ask.h"
#include "node/cli/run.h"
#include "node/cli/status.h"
#include "node/cli/who.h"

static int print_outcome(struct kith_cli *cli, json_t *result)
{
	const json_t *partner = json_object_get(result, "partner");
	const char *name = kith_json_get_text(partner, "name");
	struct kith_str line, safe;

	if (kith_flag(cli, KITH_OPT_JSON)) {
		kith_out_json(cli, result);
		json_decref(result);
		return KITH_EXIT_OK;
	}
	kith_str_init(&line);
	kith_str_init(&safe);
	kith_str_addf(&line, "%s: ", kith_json_get_text(result, "status"));
	kith_str_addf(
		&line, "%s%s%s", name, *name ? " " : "", kith_json_get_text(partner, "group"));
	kith_safe_add(&safe, line.s, line.len, KITH_SAFE_LINE);
	kith_str_add_c(&safe, '\n');
	kith_out(cli, &safe);
	kith_str_clear(&line);
	kith_str_clear(&safe);
	json_decref(result);
	return KITH_EXIT_OK;
}

int kith_run_partner_add(struct kith_cli *cli, const struct kith_args *args)
{
	const char *name = kith_value(cli, KITH_OPT_PARTNER_NAME);
	json_t *params = kith_need_json(json_pack("{s:s}", "address", args->operands[0])), *result;
	int code;

	if (name)
		kith_json_set(params, "name", json_string(name));
	code = kith_ask(cli, "partner.add", params, &result);
	if (code)
		return code;
	code = print_outcome(cli, result);
	if (cli->err.tty)
		kith_hint(cli,
			"the partner has to add this node as well; kith id prints its address");
	return code;
}

static int change(struct kith_cli *cli, const struct kith_args *args, const char *method)
{
	struct kith_str key;
	json_t *result;
	int code;

	kith_str_init(&key);
	code = kith_who(cli, KITH_PARTNERS, args->command->name, args->operands[0], &key);
	if (!code)
		code = kith_ask(
			cli, method, kith_need_json(json_pack("{s:s}", "partner", key.s)), &result);
	kith_str_clear(&key);
	return code ? code : print_outcome(cli, result);
}

int kith_run_partner_pause(struct kith_cli *cli, const struct kith_args *args)
{
	return change(cli, args, "partner.pause");
}

int kith_run_partner_resume(struct kith_cli *cli, const struct kith_args *args)
{
	return change(cli, args, "partner.resume");
}

int kith_run_partner_remove(struct kith_cli *cli, const struct kith_args *args)
{
	return change(cli, args, "partner.remove");
}

int kith_run_partner_list(struct kith_cli *cli, const struct kith_args *args)
{
	json_t *result;
	int code = kith_ask(cli, "partner.list", NULL, &result);

	(void)args;
	if (code)
		return code;
	if (kith_flag(cli, KITH_OPT_JSON))
		kith_out_json(cli, result);
	else
		kith_partners_print(cli, json_object_get(result, "partners"));
	json_decref(result);
	return KITH_EXIT_OK;
}
