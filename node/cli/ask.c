/* ask.c: see ask.h. */
#include "node/cli/ask.h"

#include <string.h>

#include "node/api/jsonrpc.h"
#include "node/cli/say.h"

/* ---- reaching the node --------------------------------------------------------------------- */

static int unreachable(struct kith_cli *cli, const char *path, const char *home, int err)
{
	kith_fail(cli, KITH_EXIT_UNREACHABLE, "no node answers at %s: %s", path,
		err == KITH_E_PERMISSION  ? _("its sockets are not open to this user")
		: err == KITH_E_NOT_FOUND ? _("it does not run")
					  : kith_err_text(err));
	if (home && err == KITH_E_NOT_FOUND)
		kith_hint(cli, "start it with: kithd --home %s", home);
	return KITH_EXIT_UNREACHABLE;
}

/* The node's main socket, or the one for reading alone where the user may use only that. */
static int connect_home(struct kith_cli *cli)
{
	struct kith_config config;
	char home[KITH_PATH_MAX], why[512];
	int code = kith_cli_home(cli, home), err;

	if (code)
		return code;
	err = kith_config_load(home, &config, why, sizeof(why));
	if (err) {
		kith_fail(cli, err == KITH_E_NOT_FOUND ? KITH_EXIT_UNREACHABLE : KITH_EXIT_FAILED,
			"%s", why);
		if (err == KITH_E_NOT_FOUND)
			kith_hint(cli, "kith init makes a home; --socket names a node elsewhere");
		return err == KITH_E_NOT_FOUND ? KITH_EXIT_UNREACHABLE : KITH_EXIT_FAILED;
	}
	err = kith_talk_open(config.api_socket, &cli->talk);
	if (err == KITH_E_PERMISSION && kith_talk_open(config.read_socket, &cli->talk) == 0)
		return 0;
	return err ? unreachable(cli, config.api_socket, home, err) : 0;
}

static int connect_once(struct kith_cli *cli)
{
	const char *socket = kith_value(cli, KITH_OPT_SOCKET);
	int err;

	if (cli->talk)
		return 0;
	if (!socket)
		return connect_home(cli);
	err = kith_talk_open(socket, &cli->talk);
	return err ? unreachable(cli, socket, NULL, err) : 0;
}

static int broken(struct kith_cli *cli, int err)
{
	kith_talk_close(cli->talk);
	cli->talk = NULL;
	return kith_fail(cli, KITH_EXIT_UNREACHABLE, "%s",
		err == KITH_E_TRUNCATED   ? _("the node went away before it had answered")
		: err == KITH_E_MALFORMED ? _("what answers there is no node of kith")
					  : kith_err_text(err));
}

int kith_ask_try(struct kith_cli *cli, const char *method, json_t *params, struct kith_reply *reply)
{
	int code = connect_once(cli), err;

	*reply = (struct kith_reply){0};
	if (code) {
		json_decref(params);
		return code;
	}
	err = kith_talk_call(cli->talk, method, params, reply);
	return err ? broken(cli, err) : 0;
}

int kith_ask(struct kith_cli *cli, const char *method, json_t *params, json_t **result)
{
	/* Of several records it should be said which is not there, or not one alone. */
	json_t *id = json_incref(json_object_get(params, "id"));
	struct kith_reply reply;
	int code = kith_ask_try(cli, method, params, &reply);

	*result = NULL;
	if (!code && reply.code)
		code = kith_ask_complain(cli, &reply, json_string_value(id));
	else if (!code)
		*result = json_incref(reply.result);
	kith_reply_clear(&reply);
	json_decref(id);
	return code;
}

int kith_ask_next(struct kith_cli *cli, json_t **message)
{
	int err = kith_talk_next(cli->talk, message);

	return err ? broken(cli, err) : 0;
}

/* ---- what the node refuses ----------------------------------------------------------------- */

static enum kith_exit exit_of(int code)
{
	switch ((enum kith_rpc_code)code) {
	case KITH_RPC_NOT_FOUND:
	case KITH_RPC_AMBIGUOUS:
		return KITH_EXIT_NOT_FOUND;
	case KITH_RPC_RULE:
	case KITH_RPC_EXISTS:
	case KITH_RPC_REFUSED:
	case KITH_RPC_TOO_LARGE:
		return KITH_EXIT_REFUSED;
	case KITH_RPC_NO_METHOD:
	case KITH_RPC_PARAMS:
		return KITH_EXIT_USAGE;
	case KITH_RPC_PARSE:
	case KITH_RPC_INVALID:
	case KITH_RPC_INTERNAL:
	case KITH_RPC_STORAGE:
	case KITH_RPC_BUSY:
		break;
	}
	return KITH_EXIT_FAILED;
}

/* An id, with what the record is called. */
static void hint_record(struct kith_cli *cli, const char *id)
{
	struct kith_reply reply = {0};
	const json_t *record;

	if (kith_talk_call(cli->talk, "record.get", kith_need_json(json_pack("{s:s}", "id", id)),
		    &reply) != 0)
		reply = (struct kith_reply){0};
	record = json_object_get(reply.result, "record");
	kith_hint(cli, "%.16s  %s%s%s", id, kith_json_get_text(record, "kind"), record ? "  " : "",
		kith_caption(record));
	kith_reply_clear(&reply);
}

static void list_candidates(struct kith_cli *cli, const json_t *candidates)
{
	json_t *candidate;
	size_t i;

	json_array_foreach(candidates, i, candidate)
		hint_record(cli, json_is_string(candidate) ? json_string_value(candidate)
							   : kith_json_get_text(candidate, "id"));
}

/* An argument of the API as the option of this run that it came from, else as it is. */
static void add_option_name(struct kith_cli *cli, const char *field, struct kith_str *out)
{
	static const struct {
		const char *field;
		enum kith_opt opt;
	} others[] = {
		{"cursor", KITH_OPT_FROM},
		{"target", KITH_OPT_LINKS_TO},
		{"link_type", KITH_OPT_LINK_TYPE},
	};

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (strcmp(others[i].field, field) == 0 && kith_flag(cli, others[i].opt))
			field = kith_option(others[i].opt)->name;
	for (size_t opt = 0; opt < KITH_OPT_COUNT; opt++)
		if (kith_flag(cli, opt) &&
			kith_name_equal(kith_option(opt)->name, field, strlen(field))) {
			kith_str_addf(out, "--%s", kith_option(opt)->name);
			return;
		}
	kith_str_add(out, field);
}

int kith_ask_complain(struct kith_cli *cli, const struct kith_reply *reply, const char *subject)
{
	const char *field = kith_json_get_text(reply->data, "field");
	const char *rule = kith_json_get_text(reply->data, "rule");
	const char *meant = kith_json_get_text(reply->data, "suggestion");
	enum kith_exit code = exit_of(reply->code);
	const char *gap = subject ? ": " : "";
	struct kith_str said;

	subject = subject ? subject : "";
	kith_str_init(&said);
	if (reply->code == KITH_RPC_PARAMS)
		add_option_name(cli, field, &said);
	else
		kith_str_add(&said, field);
	if (*rule)
		kith_fail(cli, code, "%s%s%s%s%s", subject, gap, said.s, said.len ? " " : "", rule);
	else if (*meant)
		kith_fail(
			cli, code, "%s%s%s; did you mean %s?", subject, gap, reply->message, meant);
	else
		kith_fail(cli, code, "%s%s%s", subject, gap, reply->message);
	list_candidates(cli, json_object_get(reply->data, "candidates"));
	kith_str_clear(&said);
	return code;
}
