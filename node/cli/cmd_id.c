/* cmd_id.c: kith id: who this home is, for partners to type. */
#include <string.h>

#include "node/cli/local.h"
#include "node/cli/run.h"

static void format_key(
	enum kith_id_type type, const struct kith_keyfile_info *info, char out[KITH_ID_TEXT_MAX])
{
	kith_id_format(type, info->public_key, out);
}

static void print_json(struct kith_cli *cli, const struct kith_local_id *id)
{
	char author[KITH_ID_TEXT_MAX], node[KITH_ID_TEXT_MAX], recovery[KITH_ID_TEXT_MAX];
	json_t *json;

	format_key(KITH_ID_AUTHOR, &id->author, author);
	format_key(KITH_ID_NODE, &id->node, node);
	json = kith_need_json(json_pack("{s:s, s:s, s:s, s:s, s:s, s:b}", "home", id->config.home,
		"name", id->config.name, "author", author, "node", node, "address", id->address,
		"sealed", id->author.sealed));
	if (id->has_recovery) {
		format_key(KITH_ID_RECOVERY, &id->recovery, recovery);
		kith_json_set(json, "recovery", json_string(recovery));
	}
	kith_out_json(cli, json);
	json_decref(json);
}

static void add_line(
	struct kith_str *out, struct kith_cli *cli, const char *name, const char *value)
{
	kith_style_add(out, &cli->out, KITH_DIM, name);
	kith_str_repeat(out, ' ', 10 - strlen(name));
	kith_style_add(out, &cli->out, KITH_PLAIN, value);
	kith_str_add_c(out, '\n');
}

static void print_text(struct kith_cli *cli, const struct kith_local_id *id)
{
	char key[KITH_ID_TEXT_MAX];
	struct kith_str out;

	kith_str_init(&out);
	if (*id->config.name)
		add_line(&out, cli, "name", id->config.name);
	add_line(&out, cli, "home", id->config.home);
	format_key(KITH_ID_AUTHOR, &id->author, key);
	add_line(&out, cli, "author", key);
	format_key(KITH_ID_NODE, &id->node, key);
	add_line(&out, cli, "node", key);
	if (id->has_recovery) {
		format_key(KITH_ID_RECOVERY, &id->recovery, key);
		add_line(&out, cli, "recovery", key);
	}
	add_line(&out, cli, "address", id->address);
	kith_out(cli, &out);
	kith_str_clear(&out);
}

int kith_run_id(struct kith_cli *cli, const struct kith_args *args)
{
	struct kith_local_id id;
	int code = kith_local_id(cli, &id);

	(void)args;
	if (code)
		return code;
	if (kith_flag(cli, KITH_OPT_JSON)) {
		print_json(cli, &id);
		return KITH_EXIT_OK;
	}
	print_text(cli, &id);
	if (!id.has_address)
		kith_hint(cli, "this node only calls others; partners add it by its author key");
	else if (id.host_is_guess)
		kith_hint(cli, "the host is a guess; set public_host in config.ini to what "
			       "partners can reach");
	if (id.has_recovery)
		kith_hint(cli, "keys/recovery.key is still on this machine; move it to paper or "
			       "another medium");
	return KITH_EXIT_OK;
}
